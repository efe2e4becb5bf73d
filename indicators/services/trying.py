"""
Trying a definition before it is written: what a formula gives in a year, and whom a new edition would change.

Nothing is kept. The live result is read by the same statement that would compute it; the dry run writes the edition
and its values for real, looks at what has changed, and undoes all of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.numbers import NBSP, format_number
from common.sql import within_seconds
from indicators.facts import Basis, FactsOf, Level
from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.formula.explain import headline, spread_headline
from indicators.formula.proof import Meaning, Root
from indicators.models import Indicator, IndicatorEdition, shown_value
from indicators.registry import standings_of
from indicators.selectors.bases import basis_of
from indicators.selectors.comparing import YearOfMoves, moves
from indicators.services.agreement import agree, describing, follow, refuse_foreign
from indicators.services.computing import proven
from indicators.services.definitions import Definition, region
from indicators.services.runs import Plan, Wish, run_at_once
from schools.access import require
from schools.enums import Kind
from schools.models import Unit

LIVE_SECONDS = 5
DRY_SECONDS = 10
FIRST = 8
KIND_OF_LEVEL = {Level.SCHOOL: Kind.SCHOOL, Level.MUNICIPALITY: Kind.MUNICIPALITY, Level.DISTRICT: Kind.DISTRICT}


@dataclass(frozen=True, slots=True)
class TriedUnit:
    """What a formula gives one unit."""

    name: str
    kind: str
    n: Decimal | None
    d: Decimal | None
    left_out: int
    value: Decimal | None
    cells: tuple[Decimal, ...] = ()  # of a distribution


@dataclass(frozen=True, slots=True)
class Tried:
    """What a formula gives in a year: the region's value in a sentence, the first territories and members."""

    basis: Basis
    sentence: str
    units: list[TriedUnit]
    count: int
    parts: tuple[str, ...] = ()  # names of the cells of a distribution


@dataclass(frozen=True, slots=True)
class TargetMoved:
    """A target to which an indicator would stand otherwise."""

    title: str
    was: str
    is_now: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a new edition would change: values by year, targets by how the indicator stands to them."""

    edition: IndicatorEdition
    years: list[YearOfMoves]
    targets: list[TargetMoved]

    @property
    def changed(self) -> int:
        """How many values of all years would be others."""
        return sum(year.changed for year in self.years)


def try_formula(*, formula: str, year: int, precision: int, actor: User) -> Tried:
    """
    Compute a formula for a programme year, and keep nothing.

    :raises FormulaError: if it makes no sense
    :raises TooLong: if it takes longer than a person who types would wait
    :raises Period.DoesNotExist: if the year is not known
    """
    here = region()
    require(actor, Permission.INDICATOR_EDIT, at=here)
    basis = basis_of(year)
    facts = FactsOf(basis)
    meaning = check(formula, facts)
    statement = compile_meaning(meaning, facts)
    seen = Unit.objects.visible_to(actor, Permission.INDICATOR_VIEW).order_by()
    cells = "stated.cells" if meaning.root is Root.DISTRIBUTION else "NULL"
    with within_seconds(LIVE_SECONDS), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT stated.unit_id, u.short_name, u.kind, round(stated.n, 4), round(stated.d, 4), {cells},"  # noqa: S608 - numbered names only
            f" stated.left_out FROM ({statement.sql}) AS stated JOIN schools_unit u ON u.id = stated.unit_id"
            " WHERE u.id = ANY(%s) ORDER BY u.sort_key, u.id",
            [*statement.params, list(seen.values_list("pk", flat=True))],
        )
        rows = cursor.fetchall()
    units = [(key, _tried(meaning, *row)) for key, *row in rows]
    of_region = next((unit for key, unit in units if key == here.pk), None)
    first = _first(meaning, units, of_region)
    return Tried(basis, _sentence(meaning, of_region, precision), first, len(units), meaning.labels)


def _tried(
    meaning: Meaning,
    name: str,
    kind: str,
    n: Decimal | None,
    d: Decimal | None,
    cells: list[Decimal] | None,
    left_out: int,
) -> TriedUnit:
    """What the statement gave a unit; the pair of a change only serves to divide and is not shown."""
    value = shown_value(n, d, meaning.scale)
    if meaning.root is Root.CHANGE:
        n = d = None
    return TriedUnit(name, kind, n, d, left_out, value, tuple(cells or ()))


def _sentence(meaning: Meaning, unit: TriedUnit | None, precision: int) -> str:
    if unit is None:
        return "У края этого показателя нет: он не складывается выше своего уровня."
    if meaning.root is Root.DISTRIBUTION:
        return spread_headline(meaning, [Fraction(cell) for cell in unit.cells], unit.left_out, precision)
    if meaning.root is Root.CHANGE and unit.value is not None:
        sign = "+" if unit.value > 0 else ""
        aside = f"; не учтено: {unit.left_out}" if unit.left_out else ""
        return f"{sign}{format_number(unit.value, precision)}{NBSP}{meaning.unit}".rstrip(NBSP) + f"{aside}."
    n, d = (None if part is None else Fraction(part) for part in (unit.n, unit.d))
    return headline(meaning, unit.value, n, d, unit.left_out, precision)


def _first(meaning: Meaning, units: list[tuple[int, TriedUnit]], of_region: TriedUnit | None) -> list[TriedUnit]:
    """The region, the first municipalities and, where members are smaller than those, the first members."""
    member = KIND_OF_LEVEL.get(meaning.level, "")
    kinds = dict.fromkeys((Kind.MUNICIPALITY, member))
    first = [of_region] if of_region else []
    for kind in kinds:
        first += [unit for _, unit in units if unit.kind == kind][:FIRST]
    return first


class _Undone(Exception):
    """Carries the preview out of the transaction that it undoes."""

    def __init__(self, preview: Preview) -> None:
        self.preview = preview


def preview_definition(*, indicator: Indicator, definition: Definition, actor: User, now: datetime) -> Preview:
    """
    Say whom a new edition would change, in every year and every target.

    :raises FormulaError: if the formula makes no sense
    :raises KindDisagrees: if it gives a count where a share is promised, or the like, or breaks who refers to it
    :raises TooLong: if computing a year takes longer than a person would wait
    """
    require(actor, Permission.INDICATOR_EDIT, at=region())
    current = indicator.editions.get(is_current=True)
    current.indicator = indicator
    try:
        with within_seconds(DRY_SECONDS):
            raise _Undone(_written_for_now(indicator, current, definition, actor, now))
    except _Undone as done:
        return done.preview


def _written_for_now(
    indicator: Indicator, current: IndicatorEdition, definition: Definition, actor: User, now: datetime
) -> Preview:
    today = timezone.localdate(now)
    before = standings_of(indicator.pk, actor, today)
    meaning = proven(definition.formula, code=indicator.code)
    agree(definition, meaning)
    refuse_foreign(meaning, indicator.owner_id)
    with transaction.atomic():
        IndicatorEdition.objects.filter(pk=current.pk).update(is_current=False)
        edition = IndicatorEdition.objects.create(
            indicator=indicator,
            number=current.number + 1,
            valid_from=today,
            **describing(meaning),
            **asdict(definition),
        )
    follow(indicator)  # what would break those that refer to it is told before anybody saves
    run_at_once(Plan([Wish(edition)]), reason="проба", now=now, is_trial=True)
    after = standings_of(indicator.pk, actor, today)
    targets = [
        TargetMoved(title, before[key][1] if key in before else "", standing)
        for key, (title, standing) in after.items()
        if key not in before or before[key][1] != standing
    ]
    return Preview(edition, moves(left=current, right=edition, user=actor), targets)
