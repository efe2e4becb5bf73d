"""
Values of past years in today's territories, summed on read from the leaves that the year itself had.

A leaf is a unit of the level at which the indicator is collected. Numerators, denominators and those left out add up;
an indicator that takes the least or the greatest of its districts, or compares years, does not, so it is computed anew
over today's tree. Of a closed period whose data have changed since, that would not be what was approved: a territory
made of the same leaves as then keeps its official value, and only one with other borders, which had none, is computed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from indicators.enums import IndicatorKind, RollUp, ValueStatus
from indicators.facts import FactsOf
from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.formula.facts import Fragment
from indicators.models import IndicatorEdition, IndicatorValue, Period, ValueCells, ValueSinceClosing
from indicators.selectors.bases import Bases
from schools.models import Ancestry, Unit, UnitVersion
from schools.selectors.geography import municipality_on

NOT_ADDED = (RollUp.LEAST, RollUp.GREATEST, RollUp.ANEW)
TODAY = (
    "SELECT u.id AS unit_id, above.key::bigint AS ancestor_id FROM schools_unit u"
    " CROSS JOIN LATERAL unnest(string_to_array(trim(both '/' from u.path), '/')) AS above(key)"
)


@dataclass(frozen=True, slots=True)
class Summed:
    """The value of an edition and a period for a territory of today."""

    edition_id: int
    period_id: int
    unit_id: int
    n: Decimal | None
    d: Decimal | None
    left_out: int
    status: str
    cells: tuple[Decimal, ...] | None = None  # of a distribution


class TodaysFacts(FactsOf):
    """The facts of a basis, rolled up by today's tree."""

    def ancestry(self) -> Fragment:
        """Return SQL giving `unit_id, ancestor_id` of today, units that are no more with those in their place."""
        return Fragment(TODAY)


def values_today(
    *, units: Collection[int], editions: Collection[IndicatorEdition], periods: Collection[int]
) -> Iterator[Summed]:
    """Return the values of editions and periods for territories of today, none of which lies in another."""
    for edition in editions:
        if edition.roll_up in NOT_ADDED:
            yield from _computed(edition, units, periods)
    added = [edition.pk for edition in editions if edition.roll_up not in NOT_ADDED]
    rows = leaves(units=units, editions=added, periods=periods).order_by()
    sums = rows.values("edition", "period", "place").annotate(
        sum_n=Sum("n"),
        sum_d=Sum("d"),
        sum_out=Sum("left_out"),
        known=Count("pk", filter=Q(n__isnull=False)),
        cause=Min("status", filter=~Q(status=ValueStatus.KNOWN)),
    )
    cells = _cells(units, editions, periods)
    spread = {edition.pk for edition in editions if edition.kind == IndicatorKind.DISTRIBUTION}
    for row in sums:
        summed = _summed(row["edition"], row["period"], row["place"], row, is_spread=row["edition"] in spread)
        yield replace(summed, cells=cells.get((summed.edition_id, summed.period_id, summed.unit_id)))


def _cells(
    units: Collection[int], editions: Collection[IndicatorEdition], periods: Collection[int]
) -> dict[tuple[int, int, int], tuple[Decimal, ...]]:
    """
    Sum the cells of distributions, part by part, by edition, period and territory of today.

    Where leaves have other parts, for one has not been computed since they changed, there is no sum of them.
    """
    spread = [edition.pk for edition in editions if edition.kind == IndicatorKind.DISTRIBUTION]
    if not spread:
        return {}
    rows = _lying_in(ValueCells.objects.filter(edition__in=spread, period__in=periods), units)
    found: dict[tuple[int, int, int], list[list[Decimal]]] = defaultdict(list)
    for edition, period, place, cells in rows.values_list("edition", "period", "place", "cells"):
        found[edition, period, place].append(cells)
    return {key: tuple(map(sum, zip(*rows, strict=True))) for key, rows in found.items() if len({*map(len, rows)}) == 1}


def leaves(*, units: Collection[int], editions: Collection[int], periods: Collection[int]) -> QuerySet[IndicatorValue]:
    """Return the stored values of the leaves that lie today in the given territories, with which one as `place`."""
    return _lying_in(IndicatorValue.objects.filter(edition__in=editions, period__in=periods), units)


def _lying_in(rows: QuerySet, units: Collection[int]) -> QuerySet:
    """Keep the rows of leaves that lie today in the given territories, with which one as `place`."""
    here = ExpressionWrapper(OuterRef("unit__path"), output_field=CharField())
    place = Unit.objects.filter(pk__in=list(units)).alias(here=here).filter(here__startswith=F("path")).values("pk")[:1]
    was = UnitVersion.objects.filter(
        unit=OuterRef("unit"),
        valid_from__lte=OuterRef("period__ends_on"),
        valid_to__gte=OuterRef("period__ends_on"),
    ).values("kind")[:1]
    return (
        rows.annotate(kind_then=Coalesce(Subquery(was), F("unit__kind")))
        .filter(kind_then=F("edition__level"))
        .annotate(place=Subquery(place, output_field=BigIntegerField()))
        .filter(place__isnull=False)
    )


def _summed(edition: int, period: int, place: int, row: dict, *, is_spread: bool = False) -> Summed:
    """
    Put sums together as the year's own roll-up does: unknown where nobody is known and somebody is left out.

    A distribution of nobody is none.
    """
    is_blank = not row["known"] and row["sum_out"]
    n = None if is_blank else (row["sum_n"] if row["sum_n"] is not None else Decimal(0))
    d = row["sum_d"]
    is_known = n is not None and d != 0 and not (is_spread and n == 0)
    status = ValueStatus.KNOWN if is_known else (row["cause"] or ValueStatus.NOBODY)
    if not is_known and not row["sum_out"]:
        status = ValueStatus.NOBODY
    return Summed(edition, period, place, n, d, row["sum_out"] or 0, status)


def _computed(edition: IndicatorEdition, units: Collection[int], periods: Collection[int]) -> Iterator[Summed]:
    """Compute what does not add up by one statement a period, over today's tree."""
    known = list(Period.objects.select_related("in_force").filter(pk__in=periods))
    bases = Bases(known)
    for period in known:
        facts = TodaysFacts(bases.of(period, edition.indicator_id))
        statement = compile_meaning(check(edition.formula, facts), facts)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT unit_id, round(n, 4), round(d, 4), left_out FROM ({statement.sql}) AS stated"  # noqa: S608 - numbered names only
                " WHERE unit_id = ANY(%s)",
                [*statement.params, list(units)],
            )
            found = cursor.fetchall()
        approved = _as_approved(edition, units, period)
        yield from approved.values()
        for unit_id, n, d, left_out in found:
            if unit_id in approved:
                continue
            row = {"known": n is not None, "sum_n": n, "sum_d": d, "sum_out": left_out, "cause": None}
            yield _summed(edition.pk, period.pk, unit_id, row)


def _as_approved(edition: IndicatorEdition, units: Collection[int], period: Period) -> dict[int, Summed]:
    """Return the official values of territories that consist of the leaves of then, where others came out since."""
    beside = ValueSinceClosing.objects.filter(period=period.pk, indicator=edition.indicator_id)
    if period.closing is None or not beside.exists():
        return {}
    now: dict[int, set[int]] = defaultdict(set)
    of_leaves = leaves(units=units, editions=[edition.pk], periods=[period.pk])
    for place, unit in of_leaves.values_list("place", "unit"):
        now[place].add(unit)
    then: dict[int, set[int]] = defaultdict(set)
    every = set().union(*now.values())
    stood = Ancestry.objects.filter(valid_from__lte=period.ends_on).exclude(valid_to__lt=period.ends_on)
    for place, unit in stood.filter(ancestor__in=list(units)).values_list("ancestor", "unit"):
        if unit in every:
            then[place].add(unit)
    alike = [unit for unit in units if now[unit] == then[unit]]
    rows = IndicatorValue.objects.filter(edition=edition.pk, period=period.pk, unit__in=alike)
    return {
        row.unit_id: Summed(edition.pk, period.pk, row.unit_id, row.n, row.d, row.left_out, row.status) for row in rows
    }


def leaves_with_places(*, unit: Unit, edition: IndicatorEdition, period: Period) -> QuerySet[IndicatorValue]:
    """
    Return the leaves of one value, each with the municipality in which it stood on the period's last day.

    None where the indicator does not add up.
    """
    day = period.ends_on
    rows = leaves(units=[unit.pk], editions=[edition.pk], periods=[period.pk]).select_related("unit")
    stood = Unit.objects.filter(pk=OuterRef("stood_in")).as_of(day).values("short_name_then")[:1]
    rows = rows.annotate(stood_in=Subquery(municipality_on(day, "unit_id")))
    rows = rows.annotate(place_then=Subquery(stood))
    return rows.none() if edition.roll_up in NOT_ADDED else rows
