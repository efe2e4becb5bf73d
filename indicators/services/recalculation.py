"""
Keeping values true: a change below leaves a note, a worker fulfils the notes.

A note says which facts, which units, which programme years. Only editions whose formula depends on one of the facts
are computed, only for those years, each by one statement; only values that differ are written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from common.faults import fault
from common.progress import Progress, no_progress
from indicators.enums import PeriodKind
from indicators.facts import Basis, FactsOf, is_known_of_all
from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from indicators.models import Indicator, IndicatorEdition, Period, PeriodBasis, RecalculationRequest, RecalculationRun
from indicators.registry import facts_read_once
from indicators.selectors.bases import Bases, year_periods
from indicators.services.computing import FactsOfRun, Geography, compute, dependencies, proven
from jobs.enums import JobState
from jobs.models import Job
from jobs.services.orders import order_job

EVERY_FACT = "*"
JOB_KIND = "indicators.recalculate"
AT_ONCE = 12  # statements that a page may wait for


class NothingToRecalculate(Exception):
    """There is no programme year, or no indicator, to recalculate."""


@transaction.atomic
def request_recalculation(
    *,
    facts: Collection[str],
    actor: User,
    now: datetime,
    reason: str,
    unit_ids: Collection[int] | None = None,
    years: Collection[int] | None = None,
) -> RecalculationRequest:
    """
    Leave a note, in the caller's transaction, that facts have changed for units in programme years.

    `facts` are names («динамика»), names with parameters (`computing.fact_key`), `indicator:CODE`, or `{"*"}` for every
    one. `unit_ids` and `years` None mean all of them. A worker is woken when the transaction commits.
    """
    request = _note(facts=facts, unit_ids=unit_ids, years=years, actor=actor, now=now, reason=reason)
    _order_worker(reason=reason, actor=actor, now=now)
    return request


def recalculate_soon(
    *,
    facts: Collection[str],
    actor: User,
    now: datetime,
    reason: str,
    unit_ids: Collection[int] | None = None,
    years: Collection[int] | None = None,
) -> RecalculationRequest:
    """
    Compute what depends on changed facts within the caller's transaction if that is little, else leave it to a worker.

    The note says which: it is fulfilled, or it waits. The arguments are those of `request_recalculation`.
    """
    request = _note(facts=facts, unit_ids=unit_ids, years=years, actor=actor, now=now, reason=reason)
    if fulfil_at_once(request, now=now) is None:
        _order_worker(reason=reason, actor=actor, now=now)
    return request


def _note(
    *,
    facts: Collection[str],
    unit_ids: Collection[int] | None,
    years: Collection[int] | None,
    actor: User,
    now: datetime,
    reason: str,
) -> RecalculationRequest:
    return RecalculationRequest.objects.create(
        facts=sorted(facts),
        unit_ids=None if unit_ids is None else sorted(unit_ids),
        years=None if years is None else sorted(years),
        reason=reason[:300],
        requested_by=actor,
        requested_at=now,
    )


def _order_worker(*, reason: str, actor: User, now: datetime) -> None:
    """
    Order a job that will find the notes, unless one of this person's waits already.

    The lock keeps the waiting job from being begun before this transaction, and so its note, is committed.
    """
    waiting = Job.objects.select_for_update(skip_locked=True).filter(
        kind=JOB_KIND, state=JobState.QUEUED, ordered_by=actor
    )
    if waiting.order_by("ordered_at").first() is None:
        order_job(kind=JOB_KIND, payload={}, actor=actor, now=now, title=f"Пересчёт показателей: {reason}"[:300])


@transaction.atomic
def recalculate(
    *,
    reason: str,
    now: datetime,
    years: Collection[int] | None = None,
    editions: Iterable[IndicatorEdition] | None = None,
    progress: Progress = no_progress,
) -> RecalculationRun:
    """Compute editions (all current ones, unless given) for programme years (all, unless given)."""
    chosen = list(current_editions() if editions is None else editions)
    return _run([Wish(edition) for edition in chosen], years, reason=reason, now=now, progress=progress)


def fulfil_requests(*, clock: Callable[[], datetime], progress: Progress = no_progress) -> dict[str, Any]:
    """
    Claim the notes that wait and compute what depends on them; a note left meanwhile waits for the next claim.

    Safe to run twice, or at the same time: a note is locked while it is worked on and marked in the same transaction.
    """
    total: dict[str, Any] = {"requests": 0, "editions": 0, "written": 0, "changed": 0, "runs": []}
    while True:
        with transaction.atomic():
            notes = list(
                RecalculationRequest.objects.select_for_update(skip_locked=True)
                .filter(fulfilled_at=None)
                .order_by("requested_at", "pk")[:5000]
            )
            if not notes:
                return total
            run = _fulfil(notes, now=clock(), progress=progress)
        total["requests"] += len(notes)
        for name in ("editions", "written", "changed"):
            total[name] += getattr(run, name)
        total["runs"].append(run.pk)


def fulfil_at_once(request: RecalculationRequest, *, now: datetime) -> RecalculationRun | None:
    """
    Compute what depends on one note within the caller's transaction, if that is little enough to wait for.

    Otherwise the note is left to a worker and None is returned.
    """
    wanted = _affected([request])
    if sum(len(year_periods() if wish.years is None else wish.years) for wish in wanted) > AT_ONCE:
        return None
    return _fulfil([request], now=now, progress=no_progress)


def current_editions() -> Iterable[IndicatorEdition]:
    """The editions in force, in the order of their keys, which is also the order of their locks."""
    return IndicatorEdition.objects.filter(is_current=True).select_related("indicator").order_by("pk")


@dataclass(frozen=True, slots=True)
class Wish:
    """An edition that is to be computed: in which programme years and with which changed units, None for all."""

    edition: IndicatorEdition
    years: set[int] | None = None
    unit_ids: set[int] | None = None


Wanted = list[Wish]


def _fulfil(notes: list[RecalculationRequest], *, now: datetime, progress: Progress) -> RecalculationRun:
    reason = notes[0].reason if len(notes) == 1 else f"{notes[0].reason} и ещё {len(notes) - 1}"
    run = _run(_affected(notes), None, reason=reason[:300], now=now, progress=progress)
    RecalculationRequest.objects.filter(pk__in=[note.pk for note in notes]).update(fulfilled_at=now, run=run)
    for note in notes:
        note.fulfilled_at, note.run = now, run
    return run


def _affected(notes: list[RecalculationRequest]) -> Wanted:
    """
    Which editions depend on the facts of the notes, in which years, and of which units something has changed.

    Where every fact has changed, the tree may have, and what a unit has left changes too.
    """
    wanted: Wanted = []
    for edition in current_editions():
        names = _names(edition)
        touching = [note for note in notes if EVERY_FACT in note.facts or names & set(note.facts)]
        if touching:
            years = [note.years for note in touching]
            units = [None if EVERY_FACT in note.facts else note.unit_ids for note in touching]
            wanted.append(Wish(edition, _joined(years), _joined(units)))
    return wanted


def _joined(said: Iterable[list[int] | None]) -> set[int] | None:
    """Everything that is said; None, which is everybody, where one says so."""
    joined: set[int] = set()
    for one in said:
        if one is None:
            return None
        joined |= set(one)
    return joined


def _names(edition: IndicatorEdition) -> set[str]:
    own = indicator_key(edition.indicator)
    if edition.depends_on is not None:
        return {own, *edition.depends_on}
    try:
        return {own, *dependencies(proven(edition.formula))}
    except FormulaError:
        return {own}


def _run(
    wanted: Wanted, years: Collection[int] | None, *, reason: str, now: datetime, progress: Progress
) -> RecalculationRun:
    run = RecalculationRun.objects.create(started_at=now, reason=reason[:300])
    periods = year_periods(years)
    every = {int(period.code) for period in periods}
    steps = sum(len(every if wish.years is None else wish.years & every) for wish in wanted)
    problems: dict[str, str] = {}
    with facts_read_once(), Geography() as geography:
        work = _Work(run, periods, geography if steps > AT_ONCE else None)
        for wish in wanted:
            try:
                for period in work.take(wish):
                    progress(run.editions, steps, f"{wish.edition.indicator.code}, {period}")
            except FormulaError as error:
                problems[wish.edition.indicator.code] = str(error)
    progress(steps, steps, "показатели пересчитаны")
    run.finished_at = now
    run.problems = problems
    run.save()
    return run


def years_fed_by(academic_years: Collection[int]) -> set[int]:
    """The programme years whose numbers may rest on these academic years' results or on later ones."""
    periods = year_periods()
    bases = Bases(periods)
    first = min(academic_years, default=0)
    return {int(period.code) for period in periods if bases.of(period).academic_year >= first}


def years_of_cohort(cohort_year: int) -> set[int]:
    """The programme years in which some indicator takes the list of this autumn."""
    rows = PeriodBasis.objects.filter(cohort_year=cohort_year, period__kind=PeriodKind.YEAR)
    years = {int(code) for code in rows.values_list("period__code", flat=True)}
    stated = set(PeriodBasis.objects.filter(indicator=None).values_list("period__code", flat=True))
    usual = {int(period.code) for period in year_periods() if period.code not in stated}
    return years | (usual & {cohort_year})


def indicator_key(indicator: Indicator) -> str:
    """How a note names an indicator itself."""
    return f"indicator:{indicator.code}"


class _Work:
    """What a run has at hand: the facts of every basis that it has met, looked up once."""

    def __init__(self, run: RecalculationRun, periods: list[Period], geography: Geography | None) -> None:
        self.run = run
        self.periods = periods
        self.bases = Bases(periods)
        self.geography = geography  # None: for a few statements it is not worth its tables
        self.facts: dict[Basis, FactsOf] = {}
        self.described = FactsOf(None)

    def take(self, wish: Wish) -> Iterator[Period]:
        """Compute an edition in each of its periods, naming it first. :raises FormulaError: if it makes no sense"""
        meaning = check(wish.edition.formula, self.described)
        unit_ids = None if any(is_known_of_all(name) for name, _ in meaning.facts) else wish.unit_ids
        for period in self.periods:
            if wish.years is not None and int(period.code) not in wish.years:
                continue
            yield period
            facts = self._facts_of(self.bases.of(period, wish.edition.indicator))
            counts = compute(edition=wish.edition, meaning=meaning, facts=facts, run=self.run, unit_ids=unit_ids)
            self.run.editions += 1
            self.run.written += counts.computed
            self.run.changed += counts.changed + counts.removed
            fault("recalculation.computed")

    def _facts_of(self, basis: Basis) -> FactsOf:
        if basis not in self.facts:
            new = FactsOf(basis) if self.geography is None else FactsOfRun(basis, self.geography)
            self.facts[basis] = new
        return self.facts[basis]
