"""The form of a procedure that a municipality holds for itself."""

from typing import Any

from django import forms

from monitoring.enums import MeasureKind
from monitoring.models import Subject
from monitoring.services.procedures import OwnProcedure
from schools.models import Unit

_MEASURES = [(MeasureKind.MARKS, "отметки 2–5"), (MeasureKind.SCORE, "баллы и минимальный балл")]


class ProcedureForm(forms.Form):
    """How a procedure is called, what it gives and for whom it is."""

    owner = forms.ModelChoiceField(queryset=None, label="Чья процедура", empty_label=None)
    name = forms.CharField(
        label="Название", max_length=100, help_text="Так, как оно стоит в файлах результатов, например «МКР»."
    )
    full_name = forms.CharField(label="Полное название", max_length=300, required=False)
    measure = forms.ChoiceField(label="Что она даёт", choices=_MEASURES)
    grades = forms.TypedMultipleChoiceField(
        label="Классы",
        coerce=int,
        choices=[(grade, str(grade)) for grade in range(1, 12)],
        widget=forms.CheckboxSelectMultiple(),
    )
    subjects = forms.MultipleChoiceField(
        label="Предметы, к которым относятся баллы", required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    max_score = forms.IntegerField(label="Максимальный балл", required=False, min_value=1, max_value=1000)
    passing_score = forms.IntegerField(label="Минимальный балл", required=False, min_value=0, max_value=1000)

    def __init__(self, *args: Any, places: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Unit.objects.filter(pk__in=[place.pk for place in places]).in_order()
        self.fields["owner"].initial = places[0]
        if len(places) == 1:
            self.fields["owner"].widget = forms.HiddenInput()
        names = Subject.objects.order_by("name").values_list("name", flat=True)
        self.fields["subjects"].choices = [(name, name) for name in names]

    def described(self) -> OwnProcedure:
        """Return the procedure as it was described."""
        said = self.cleaned_data
        return OwnProcedure(
            name=said["name"],
            full_name=said["full_name"],
            measure=said["measure"],
            grades=tuple(said["grades"]),
            subjects=tuple(said["subjects"]),
            max_score=said["max_score"],
            passing_score=said["passing_score"],
        )
