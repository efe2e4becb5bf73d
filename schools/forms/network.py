"""Shapes of what people type about partners and about memberships in projects."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from common.searching import having_words
from common.two_editors import TwoEditors
from common.widgets import day_field
from schools.enums import PartnerKind
from schools.models import Membership, Partner, Project, Unit
from schools.services.partners import PartnerDetails, shown_of
from schools.services.projects import Stay

ANY = ("", "все")


class PartnerFilter(forms.Form):
    """What the directory is narrowed by; what is not understood is as if it were not there."""

    q = forms.CharField(
        label="Найти",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "название или ИНН"}),
    )
    kind = forms.ChoiceField(label="Вид", choices=[ANY, *PartnerKind.choices], required=False)
    where = forms.TypedChoiceField(label="Где", coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["where"].choices = [ANY, *places]

    def narrow(self, partners: QuerySet[Partner]) -> QuerySet[Partner]:
        """Keep what the filled fields ask for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            partners = having_words(partners, asked["q"], keys=("search_key",))
        if asked.get("kind"):
            partners = partners.filter(kind=asked["kind"])
        if asked.get("where"):
            partners = partners.filter(unit=asked["where"])
        return partners


class PartnerForm(TwoEditors):
    """A partner outside the tree."""

    kind = forms.ChoiceField(label="Вид", choices=PartnerKind.choices)
    name = forms.CharField(label="Полное наименование", max_length=400)
    short_name = forms.CharField(label="Краткое наименование", max_length=200, required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label="Где находится", empty_label="выберите")
    inn = forms.RegexField(
        r"\d{10}|\d{12}",
        label="ИНН",
        required=False,
        help_text="По нему партнёра узнают, даже если его назовут иначе.",
        error_messages={"invalid": "ИНН — десять цифр, у предпринимателя двенадцать."},
    )
    site = forms.URLField(label="Сайт", required=False, assume_scheme="https")

    def __init__(self, *args: Any, places: QuerySet[Unit], partner: Partner | None = None, **kwargs: Any) -> None:
        super().__init__(*args, shown=shown_of(partner) if partner else {}, **kwargs)
        self.fields["unit"].queryset = places

    def details(self) -> PartnerDetails:
        """Return what was typed."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return PartnerDetails(**{**said, "kind": PartnerKind(said["kind"])})


class MembershipForm(forms.Form):
    """That an organisation belongs to a project from a day on."""

    project = forms.ModelChoiceField(Project.objects.none(), label="Проект", empty_label="выберите")
    since = day_field("С какого дня")
    until = day_field("По какой день", required=False, help_text="Пусто — участвует и сейчас.")
    order = forms.CharField(
        label="Приказ или другой документ",
        max_length=300,
        required=False,
        help_text="Например: приказ № 45 от 01.09.2021.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="begin", **kwargs)
        self.fields["project"].queryset = Project.objects.order_by("sort_key", "pk")

    def stay(self, unit: Unit) -> Stay:
        """Return what was typed."""
        return Stay(unit=unit, source="внесено в портале", **self.cleaned_data)


class MembershipEndForm(forms.Form):
    """The last day of a membership."""

    until = day_field("Последний день")
    order = forms.CharField(label="Документ", max_length=200, required=False)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"end-{membership.pk}", **kwargs)


class MembershipDropForm(forms.Form):
    """Why a membership was entered by mistake."""

    reason = forms.CharField(label="Почему запись ошибочна", max_length=300)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"drop-{membership.pk}", **kwargs)
