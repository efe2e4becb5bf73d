"""Everything that the monitoring of a programme's indicators says of one territory and year."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import product

from django.db.models import Max

from accounts.models import User
from accounts.permissions import Permission
from indicators.enums import ValueStatus
from indicators.facts import Basis, level_of_kind
from indicators.models import DataElement, IndicatorValue, Observation, RecalculationRun
from indicators.selectors.asked import questions_of
from indicators.selectors.distributions import Spread, spread_of, spread_of_value, with_cells
from indicators.selectors.said_closing import said_closings
from indicators.selectors.today import values_today
from programmes.models import Programme
from programmes.selectors.indicator_table import Cell, IndicatorTable, Row, indicator_table
from reports.selectors.basis import NothingToReport, basis_for
from reports.selectors.breaks import breaks_of
from reports.selectors.cohorts import cohort, listed
from reports.selectors.overview import regional_programme
from reports.selectors.territory import PlacedUnit, placed_units
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.geography import Geography

LEVELS = (Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY, Kind.SCHOOL)


@dataclass(frozen=True)
class MissingEntry:
    """Something that is asked for: of how many it is asked, how many have not answered, who they are."""

    name: str
    level: str
    asked: int
    missing: Sequence[str]


@dataclass(frozen=True)
class UnitValue:
    """The value of one indicator for one municipality."""

    municipality: str
    number: str
    indicator: str
    unit_of_measure: str
    value: Decimal | None
    n: Decimal | None
    d: Decimal | None
    left_out: int
    status: str
    spread: Spread | None = None  # of a distribution


@dataclass(frozen=True)
class IndicatorsData:
    """The indicators of a programme in one territory: all its years, one of them looked at."""

    unit: Unit
    year: int
    programme: Programme
    basis: Basis
    table: IndicatorTable
    missing: Sequence[MissingEntry]
    values: Sequence[UnitValue]
    run: RecalculationRun | None
    closed: Sequence[tuple[str, str]] = ()  # its years that were closed by order, in words
    breaks: frozenset[int] = frozenset()  # years in which the borders of the territory moved

    def cell(self, row: Row) -> Cell:
        """Return the year that is looked at of an indicator."""
        return next(cell for cell in row.cells if cell.year == self.year)

    def before(self, row: Row) -> Cell | None:
        """Return the year before of an indicator, if the programme has it."""
        return next((cell for cell in row.cells if cell.year == self.year - 1), None)

    @property
    def computed_at(self) -> datetime | None:
        """When the values were computed last."""
        return self.run.started_at if self.run else None


def indicators_data(*, user: User, unit: Unit, year: int, today: date, is_today: bool = False) -> IndicatorsData:
    """
    Gather the indicators of the regional programme for a region, a district or a municipality.

    :raises NothingToReport: if no programme runs in the year, or none of its indicators concerns the unit
    """
    basis = basis_for(year)
    programme = regional_programme(year, over=unit)
    if programme is None:
        raise NothingToReport(f"Программы, действующей в {year} году, нет: загрузите её или выберите другой год.")
    table = indicator_table(unit=unit, programme=programme, today=today, is_today=is_today)
    if not table.rows or not any(period.code == str(year) for period in table.periods):
        raise NothingToReport(f"{unit.short_name}: у программы «{programme}» нет показателей на {year} год.")
    geography = Geography(basis.on, is_today).of(unit)
    return IndicatorsData(
        unit=unit,
        year=year,
        programme=programme,
        basis=basis,
        table=table,
        missing=_missing(user, unit, basis, geography),
        values=(_values_today if geography.is_today else _values)(user, unit, basis, table),
        run=_last_run(unit, basis),
        closed=said_closings(table.closed, user=user),
        breaks=frozenset() if is_today else frozenset(breaks_of(unit)),
    )


def _units_below(user: User, unit: Unit, geography: Geography) -> dict[str, dict[int, PlacedUnit]]:
    """Return the units of each level under a unit, itself included, that existed on the day, by key."""
    day = geography.day
    below = Unit.objects.within(unit) if geography.is_today else Unit.objects.standing_under(unit, day)
    units = Unit.objects.visible_to(user, Permission.INDICATOR_VIEW).of_kind(*LEVELS).filter(pk__in=below.values("pk"))
    return placed_units(units.open_on(day), geography)


def _missing(user: User, unit: Unit, basis: Basis, geography: Geography) -> list[MissingEntry]:
    """Find what has not been entered: by the units of each level; of schools, by those of the year's list."""
    units = _units_below(user, unit, geography)
    found = cohort(user=user, unit=unit, year=basis.cohort_year)
    on_list = {key for key, one in found.schools.items() if listed(one.categories)} if found else set()
    units[Kind.SCHOOL] = {key: one for key, one in units.get(Kind.SCHOOL, {}).items() if key in on_list}
    questions = questions_of(basis.year)
    elements = [one for one in DataElement.objects.asked_of(unit).order_by("pk") if questions.is_put(one, unit)]
    keys = {key for level in units.values() for one in level.values() for key in one.parts}
    entered = _entered(basis, elements, keys)
    missing = []
    for element in elements:
        asked = units.get(element.level, {})
        left = [one.name for one in asked.values() if not one.parts <= entered.get(element.pk, set())]
        if left:
            missing.append(MissingEntry(element.name, element.level, len(asked), left))
    missing.sort(key=lambda one: -level_of_kind(one.level).rank)
    return missing


def _entered(basis: Basis, elements: Collection[DataElement], units: Collection[int]) -> dict[int, set[int]]:
    """Return by element which of some units have entered it, for each half-year or wave, and each category, asked."""
    periods = {element.pk: element.codes_within(basis.period) for element in elements}
    wanted = {element.pk: set(product(periods[element.pk], element.cells)) for element in elements}
    rows = Observation.objects.counted().filter(period__code__in=set().union(*periods.values()), unit__in=units)
    found: dict[tuple[int, int], set[tuple[str, str]]] = {}
    for element, unit, *cell in rows.values_list("element_id", "unit_id", "period__code", "category"):
        found.setdefault((element, unit), set()).add(tuple(cell))
    entered: dict[int, set[int]] = {}
    for (element, unit), cells in found.items():
        if element in wanted and wanted[element] <= cells:
            entered.setdefault(element, set()).add(unit)
    return entered


def _values(user: User, unit: Unit, basis: Basis, table: IndicatorTable) -> list[UnitValue]:
    """Return the values of the year for every municipality below."""
    if unit.kind == Kind.MUNICIPALITY:
        return []
    below = Unit.objects.standing_under(unit, basis.on).values("pk")
    rows = _rows_by_edition(table, basis)
    seen = IndicatorValue.objects.visible_to(user, Permission.INDICATOR_VIEW)
    values = (
        with_cells(seen, [cell.edition for row in rows.values() for cell in row.cells])
        .filter(period=basis.period, edition__in=rows, unit__kind=Kind.MUNICIPALITY, unit__in=below)
        .select_related("unit", "edition")
    )
    order = {edition: place for place, edition in enumerate(rows)}
    ordered = sorted(values, key=lambda one: (one.unit.sort_key, order[one.edition_id]))
    return [_unit_value(one, rows[one.edition_id]) for one in ordered]


def _rows_by_edition(table: IndicatorTable, basis: Basis) -> dict[int, Row]:
    """Return the rows of the table by the edition that counts in the year: in a closed one that which was approved."""
    return {cell.edition.pk: row for row in table.rows for cell in row.cells if cell.year == basis.year}


def _values_today(user: User, unit: Unit, basis: Basis, table: IndicatorTable) -> list[UnitValue]:
    """Return the values of the year for every municipality of today, summed from what the year itself had."""
    if unit.kind == Kind.MUNICIPALITY:
        return []
    places = Unit.objects.visible_to(user, Permission.INDICATOR_VIEW).of_kind(Kind.MUNICIPALITY).within(unit)
    names = {place.pk: place for place in places.filter(closed_on=None).in_order()}
    rows = _rows_by_edition(table, basis)
    editions = {key: next(cell.edition for cell in row.cells if cell.year == basis.year) for key, row in rows.items()}
    order = {key: number for number, key in enumerate(rows)}
    found = values_today(units=names, editions=list(editions.values()), periods=[basis.period.pk])
    ordered = sorted(found, key=lambda one: (names[one.unit_id].sort_key, order[one.edition_id]))
    return [
        UnitValue(
            municipality=names[one.unit_id].short_name,
            number=rows[one.edition_id].place.number,
            indicator=rows[one.edition_id].indicator.name,
            unit_of_measure=editions[one.edition_id].unit_of_measure,
            value=None if one.cells else editions[one.edition_id].shown(one.n, one.d),
            n=one.n,
            d=one.d,
            left_out=one.left_out,
            status=ValueStatus(one.status).label,
            spread=spread_of(editions[one.edition_id], one.cells),
        )
        for one in ordered
    ]


def _unit_value(value: IndicatorValue, row: Row) -> UnitValue:
    return UnitValue(
        municipality=value.unit.short_name,
        number=row.place.number,
        indicator=row.indicator.name,
        unit_of_measure=value.edition.unit_of_measure,
        value=None if value.edition.parts else value.edition.shown(value.n, value.d),
        n=value.n,
        d=value.d,
        left_out=value.left_out,
        status=value.get_status_display(),
        spread=spread_of_value(value),
    )


def _last_run(unit: Unit, basis: Basis) -> RecalculationRun | None:
    newest = IndicatorValue.objects.filter(unit=unit, period=basis.period).aggregate(run=Max("run"))["run"]
    return RecalculationRun.objects.filter(pk=newest).first() if newest else None
