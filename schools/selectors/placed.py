"""
Rows about units, each with what its unit stands in: on a day, or today.

Who may see a row is asked of today's tree; only what a list says, groups and counts goes by the day. A unit that was no
more by the day is where it stood last, one that was made later is where it stands today. Today what stood in a
municipality that is no more stands in the one that took over.
"""

from datetime import date

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least
from django.utils import timezone

from schools.enums import Kind
from schools.models import Placement, Unit, UnitVersion
from schools.selectors.geography import Geography, as_named, has_changed_since


def placed(rows: QuerySet, geography: Geography, *, unit: str = "unit", on: Expression | None = None) -> QuerySet:
    """
    Add what the unit of each row stands in: `place`, its key, `place_name`, `place_full_name`, `place_sort`;
    and what the unit itself is called, `unit_name`.

    `unit` is the way from a row to its unit, empty where rows are units. `on` is the day of each row where rows are of
    several years; else all are told of the day of the geography.
    """
    way = f"{unit}__" if unit else ""
    today = {name: _open_above(way, name) for name in ("pk", "short_name", "name", "sort_key")}
    if geography.is_today:
        path, name = F(f"{way}path"), F(f"{way}short_name")
        return rows.alias(place_path=path).annotate(
            place=today["pk"],
            place_name=today["short_name"],
            place_full_name=today["name"],
            place_sort=today["sort_key"],
            unit_name=name,
        )
    rows = rows.alias(told_on=on or Value(geography.day, output_field=DateField()))
    key = OuterRef(unit or "pk")
    stood = Placement.objects.filter(unit=key, valid_from__lte=OuterRef("told_on")).order_by("-valid_from")
    return rows.alias(place_path=Coalesce(Subquery(stood.values("path")[:1]), F(f"{way}path"))).annotate(
        place=Coalesce(Subquery(stood.values("parent")[:1], output_field=BigIntegerField()), today["pk"]),
        place_name=Coalesce(_above_called(stood, "short_name"), today["short_name"]),
        place_full_name=Coalesce(_above_called(stood, "name"), today["name"]),
        place_sort=Coalesce(Subquery(stood.values("parent__sort_key")[:1]), today["sort_key"]),
        unit_name=Coalesce(_called(key, OuterRef("told_on"), "short_name"), F(f"{way}short_name")),
    )


def heir_today(way: str = "") -> Case:
    """The key of the municipality itself, or of the one that took over from it; of other units their own."""
    is_gone = Q(**{f"{way}kind": Kind.MUNICIPALITY, f"{way}closed_on__isnull": False})
    own = F(f"{way}pk")
    return Case(When(is_gone, then=_open_above(way, "pk")), default=own, output_field=BigIntegerField())


def standing_in(rows: QuerySet, key: int) -> QuerySet:
    """Keep of rows read by `placed` those whose unit is a territory, or stands in it."""
    return rows.filter(place_path__contains=f"/{key}/")


def municipalities_in(seen: QuerySet[Unit], geography: Geography) -> list[tuple[int, str]]:
    """Return those of some units that are municipalities in a geography, as keys and names, for a choice."""
    if geography.is_today:
        found = seen.of_kind(Kind.MUNICIPALITY).filter(closed_on=None)
    else:
        found = seen.open_on(geography.day).of_kind_on(geography.day, Kind.MUNICIPALITY).as_of(geography.day)
    return [(unit.pk, as_named(unit, geography).short_name) for unit in found.in_order()]


def last_day_of(year: Expression) -> Expression:
    """Return the last day of a row's programme year as an expression, or today while the year runs."""
    day = Func(Cast(year, IntegerField()), 12, 31, function="make_date", output_field=DateField())
    return Least(day, Value(timezone.localdate(), output_field=DateField()))


def told_in(geography: Geography) -> list[tuple[str, str]]:
    """Say of a file that it is told in today's territories; of the year's own, the usual, nothing is said."""
    return [("Территории", "сегодняшние, а не своего года")] if geography.is_today else []


def have_borders_moved(since: date = date.min) -> bool:
    """Say whether borders have moved since a day, so that a year can be told in two ways."""
    return Unit.objects.filter(has_changed_since(since), parent=None).exists()


def _open_above(way: str, field: str) -> Case:
    """The field of what stands above today; in place of what is no more, of what took over from it."""
    above = [f"{way}{'__'.join(['parent'] * steps)}" for steps in (1, 2, 3)]
    return Case(
        *(When(**{f"{one}__closed_on": None}, then=F(f"{one}__{field}")) for one in above[:2]),
        default=F(f"{above[2]}__{field}"),
        output_field=BigIntegerField() if field == "pk" else None,
    )


def _above_called(stood: QuerySet[Placement], field: str) -> Subquery:
    """What the unit above was called on the day of the row."""
    was = _called(OuterRef("parent"), OuterRef(OuterRef("told_on")), field)
    return Subquery(stood.values(said=Coalesce(was, F(f"parent__{field}")))[:1])


def _called(unit: OuterRef, day: OuterRef, field: str) -> Subquery:
    """What a unit was called on a day, nothing if it is still called so."""
    was = UnitVersion.objects.filter(unit=unit, valid_from__lte=day, valid_to__gte=day)
    return Subquery(was.values(field)[:1])
