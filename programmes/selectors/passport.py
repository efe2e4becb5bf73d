"""A programme as its document has it: passport, goals, directions with indicators and their targets by year."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject

from common.numbers import NBSP, format_number
from indicators.enums import PeriodKind, ValueStatus
from indicators.models import IndicatorEdition, IndicatorValue, Period, PeriodBasis
from indicators.selectors.closings import OFFICIAL
from programmes.enums import Cumulation, SectionPart, TargetOperator, TargetScope
from programmes.models import Direction, Goal, PassportSection, Programme, ProgrammeIndicator, Target
from programmes.selectors.judging import Measured
from programmes.selectors.saying import group_title, said_counted, said_end, said_last_change, said_value, said_whose
from programmes.selectors.targets import with_last_change


@dataclass(frozen=True)
class TargetCell:
    """What is promised for a year, in words, and what has come of it for the programme's own unit."""

    year: int
    promise: str
    value: str = ""  # empty where there is none, or where it is not the reader's to see
    value_key: int | None = None
    changed: str = ""
    key: int | None = None  # of the target
    others: tuple[tuple[int, str, str], ...] = ()  # of half-years, waves and single units: key, whose or when, what


@dataclass
class IndicatorRow:
    """An indicator with what is promised of it in each year of the programme."""

    indicator: ProgrammeIndicator
    unit: str
    targets: list[TargetCell]  # one a year
    end: str = ""  # what is promised by the programme's end
    cumulation: str = ""
    heads_table: str = ""  # title of the document's table, on the first of its rows
    why_asked: str = ""  # this and the cycle stand on the first of the rows that share them
    cycle: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def counted(self) -> str:
        """What is counted and who leaves the denominator, in a sentence."""
        return said_counted(self.indicator.counted)


# The columns of a document's table beside the indicator itself, in their order.
CYCLE = {
    "methods": "Методы сбора информации",
    "sources": "Источники",
    "monitoring": "Мониторинг, сроки",
    "deadline": "Срок",
    "analysis": "Анализ результатов мониторинга",
    "recommendations": "Адресные рекомендации",
    "mechanisms": "Механизмы управления, действия",
    "measures": "Меры и мероприятия",
    "decisions": "Управленческие решения",
    "documents": "Документы",
    "effectiveness": "Анализ эффективности принятых мер",
}


@dataclass(frozen=True)
class YearBasis:
    """What feeds a year of the programme."""

    year: str
    academic_year: int
    cohort_year: int
    wave: str


@dataclass
class DirectionBlock:
    """A direction with its indicators; those outside directions stand in blocks without one."""

    direction: Direction | None
    is_headline: bool = False
    rows: list[IndicatorRow] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The direction; for rows outside directions, what they are."""
        return group_title(self.direction, is_headline=self.is_headline)


@dataclass
class PassportText:
    """The pieces of a programme's text by where they stand."""

    passport: list[PassportSection] = field(default_factory=list)
    chapters: list[PassportSection] = field(default_factory=list)
    notes: list[PassportSection] = field(default_factory=list)
    abbreviations: list[tuple[str, str]] = field(default_factory=list)


def passport_text(programme: Programme) -> PassportText:
    """Return a programme's text: rows of the passport, chapters, notes to the text, abbreviations."""
    text = PassportText()
    places = {
        SectionPart.PASSPORT: text.passport,
        SectionPart.CHAPTER: text.chapters,
        SectionPart.NOTE: text.notes,
    }
    for section in programme.sections.order_by("number"):
        if section.part == SectionPart.ABBREVIATIONS:
            pairs = (item.partition(" — ") for item in section.items)
            text.abbreviations += [(short, full) for short, _, full in pairs]
        else:
            places[SectionPart(section.part)].append(section)
    return text


def goals_with_tasks(programme: Programme) -> list[tuple[Goal, list[Goal]]]:
    """List a programme's goals, each with its tasks."""
    goals = list(programme.goals.order_by("number"))
    return [(goal, [task for task in goals if task.parent_id == goal.pk]) for goal in goals if goal.parent_id is None]


def target_years(programme: Programme) -> list[int]:
    """List the calendar years of a programme's term."""
    return list(range(programme.starts_on.year, programme.ends_on.year + 1))


def directions_with_targets(programme: Programme, *, with_values: bool = False) -> list[DirectionBlock]:
    """
    List a programme's directions with their indicators and targets, the headline indicator first.

    `with_values` adds what was computed for the programme's own unit.
    """
    years = target_years(programme)
    current = IndicatorEdition.objects.filter(indicator=OuterRef("indicator"), is_current=True)
    said = JSONObject(kind="kind", unit_of_measure="unit_of_measure", precision="precision")
    indicators = programme.programme_indicators.select_related("indicator").annotate(
        edition=Subquery(current.values(said=said)[:1])
    )
    blocks = {direction.pk: DirectionBlock(direction) for direction in programme.directions.all()}
    headline, outside = DirectionBlock(None, is_headline=True), DirectionBlock(None)
    tables: set[str] = set()
    targets = Prefetch("targets", _targets(programme.unit_id if with_values else None))
    for each in indicators.prefetch_related(targets).order_by("sort_order", "pk"):
        block = blocks.get(each.direction_id, headline if each.is_headline else outside)
        row = _row(each, years, heads=bool(each.group_title) and each.group_title not in tables)
        before = block.rows[-1].indicator if block.rows else None
        if before is None or before.why_asked != each.why_asked:
            row.why_asked = each.why_asked
        if before is None or before.management != each.management:
            row.cycle = [(CYCLE[key], each.management[key]) for key in CYCLE if key in each.management]
        block.rows.append(row)
        tables.add(each.group_title)
    return [*([headline] if headline.rows else []), *blocks.values(), *([outside] if outside.rows else [])]


def _row(each: ProgrammeIndicator, years: list[int], *, heads: bool) -> IndicatorRow:
    by_year: dict[int, Target] = {}
    beside: dict[int, list[Target]] = {}
    for target in each.targets.all():
        if target.unit_id is None and target.period.kind == PeriodKind.YEAR:
            by_year[target.period.year] = target
        else:
            beside.setdefault(target.period.year, []).append(target)
    edition = IndicatorEdition(**(each.edition or {}))
    unit = edition.unit_of_measure if each.edition else ""
    return IndicatorRow(
        indicator=each,
        unit=unit,
        targets=[_cell(year, by_year.get(year), edition, unit, beside.get(year, [])) for year in years],
        end=said_end(each, edition),
        cumulation=str(Cumulation(each.cumulation).label) if each.cumulation else "",
        heads_table=each.group_title if heads else "",
    )


def _cell(year: int, target: Target | None, edition: IndicatorEdition, unit: str, beside: list[Target]) -> TargetCell:
    promise = target_in_words(target, unit)
    others = tuple((one.pk, said_whose(one), target_in_words(one, unit)) for one in beside)
    if target is None:
        return TargetCell(year, promise, others=others)
    changed = said_last_change(target.last_change, target.scope, edition)
    computed = target.computed
    if not computed or computed["status"] != ValueStatus.KNOWN:
        return TargetCell(year, promise, changed=changed, key=target.pk, others=others)
    n, d = (None if part is None else Decimal(str(part)) for part in (computed["n"], computed["d"]))
    by = IndicatorEdition(**{name: computed[name] for name in ("kind", "unit_of_measure", "precision")})
    value = Measured(0, "", computed["status"], n, d, computed["left_out"], computed["key"], by.scale)
    return TargetCell(year, promise, said_value(by, value), value.key, changed, target.pk, others)


def _targets(unit_id: int | None) -> QuerySet[Target]:
    """Targets with what feeds their year and what was computed, in one query: the page has few to spare."""
    rule = PeriodBasis.objects.filter(period=OuterRef("period"), indicator=None)
    feeds = JSONObject(academic_year="academic_year", cohort_year="cohort_year", wave="wave")
    values = IndicatorValue.objects.filter(
        OFFICIAL,
        edition__indicator=OuterRef("programme_indicator__indicator"),
        period=OuterRef("period"),
        unit=unit_id,
    )
    by = {name: f"edition__{name}" for name in ("kind", "unit_of_measure", "precision")}
    computed = JSONObject(key="pk", n="n", d="d", left_out="left_out", status="status", **by)
    return with_last_change(Target.objects.select_related("period__in_force", "unit")).annotate(
        basis=Subquery(rule.values(said=feeds)[:1]), computed=Subquery(values.values(said=computed)[:1])
    )


def closed_periods(blocks: list[DirectionBlock]) -> list[Period]:
    """List the periods of the targets that were closed by order, by their days."""
    targets = (target for block in blocks for row in block.rows for target in row.indicator.targets.all())
    found = {target.period_id: target.period for target in targets if target.period.closing is not None}
    return sorted(found.values(), key=lambda period: (period.starts_on, period.ends_on))


def year_bases(blocks: list[DirectionBlock]) -> list[YearBasis]:
    """List what feeds each year of the targets: the academic year's results, the autumn's list and the wave."""
    found = {
        target.period.code: target.basis
        for block in blocks
        for row in block.rows
        for target in row.indicator.targets.all()
        if target.basis
    }
    return [YearBasis(year, **basis) for year, basis in sorted(found.items())]


NOT_SET = "не установлено"


def target_in_words(target: Target | None, unit: str = "") -> str:
    """Say what is promised, in figures that were checked: «не менее 60 %», «да, каждой МСО», «не установлено»."""
    if target is None or target.operator == TargetOperator.NOT_APPLICABLE:
        return NOT_SET
    scope = "" if target.scope == TargetScope.WHOLE else f", {target.get_scope_display()}"
    if target.operator == TargetOperator.YES:
        return f"да{scope}"
    if target.operator == TargetOperator.GROWTH:
        return f"рост к {target.base_year} году{scope}"
    if target.operator == TargetOperator.POSITIVE_DYNAMICS:
        return f"положительная динамика{scope}"
    measure = f"{NBSP}%" if unit == "%" else ""
    if target.operator == TargetOperator.BETWEEN:
        return f"от {format_number(target.value)} до {format_number(target.upper)}{measure}{scope}"
    if target.operator == TargetOperator.UNSPECIFIED:
        figure = "" if target.value is None else f"{format_number(target.value)}{measure}, "
        return f"{figure}сравнение не указано{scope}"
    also = target.also or {}
    other = ""
    if also:
        how, what = TargetOperator(also["operator"]).label, also["element"].replace("_", " ")
        other = f" и {how} {format_number(Decimal(also['value']))} ({what})"
    return f"{target.get_operator_display()} {format_number(target.value)}{measure}{scope}{other}"
