"""A programme as its document has it: passport, goals, directions with indicators and their targets by year."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from common.numbers import NBSP, format_number
from indicators.enums import IndicatorKind
from indicators.models import IndicatorEdition, PeriodBasis
from programmes.enums import SectionPart, TargetOperator, TargetScope
from programmes.models import Direction, Goal, PassportSection, Programme, ProgrammeIndicator, Target


@dataclass
class IndicatorRow:
    """An indicator with what is promised of it in each year of the programme."""

    indicator: ProgrammeIndicator
    edition: IndicatorEdition | None
    targets: list[str]  # in words, one a year
    heads_table: str = ""  # title of the document's table, on the first of its rows

    @property
    def is_state(self) -> bool:
        """Whether it is answered by yes, no or a step of a scale."""
        return bool(self.edition) and self.edition.kind in (IndicatorKind.YES_NO, IndicatorKind.THREE_STATE)


@dataclass
class DirectionBlock:
    """A direction with its indicators; the headline indicator stands in a block without a direction."""

    direction: Direction | None
    rows: list[IndicatorRow] = field(default_factory=list)


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


def goals_with_tasks(programme: Programme) -> QuerySet[Goal]:
    """Return a programme's goals, each with its tasks."""
    return programme.goals.filter(parent=None).prefetch_related("tasks")


def target_years(programme: Programme) -> list[int]:
    """List the calendar years of a programme's term."""
    return list(range(programme.starts_on.year, programme.ends_on.year + 1))


def directions_with_targets(programme: Programme) -> list[DirectionBlock]:
    """List a programme's directions with their indicators and targets, the headline indicator first."""
    years = target_years(programme)
    current = Prefetch("indicator__editions", IndicatorEdition.objects.filter(is_current=True), "current_editions")
    indicators = programme.programme_indicators.select_related("indicator", "direction").prefetch_related(
        current, Prefetch("targets", Target.objects.select_related("period"))
    )
    blocks = {direction.pk: DirectionBlock(direction) for direction in programme.directions.all()}
    headline = DirectionBlock(None)
    tables: set[str] = set()
    for each in indicators.order_by("sort_order", "pk"):
        block = blocks.get(each.direction_id, headline)
        block.rows.append(_row(each, years, heads=bool(each.group_title) and each.group_title not in tables))
        tables.add(each.group_title)
    return [*([headline] if headline.rows else []), *blocks.values()]


def _row(each: ProgrammeIndicator, years: list[int], *, heads: bool) -> IndicatorRow:
    by_year = {int(target.period.code[:4]): target for target in each.targets.all()}
    edition = next(iter(each.indicator.current_editions), None)
    unit = edition.unit_of_measure if edition else ""
    return IndicatorRow(
        indicator=each,
        edition=edition,
        targets=[target_in_words(by_year.get(year), unit) for year in years],
        heads_table=each.group_title if heads else "",
    )


def year_bases(years: list[int]) -> list[PeriodBasis]:
    """List what feeds each year: the academic year's results, the autumn's list and the wave."""
    rows = PeriodBasis.objects.filter(indicator=None, period__code__in=[str(year) for year in years])
    return list(rows.select_related("period").order_by("period__starts_on"))


NOT_SET = "не установлено"


def target_in_words(target: Target | None, unit: str = "") -> str:
    """Say what is promised, in figures that were checked: «не менее 60 %», «да, каждой МСО», «не установлено»."""
    if target is None or target.operator == TargetOperator.NOT_APPLICABLE:
        return NOT_SET
    scope = "" if target.scope == TargetScope.WHOLE else f", {target.get_scope_display()}"
    if target.operator == TargetOperator.YES:
        return f"да{scope}"
    also = target.also or {}
    other = f"; участники из {format_number(also['value'])} регионов" if also else ""
    measure = f"{NBSP}%" if unit == "%" else ""
    return f"{target.get_operator_display()} {format_number(target.value)}{measure}{scope}{other}"
