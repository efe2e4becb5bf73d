"""One run over editions and years: what it reads, it reads once; how it went, it writes into its own row."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from common.faults import fault
from common.progress import Progress, no_progress
from common.session_facts import reaching_everything
from indicators.facts import Basis, FactsOf
from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from indicators.formula.proof import Meaning
from indicators.models import IndicatorEdition, Period, RecalculationRun
from indicators.registry import facts_read_once, shorter_periods
from indicators.selectors.bases import Bases, year_periods
from indicators.services.computing import FactsOfRun, KeptTree, compute

FEW = 12  # statements for which it is not worth to make tables of the tree


@dataclass(frozen=True, slots=True)
class Wish:
    """An edition that is to be computed: in which programme years and with which changed units, None for all."""

    edition: IndicatorEdition
    years: set[int] | None = None
    unit_ids: set[int] | None = None


def statements_of(wanted: Collection[Wish]) -> int:
    """Count the statements that wishes take: one for each edition and year."""
    return sum(len(year_periods() if wish.years is None else wish.years) for wish in wanted)


def run_at_once(
    wanted: Collection[Wish], *, reason: str, now: datetime, progress: Progress = no_progress
) -> RecalculationRun:
    """Compute every wish in the caller's transaction and journal the run."""
    run = RecalculationRun.objects.create(started_at=now, reason=reason[:300])
    asked = {year for wish in wanted for year in wish.years or ()}
    periods = year_periods(None if any(wish.years is None for wish in wanted) else asked)
    steps = sum(len(periods) if wish.years is None else len(wish.years) for wish in wanted)
    if steps:
        with reaching_everything(), facts_read_once(), KeptTree() as tree:
            work = Work(run, periods, tree if steps > FEW else None)
            for wish in wanted:
                for period in work.take(wish):
                    progress(run.editions, steps, f"{wish.edition.indicator.code}, {period}")
    progress(steps, steps, "показатели пересчитаны")
    run.finished_at = now
    run.save()
    return run


class Work:
    """What a run has at hand: the facts of every basis that it has met, looked up once. It counts in the run's row."""

    def __init__(self, run: RecalculationRun, periods: list[Period], tree: KeptTree | None) -> None:
        self.run = run
        self.periods = periods
        self.shorter = shorter_periods()
        self.bases = Bases(periods)
        self.tree = tree
        self.facts: dict[Basis, FactsOf] = {}
        self.described = FactsOf(None)

    def take(self, wish: Wish) -> Iterator[Period]:
        """Compute an edition in each of its periods, naming it first; what makes no sense is a problem of the run."""
        try:
            meaning = check(wish.edition.formula, self.described)
            # What stood above a unit in an earlier year is not above it now.
            unit_ids = None if meaning.reach else wish.unit_ids
            for period in [*self.periods, *self.shorter.get(wish.edition.indicator_id, ())]:
                if wish.years is not None and period.year not in wish.years:
                    continue
                yield period
                facts = self._facts_of(self.bases.of(period, wish.edition.indicator), meaning)
                counts = compute(edition=wish.edition, meaning=meaning, facts=facts, run=self.run, unit_ids=unit_ids)
                self.run.editions += 1
                self.run.written += counts.computed
                self.run.changed += counts.changed + counts.removed
                fault("recalculation.computed")
        except FormulaError as error:
            self.run.problems[wish.edition.indicator.code] = str(error)

    def _facts_of(self, basis: Basis, meaning: Meaning) -> FactsOf:
        if meaning.reach:
            return self._read(basis)  # what feeds its earlier years may be an exception of this indicator alone
        if basis not in self.facts:
            self.facts[basis] = self._read(basis)
        return self.facts[basis]

    def _read(self, basis: Basis) -> FactsOf:
        return FactsOf(basis) if self.tree is None else FactsOfRun(basis, self.tree)
