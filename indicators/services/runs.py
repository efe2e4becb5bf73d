"""One run over editions and years: what it reads, it reads once; how it went, it writes into its own row."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import DataError, transaction

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
from indicators.selectors.pins import NOTHING_PINNED, Pins, pins_held
from indicators.services.computing import FactsOfRun, KeptTree, compute

TOO_LARGE = (
    "получается число длиннее шестнадцати знаков: его не сохранить. Проверьте внесённые числа и единицы формулы."
)
FEW = 12  # statements for which it is not worth to make tables of the tree


@dataclass(frozen=True, slots=True)
class Wish:
    """An edition that is to be computed: in which programme years and with which changed units, None for all."""

    edition: IndicatorEdition
    years: set[int] | None = None
    unit_ids: set[int] | None = None

    def is_about(self, period: Period) -> bool:
        """Whether a period is one of its years or a part of one."""
        return self.years is None or period.year in self.years


class Plan:
    """Which editions are computed in which periods: years, and halves and waves of them that have targets."""

    def __init__(self, wanted: Collection[Wish]) -> None:
        years = year_periods() if wanted else []
        shorter = shorter_periods() if wanted else {}
        self.steps = []
        for wish in wanted:
            known = (*years, *shorter.get(wish.edition.indicator_id, ()))
            self.steps.append((wish, [period for period in known if wish.is_about(period)]))

    def __len__(self) -> int:
        """Count the statements."""
        return sum(len(periods) for _, periods in self.steps)

    @property
    def periods(self) -> list[Period]:
        """Every period, once."""
        return list({period.pk: period for _, periods in self.steps for period in periods}.values())


def run_at_once(
    plan: Plan, *, reason: str, now: datetime, progress: Progress = no_progress, is_trial: bool = False
) -> RecalculationRun:
    """
    Compute everything that is planned in the caller's transaction and journal the run.

    A trial, which its caller undoes, writes as if no period were closed.
    """
    begun = time.monotonic()
    run = RecalculationRun.objects.create(started_at=now, reason=reason[:300])
    total = len(plan)
    if total:
        with reaching_everything(), facts_read_once(), KeptTree() as tree:
            pins = NOTHING_PINNED if is_trial else pins_held(plan.periods)
            work = Work(run, plan, tree if total > FEW else None, pins)
            for code, period in work.steps():
                progress(run.editions, total, f"{code}, {period}")
    progress(total, total, "показатели пересчитаны")
    run.finished_at, run.took_ms = now, round(1000 * (time.monotonic() - begun))
    run.save()
    return run


class Work:
    """What a run has at hand: the facts of every basis that it has met, looked up once. It counts in the run's row."""

    def __init__(self, run: RecalculationRun, plan: Plan, tree: KeptTree | None, pins: Pins) -> None:
        self.run = run
        self.plan = plan
        self.pins = pins
        self.bases = Bases(plan.periods)
        self.tree = tree
        self.facts: dict[Basis, FactsOf] = {}
        self.described = FactsOf(None)

    def steps(self) -> Iterator[tuple[str, Period]]:
        """
        Compute every edition of the plan in each of its periods, naming both first.

        What makes no sense, or gives a number that cannot be kept, is a problem of the run and stops nobody else.
        """
        for wish, periods in self.plan.steps:
            code = wish.edition.indicator.code
            try:
                meaning = check(wish.edition.formula, self.described)
                for period in periods:
                    yield code, period
                    self._compute(wish, meaning, period)
            except FormulaError as error:
                self.run.problems[code] = str(error)
            except DataError:
                self.run.problems[code] = TOO_LARGE

    def _compute(self, wish: Wish, meaning: Meaning, period: Period) -> None:
        # What stood above a unit in an earlier year is not above it now; who is compared with all changes with anybody.
        unit_ids = None if meaning.reach or meaning.held_against else wish.unit_ids
        facts = self._facts_of(self.bases.of(period, wish.edition.indicator), meaning)
        pin = self.pins.get((period.pk, wish.edition.indicator_id))
        given = {"edition": wish.edition, "meaning": meaning, "facts": facts, "run": self.run, "unit_ids": unit_ids}
        with transaction.atomic():
            counts = compute(**given, pin=pin)
        self.run.editions += 1
        self.run.written += counts.computed
        self.run.changed += counts.changed + counts.removed
        fault("recalculation.computed")

    def _facts_of(self, basis: Basis, meaning: Meaning) -> FactsOf:
        if meaning.reach:
            return self._read(basis)  # what feeds its earlier years may be an exception of this indicator alone
        if basis not in self.facts:
            self.facts[basis] = self._read(basis)
        return self.facts[basis]

    def _read(self, basis: Basis) -> FactsOf:
        return FactsOf(basis) if self.tree is None else FactsOfRun(basis, self.tree)
