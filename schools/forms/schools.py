"""Shapes of what people type about schools."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.searching import having_words
from common.two_editors import TwoEditors
from common.years import YearError, parse_academic_year
from schools.enums import Kind, Locality, SchoolLevel, SchoolType
from schools.models import Project, Unit, UnitVersion
from schools.selectors.passports import PassportPair
from schools.selectors.school_list import PlaceGroup, as_they_were
from schools.selectors.shown import school_shown
from schools.services.passports import FIGURES, LABELS, MOST
from schools.services.registry import SchoolDetails, UnitChange

ANY = ("", "все")
KINDS = [
    ("", "школы"),
    (Kind.PRESCHOOL, "дошкольные"),
    (Kind.EXTRACURRICULAR, "дополнительного образования"),
    (Kind.COLLEGE, "СПО"),
    (Kind.OTHER, "другие"),
    ("any", "все организации"),
]
DETAILS = tuple(field.name for field in fields(SchoolDetails))


class SchoolFilter(forms.Form):
    """What the list of schools is narrowed by; what is not understood is as if it were not there."""

    q = forms.CharField(
        label="Найти",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "название, код или логин"}),
    )
    within = forms.ChoiceField(label="Где", required=False)
    kind = forms.ChoiceField(label="Вид", choices=KINDS, required=False)
    level = forms.ChoiceField(label="Уровень", choices=[ANY, *SchoolLevel.choices], required=False)
    locality = forms.ChoiceField(label="Местность", choices=[ANY, *Locality.choices], required=False)
    type = forms.ChoiceField(label="Тип", choices=[ANY, *SchoolType.choices], required=False)
    project = forms.ChoiceField(label="Проект", required=False)
    on = forms.DateField(
        label="По состоянию на", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    closed = forms.ChoiceField(
        label="Состояние", choices=[("", "действуют"), ("yes", "закрыты"), ("any", "все")], required=False
    )

    def __init__(
        self, *args: Any, places: Sequence[PlaceGroup], projects: Sequence[Project] = (), day: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.fields["project"].choices = [ANY, *((one.code, one.short_name) for one in projects)]
        if not projects:
            del self.fields["project"]
        if sum(len(group.municipalities) for group in places) < 2:
            del self.fields["within"]
            return
        choices: list[tuple[Any, Any]] = [ANY]
        for group in places:
            own = [(unit.pk, unit.short_name) for unit in group.municipalities]
            if group.district:
                own.insert(0, (group.district.pk, f"весь {group.district.short_name}"))
            choices.append((group.district.short_name if group.district else "Без округа", own))
        choices.append(("directly", "краевого подчинения"))
        self.fields["within"].choices = choices

    @property
    def on_day(self) -> date | None:
        """The day as of which the list is asked, if it is a day."""
        self.is_valid()
        return self.cleaned_data.get("on")

    def narrow(self, schools: QuerySet[Unit]) -> QuerySet[Unit]:
        """Keep what the filled fields ask for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            before = having_words(UnitVersion.objects.filter(unit=OuterRef("pk")), asked["q"], keys=("search_key",))
            found = having_words(Unit.objects.all(), asked["q"], keys=("search_key",)).values("pk")
            schools = schools.filter(Q(pk__in=found) | Exists(before))
        return self._as_of(schools, asked["on"]) if asked.get("on") else self._today(schools)

    def _today(self, schools: QuerySet[Unit]) -> QuerySet[Unit]:
        asked = self.cleaned_data
        if asked.get("within") == "directly":
            schools = schools.filter(parent__kind=Kind.REGION)
        elif asked.get("within"):
            schools = schools.filter(path__contains=f"/{asked['within']}/")
        if asked.get("kind", "") != "any":
            schools = schools.filter(kind=asked.get("kind") or Kind.SCHOOL)
        if asked.get("project"):
            schools = schools.in_project(asked["project"], self.day)
        for name in ("level", "locality", "type"):
            if asked.get(name):
                schools = schools.filter(**{f"school__{name}": asked[name]})
        if asked.get("closed", "") != "any":
            schools = schools.filter(closed_on__isnull=asked.get("closed") != "yes")
        return schools

    def _as_of(self, schools: QuerySet[Unit], day: date) -> QuerySet[Unit]:
        """The same questions asked of a day: who existed then, where each stood, what each was."""
        asked, schools = self.cleaned_data, as_they_were(schools, day).open_on(day)
        if asked.get("within") == "directly":
            schools = schools.filter(parent_then__in=Unit.objects.of_kind(Kind.REGION).values("pk"))
        elif asked.get("within"):
            schools = schools.standing_under(asked["within"], day)
        if asked.get("kind", "") != "any":
            schools = schools.of_kind_on(day, asked.get("kind") or Kind.SCHOOL)
        if asked.get("project"):
            schools = schools.in_project(asked["project"], day)
        for name in ("level", "locality", "type"):
            if asked.get(name):
                schools = schools.filter(**{f"{name}_then": asked[name]})
        return schools


class SchoolFileForm(forms.Form):
    """A file about schools that somebody hands in."""

    file = forms.FileField(
        label="Файл",
        help_text="xlsx, xls, ods, csv или txt, до 100 МБ. Портал сам узнает, что это: реестр, социальный паспорт или "
        "участие в проектах.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )
    year = forms.CharField(
        label="Учебный год паспорта",
        required=False,
        help_text="Только если его нет в самом файле. Например, 2021/22.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_year(self) -> int | None:
        """Read «2021/22»."""
        if not self.cleaned_data["year"]:
            return None
        try:
            return parse_academic_year(self.cleaned_data["year"])
        except YearError as unread:
            raise forms.ValidationError(str(unread)) from unread


class PassportForm(forms.Form):
    """The figures of a school's passport; an empty one is unknown, which is not nought."""

    seen_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, pair: PassportPair, **kwargs: Any) -> None:
        kept = pair.now
        initial = {name: getattr(kept, name) for name in FIGURES} if kept else {}
        initial["seen_at"] = kept.entered_at.isoformat() if kept else ""
        super().__init__(*args, initial=initial, **kwargs)
        for name in FIGURES:
            self.fields[name] = forms.IntegerField(
                label=LABELS[name][:1].upper() + LABELS[name][1:],
                required=False,
                min_value=0,
                max_value=MOST,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8, "autocomplete": "off"}),
            )
        self.pair = pair

    def lines(self) -> list[tuple[forms.BoundField, int | None]]:
        """Return each field with last year's value."""
        before = self.pair.before
        return [(self[name], getattr(before, name) if before else None) for name in FIGURES]

    def figures(self) -> dict[str, int | None]:
        """Return what was typed."""
        return {name: self.cleaned_data.get(name) for name in FIGURES}


class SchoolForm(TwoEditors):
    """What the register says of one school."""

    name = forms.CharField(label="Полное наименование", max_length=400)
    short_name = forms.CharField(label="Краткое наименование", max_length=200)
    code = forms.RegexField(
        r"\d{6}", label="Код ОО (РЦОИ)", error_messages={"invalid": "Код — шесть цифр, например 131001."}
    )
    fisoko_login = forms.RegexField(
        r"(?:edu|sch)\d{4,8}",
        label="Логин ФИС ОКО",
        required=False,
        error_messages={"invalid": "Логин — edu и цифры, например edu240621."},
    )
    inn = forms.RegexField(
        r"\d{10}|\d{12}", label="ИНН", required=False, error_messages={"invalid": "ИНН — десять цифр."}
    )
    level = forms.ChoiceField(label="Уровень", choices=SchoolLevel.choices)
    locality = forms.ChoiceField(label="Местность", choices=Locality.choices)
    type = forms.ChoiceField(label="Тип", choices=SchoolType.choices)
    site = forms.URLField(label="Сайт", required=False, assume_scheme="https")
    alias = forms.CharField(
        label="Ещё одно имя, под которым школа бывает в файлах",
        required=False,
        max_length=400,
        help_text="По нему школу узнают внутри муниципалитета там, где в строке нет ни кода, ни логина.",
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, shown=school_shown(unit), **kwargs)
        self.unit = unit
        if unit.kind != Kind.SCHOOL:  # a college may give secondary education; a kindergarten gives no level
            self.fields["level"].required = False
            self.fields["level"].choices = [("", "нет"), *SchoolLevel.choices]
            del self.fields["type"]

    def clean_code(self) -> str:
        """Notice a code of another municipality."""
        code, place = self.cleaned_data["code"], self.unit.parent
        if place.code.isdigit() and len(place.code) == 3 and not code.startswith(place.code):
            raise forms.ValidationError(f"Код школы начинается с кода муниципалитета: {place.code}.")
        return code

    def change(self) -> UnitChange:
        """Return what was typed."""
        said = self.cleaned_data
        details = {name: said.get(name, getattr(self.unit.school, name)) for name in DETAILS}
        details |= {"fisoko_login": said["fisoko_login"] or None}
        own = {name: said[name] for name in ("name", "short_name", "code")}
        return UnitChange(unit=self.unit, school=SchoolDetails(**details), **own)


class MoveForm(forms.Form):
    """Under which municipality a school stands from a day on."""

    municipality = forms.ModelChoiceField(Unit.objects.none(), label="Муниципалитет", empty_label="выберите")
    on = forms.DateField(label="С какого дня", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    order = forms.CharField(label="Приказ или закон", max_length=300)

    def __init__(self, *args: Any, places: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, prefix="move", **kwargs)
        self.fields["municipality"].queryset = places


class CloseForm(forms.Form):
    """The last day of a school."""

    last_day = forms.DateField(
        label="Последний день работы", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    order = forms.CharField(label="Приказ или закон", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="close", **kwargs)
