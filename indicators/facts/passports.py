"""Facts of the register of schools and of their social passports."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, Exists, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Value, When

from indicators.enums import ValueStatus
from indicators.facts.registry import Basis, Cause, Column, Fragment, Measure, Parameter, fact
from indicators.facts.statements import sql_of
from schools.enums import ORGANISATIONS, Kind, Locality, SchoolLevel, SchoolType
from schools.models import School, SchoolYear, Unit, UnitVersion

PUPILS, TEACHERS = "обучающихся", "учителей"
PASSPORT = "социальный паспорт школы"
REGISTER = "реестр организаций"


def _years(basis: Basis, units: QuerySet[Unit] | None) -> QuerySet[SchoolYear]:
    rows = SchoolYear.objects.filter(academic_year=basis.academic_year)
    return rows if units is None else rows.filter(unit__in=units)


def _loaded(basis: Basis, **params: Any) -> Cause | None:
    if SchoolYear.objects.filter(academic_year=basis.academic_year).exists():
        return None
    return Cause("социальные паспорта этого учебного года не загружены", ValueStatus.NOT_SUBMITTED)


def _column(name: str, column: str, title: str, unit: str, aliases: tuple[str, ...] = ()) -> None:
    """Register one column of the passport as a fact."""

    @fact(
        name,
        of=Kind.SCHOOL,
        title=title,
        unit=unit,
        aliases=aliases,
        availability=_loaded,
        when_missing="в паспорте школы не заполнено",
        source=PASSPORT,
    )
    def column_of_passport(basis: Basis, units: QuerySet[Unit] | None = None) -> Column:
        return Column(sql_of(_years(basis, units)), Fragment(column))


_column("обучающиеся", "pupils", "Обучающихся всего", PUPILS, ("обучающихся", "pupils"))
_column(
    "родители_с_высшим_образованием",
    "parents_higher_education",
    "Обучающихся, у которых оба родителя с высшим образованием",
    PUPILS,
    ("parents_higher_education",),
)
_column("неполные_семьи", "single_parent", "Обучающихся из неполных семей", PUPILS, ("single_parent",))
_column("малообеспеченные", "low_income", "Обучающихся из малообеспеченных семей", PUPILS, ("low_income",))
_column(
    "родители_безработные",
    "parents_unemployed",
    "Обучающихся, у которых родители безработные",
    PUPILS,
    ("parents_unemployed",),
)
_column("на_учёте", "on_record", "Обучающихся, состоящих на учёте", PUPILS, ("on_record",))
_column(
    "русский_неродной",
    "russian_not_native",
    "Обучающихся, для которых русский язык неродной",
    PUPILS,
    ("russian_not_native",),
)
_column("овз", "special_needs", "Обучающихся с ОВЗ и детей-инвалидов", PUPILS, ("special_needs",))
_column("учителя", "teachers", "Учителей всего", TEACHERS, ("учителей", "teachers"))
_column(
    "узкие_специалисты",
    "narrow_specialists",
    "Узких специалистов: педагогов-психологов, логопедов, дефектологов, социальных педагогов",
    "специалистов",
    ("узких_специалистов", "narrow_specialists"),
)
_column("расстояние", "distance_km", "Расстояние до центра, км", "км", ("distance_km",))


def _flag(basis: Basis, units: QuerySet[Unit] | None, **kept: str) -> QuerySet:
    """1 where a school was kept so on the basis's day: what it was then counts, if it has changed since."""
    schools = School.objects.all() if units is None else School.objects.filter(unit__in=units)
    day = Q(unit__versions__valid_from__lte=basis.on, unit__versions__valid_to__gte=basis.on)
    then = Q(**{f"of_day__{name}": value for name, value in kept.items()})
    answer = Case(When(then | Q(of_day=None, **kept), then=Value(1)), default=Value(0), output_field=IntegerField())
    return schools.alias(of_day=FilteredRelation("unit__versions", condition=day)).values_list("unit_id", answer)


@fact(
    "сельская",
    of=Kind.SCHOOL,
    title="Школа стоит в сельской местности",
    measure=Measure.FLAG,
    aliases=("сельские", "сельских", "rural"),
    source=REGISTER,
)
def rural(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """1 where the school stands in the country."""
    return _flag(basis, units, locality=Locality.RURAL)


LEVELS = {
    "ноо": SchoolLevel.PRIMARY,
    "начальная": SchoolLevel.PRIMARY,
    "ооо": SchoolLevel.BASIC,
    "основная": SchoolLevel.BASIC,
    "соо": SchoolLevel.SECONDARY,
    "средняя": SchoolLevel.SECONDARY,
}

TYPES = {
    "обычная": SchoolType.ORDINARY,
    "гимназия": SchoolType.ADVANCED,
    "лицей": SchoolType.ADVANCED,
    "коррекционная": SchoolType.CORRECTIONAL,
    "вечерняя": SchoolType.EVENING,
    "закрытая": SchoolType.CLOSED,
}


@fact(
    "уровень_школы",
    of=Kind.SCHOOL,
    title="Наивысший уровень образования школы — данный",
    measure=Measure.FLAG,
    aliases=("school_level",),
    parameters=(Parameter("уровень", "level", "начальная, основная или средняя", choices=LEVELS),),
    source=REGISTER,
)
def school_level(basis: Basis, units: QuerySet[Unit] | None = None, *, level: str) -> QuerySet:
    """1 where this is the highest level of education that the school gives."""
    return _flag(basis, units, level=level)


@fact(
    "тип_школы",
    of=Kind.SCHOOL,
    title="Школа данного типа",
    measure=Measure.FLAG,
    aliases=("school_type",),
    parameters=(Parameter("тип", "type", "обычная, лицей, коррекционная, вечерняя или закрытая", choices=TYPES),),
    source=REGISTER,
)
def school_type(basis: Basis, units: QuerySet[Unit] | None = None, *, type: str) -> QuerySet:
    """1 where the school is of this sort."""
    return _flag(basis, units, type=type)


KINDS = {
    "школа": Kind.SCHOOL,
    "дошкольная": Kind.PRESCHOOL,
    "детский сад": Kind.PRESCHOOL,
    "дополнительного образования": Kind.EXTRACURRICULAR,
    "колледж": Kind.COLLEGE,
    "другая": Kind.OTHER,
}


@fact(
    "вид_организации",
    of=Kind.OTHER,
    title="Организация данного вида",
    measure=Measure.FLAG,
    aliases=("kind_of_organisation",),
    parameters=(
        Parameter("вид", "kind", "школа, дошкольная, дополнительного образования, колледж или другая", choices=KINDS),
    ),
    source=REGISTER,
)
def kind_of_organisation(basis: Basis, units: QuerySet[Unit] | None = None, *, kind: str) -> QuerySet:
    """1 where the organisation was of this kind on the basis's day."""
    organisations = (Unit.objects.all() if units is None else units).filter(kind__in=ORGANISATIONS)
    then = UnitVersion.objects.on(basis.on).filter(unit=OuterRef("pk"))
    answer = Case(
        When(Exists(then.filter(kind=kind)), then=Value(1)),
        When(Exists(then), then=Value(0)),
        When(kind=kind, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return organisations.values_list("pk", answer)


@fact(
    "малокомплектная",
    of=Kind.SCHOOL,
    title="В школе не больше данного числа обучающихся",
    measure=Measure.FLAG,
    aliases=("малокомплектные", "малокомплектных", "small_school"),
    parameters=(Parameter("не_больше", "most", "число обучающихся", required=False, default=50, number=True),),
    availability=_loaded,
    source=PASSPORT,
)
def small_school(basis: Basis, units: QuerySet[Unit] | None = None, *, most: int) -> QuerySet:
    """1 where the school has no more pupils than this; unknown where it did not say."""
    answer = Case(
        When(pupils__lte=most, then=Value(1)),
        When(pupils__gt=most, then=Value(0)),
        default=None,
        output_field=IntegerField(),
    )
    return _years(basis, units).values_list("unit_id", answer)


@fact(
    "число_школ",
    of=Kind.MUNICIPALITY,
    title="Школ в муниципалитете",
    unit="школ",
    aliases=("schools_of",),
    source=REGISTER,
)
def number_of_schools(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """How many schools stand in the municipality on the basis's day."""
    places = Unit.objects.filter(kind=Kind.MUNICIPALITY) if units is None else units.filter(kind=Kind.MUNICIPALITY)
    day = basis.on
    schools = Unit.objects.open_on(day).of_kind_on(day, Kind.SCHOOL)
    here = Q(descent__unit__in=schools.values("pk"), descent__valid_from__lte=day) & (
        Q(descent__valid_to=None) | Q(descent__valid_to__gte=day)
    )
    return places.annotate(value=Count("descent__unit", filter=here)).values_list("pk", "value")
