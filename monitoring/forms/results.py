"""Filters of the list of results."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from common.russian import search_key
from common.years import format_academic_year
from monitoring.models import Assessment, Procedure, SchoolResult, Subject


class ResultFilter(forms.Form):
    """What results can be narrowed by; anything not understood narrows nothing."""

    school = forms.CharField(label="Школа или код", required=False, max_length=100)
    procedure = forms.ChoiceField(label="Процедура", required=False)
    subject = forms.ChoiceField(label="Предмет", required=False)
    grade = forms.ChoiceField(label="Класс", required=False)
    held = forms.ChoiceField(label="Учебный год", required=False)
    load = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput())
    assessment = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Assessment.objects.values_list("procedure__name", "subject__name", "grade", "academic_year")
        found = [sorted(set(values)) for values in zip(*held, strict=True)] or [[], [], [], []]
        every = {"procedure": "любая", "subject": "любой", "grade": "любой"}
        for (name, word), values in zip(every.items(), found, strict=False):
            self.fields[name].choices = [("", word), *((str(value), str(value)) for value in values)]
        years = [(str(year), format_academic_year(year)) for year in reversed(found[3])]
        self.fields["held"].choices = [("", "любой"), *years]

    def narrow(self, results: QuerySet[SchoolResult]) -> QuerySet[SchoolResult]:
        """Keep what the address asks for. Of a load everything is shown, else what is in force."""
        self.is_valid()
        asked = self.cleaned_data
        results = results.filter(load=asked["load"]) if asked.get("load") else results.filter(is_current=True)
        by_name = {"procedure": Procedure, "subject": Subject}
        for name, model in by_name.items():
            if asked.get(name):
                keys = model.objects.filter(name=asked[name]).values_list("pk", flat=True)
                results = results.filter(**{f"assessment__{name}__in": list(keys)})
        if asked.get("grade"):
            results = results.filter(assessment__grade=asked["grade"])
        if asked.get("held"):
            results = results.filter(assessment__academic_year=asked["held"])
        if asked.get("assessment"):
            results = results.filter(assessment=asked["assessment"])
        return self._of_school(results, asked.get("school", "").strip())

    def _of_school(self, results: QuerySet[SchoolResult], word: str) -> QuerySet[SchoolResult]:
        if not word:
            return results
        if word.isdecimal():
            return results.filter(unit__code__startswith=word)
        return results.filter(unit__search_key__contains=search_key(word))
