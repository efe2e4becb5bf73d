"""A value of an indicator opened: in words, the territories and members it is made of, what each of them rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.numbers import NBSP, format_number
from indicators.enums import IndicatorKind
from indicators.facts import Basis, FactsOf, level_of_kind
from indicators.formula.check import check
from indicators.formula.explain import Explanation, Line, headline
from indicators.formula.facts import Standpoint
from indicators.formula.meaning import FactKey
from indicators.formula.proof import Meaning, Root
from indicators.models import IndicatorValue
from indicators.selectors.bases import Bases
from indicators.selectors.closings import official_editions, values_since_closing
from indicators.selectors.distributions import Spread, beside, spread_of_value, with_cells
from indicators.selectors.said_closing import said_value
from indicators.selectors.world import explained
from monitoring.selectors.fact_sources import SourceOfFact, sources_of
from schools.enums import Kind
from schools.models import Unit

AT_HAND = 5  # sources of a member that are shown at once
COUNTED, NOT_COUNTED, LEFT_OUT = "counted", "not_counted", "left_out"
OUTCOMES = {COUNTED: "учтены", NOT_COUNTED: "не учтены: условие не выполнено", LEFT_OUT: "не участвуют: нет данных"}


@dataclass(slots=True)
class Behind:
    """One member behind a value: what it brought, the facts that decided, what they rest on."""

    unit_id: int
    name: str
    outcome: str
    part: str  # of which sum of the formula, where it has several
    line: Line
    asked: frozenset[tuple[Standpoint, FactKey]]  # its facts, each with from where it is seen
    sources: list[SourceOfFact] = field(default_factory=list)
    approved: str = ""  # what its own value of a closed period was approved as, where it is another now

    @property
    def sources_at_hand(self) -> list[SourceOfFact]:
        """The first of what its facts rest on; a school wrote dozens of works where every subject is counted."""
        return self.sources if len(self.sources) <= AT_HAND + 1 else self.sources[:AT_HAND]

    @property
    def other_sources(self) -> list[SourceOfFact]:
        """The rest, shown when it is asked for."""
        return self.sources[len(self.sources_at_hand) :]

    @property
    def outcome_said(self) -> str:
        """The outcome in words."""
        return OUTCOMES[self.outcome]


@dataclass(slots=True)
class OpenedValue:
    """A value with its explanation."""

    value: IndicatorValue
    meaning: Meaning
    basis: Basis
    explanation: Explanation
    members: list[Behind]

    @property
    def headline(self) -> str:
        """The value in a sentence: of a closed period as it was approved, whatever its members bring now."""
        value, edition = self.value, self.value.edition
        if edition.kind == IndicatorKind.YES_NO and value.d == 1 and not value.left_out:
            return "Да." if value.n else "Нет."
        if value.period.closing is None:
            return self.explanation.headline
        if self.spread is not None:
            return f"{self.spread.said}."
        shown = edition.shown(value.n, value.d)
        if self.meaning.root is Root.CHANGE and shown is not None:  # its halves are those of now
            return (
                f"{'+' if shown > 0 else ''}{format_number(shown, edition.precision)}{NBSP}{edition.unit_of_measure}."
            )
        n, d = (None if part is None else Fraction(part) for part in (value.n, value.d))
        return headline(self.meaning, shown, n, d, value.left_out, edition.precision)

    @property
    def spread(self) -> Spread | None:
        """The parts of a distribution; None of anything else."""
        return spread_of_value(self.value)

    @property
    def of_today(self) -> str:
        """That the members of a value of a closed period are those of now; nothing of an open one."""
        closing = self.value.period.closing
        if closing is None:
            return ""
        day = timezone.localtime(closing.closed_at)
        return (
            f"Приказом {closing.by_order} утверждено само значение. Кто за ним стоит и на чём это основано, показано "
            f"по сегодняшним сведениям: списка на день закрытия, {day:%d.%m.%Y}, портал не хранит, и тех, кто с тех "
            "пор выбыл, здесь нет. У кого собственное значение стало другим, сказано, каким оно утверждено."
        )

    @property
    def facts(self) -> list[tuple[str, tuple]]:
        """The facts that the formula asks for."""
        return sorted(self.meaning.facts, key=str)

    def count(self, outcome: str) -> int:
        """How many members have this outcome."""
        return sum(member.outcome == outcome for member in self.members)


def value_in_sight(*, user: User, pk: int) -> IndicatorValue | None:
    """Return a value that somebody may see."""
    values = IndicatorValue.objects.visible_to(user, Permission.INDICATOR_VIEW)
    return (
        beside(values)
        .select_related("edition__indicator", "edition__document", "period__in_force", "unit__parent", "run")
        .filter(pk=pk)
        .first()
    )


def opened_value(value: IndicatorValue) -> OpenedValue:
    """Explain a value. :raises FormulaError: if its formula has ceased to make sense."""
    basis = Bases([value.period]).of(value.period, value.edition.indicator_id)
    meaning = check(value.edition.formula, FactsOf(basis))
    explanation = explained(value=value, meaning=meaning, basis=basis)
    return OpenedValue(value, meaning, basis, explanation, _members(explanation))


def _members(explanation: Explanation) -> list[Behind]:
    several = len(explanation.parts) > 1
    members = []
    for part in explanation.parts:
        title = part.title if several else ""
        for outcome, lines in ((COUNTED, part.counted), (LEFT_OUT, part.left_out), (NOT_COUNTED, part.not_counted)):
            members += [Behind(int(str(line.unit)), line.name, outcome, title, line, part.asked) for line in lines]
    return members


def with_sources(opened: OpenedValue, members: Sequence[Behind]) -> Sequence[Behind]:
    """Add to the members of a page what their facts rest on."""
    seen: dict[Standpoint, set[FactKey]] = defaultdict(set)
    for standpoint, key in {one for member in members for one in member.asked}:
        seen[standpoint].add(key)
    units = {member.unit_id for member in members}
    for standpoint, facts in sorted(seen.items(), key=lambda item: item[0].years):
        found = sources_of(facts=facts, basis=opened.basis.seen_from(standpoint), unit_ids=units)
        for member in members:
            if any(standpoint == asked for asked, _ in member.asked):
                mine = [one for one in found.get(member.unit_id, []) if one not in member.sources]
                member.sources = [*member.sources, *mine]
    return members


def with_approved(opened: OpenedValue, members: Sequence[Behind], *, user: User) -> Sequence[Behind]:
    """Add to the members of a page what their own values of a closed period were approved as, where they differ now."""
    value = opened.value
    if value.period.closing is None:
        return members
    rows = values_since_closing(user=user).filter(period=value.period, indicator=value.edition.indicator)
    changed = {row.unit_id: row for row in rows.filter(unit__in={member.unit_id for member in members})}
    editions = official_editions([row.pinned for row in changed.values() if row.pinned])
    for member in members:
        row = changed.get(member.unit_id)
        if row is not None:
            was = (row.was_n, row.was_d, row.was_status, row.was_cells)
            member.approved = said_value(editions.get(row.pinned), *was) if row.was_status else "значения не было"
    return members


def values_below(value: IndicatorValue, meaning: Meaning) -> QuerySet[IndicatorValue]:
    """
    Return the same indicator's values of the territories that make this one: municipalities, or a region's districts.

    Nothing where the members themselves stand directly below.
    """
    rank, members = level_of_kind(value.unit.kind).rank, meaning.level.rank
    kinds = [kind for kind in (Kind.MUNICIPALITY, Kind.DISTRICT) if members < level_of_kind(kind).rank < rank]
    if not kinds:
        return IndicatorValue.objects.none()
    day = value.period.ends_on
    below = Unit.objects.standing_under(value.unit, day).values("pk")
    rows = IndicatorValue.objects.filter(edition=value.edition, period=value.period, unit__in=below)
    return with_cells(rows, [value.edition]).filter(unit__kind=kinds[0]).select_related("unit__parent")
