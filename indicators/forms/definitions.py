"""Shapes of definitions: how an indicator is measured, and what feeds a year."""

from __future__ import annotations

from django import forms

from common.two_editors import TwoEditors
from indicators.enums import Better, IndicatorKind
from indicators.services.definitions import Definition
from schools.enums import Kind

LEVELS = [(kind, kind.label) for kind in (Kind.SCHOOL, Kind.MUNICIPALITY, Kind.DISTRICT, Kind.REGION)]


class LibraryFilter(forms.Form):
    """Narrows the library."""

    q = forms.CharField(label="Найти", required=False)
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *IndicatorKind.choices], required=False)
    level = forms.ChoiceField(label="О ком", choices=[("", "обо всех"), *LEVELS], required=False)

    def asked(self) -> dict[str, str]:
        """What is filled in and understood."""
        self.is_valid()
        given = self.cleaned_data
        return {"text": given.get("q", ""), "kind": given.get("kind", ""), "level": given.get("level", "")}


class EditionForm(TwoEditors):
    """A new edition of an indicator: everything that says how it is measured."""

    name = forms.CharField(label="Наименование", max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label="Вид", choices=IndicatorKind.choices)
    level = forms.ChoiceField(label="О ком собирается", choices=LEVELS)
    formula = forms.CharField(
        label="Формула",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="Например: доля(школы, где шппко_утверждена, среди выявленных)",
    )
    in_words = forms.CharField(label="Формула словами", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    unit_of_measure = forms.CharField(label="Единица", max_length=40)
    precision = forms.IntegerField(label="Знаков после запятой", min_value=0, max_value=4)
    better = forms.ChoiceField(label="Что лучше", choices=Better.choices)
    source = forms.CharField(label="Откуда показатель", max_length=300, required=False)
    valid_from = forms.DateField(label="Действует с", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def definition(self) -> Definition:
        """What the form says, for the service."""
        given = self.cleaned_data
        return Definition(
            kind=IndicatorKind(given["kind"]),
            formula=given["formula"].strip(),
            better=Better(given["better"]),
            unit_of_measure=given["unit_of_measure"],
            precision=given["precision"],
            level=Kind(given["level"]),
            in_words=given["in_words"].strip(),
            source=given["source"],
        )


class BasisForm(TwoEditors):
    """What feeds a year: whose results, which autumn's list, which wave."""

    academic_year = forms.IntegerField(
        label="Результаты учебного года, который начался в", min_value=2010, max_value=2035
    )
    cohort_year = forms.IntegerField(label="Список школ осени года", min_value=2010, max_value=2035)
    wave = forms.CharField(label="Волна мониторинга", max_length=100, required=False)
