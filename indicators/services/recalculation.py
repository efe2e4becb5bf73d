"""
Keeping values true: a change below leaves a note, a worker fulfils the notes.

A note says which facts, which units, which programme years. Only editions whose formula depends on one of the facts
are computed, only for those years and for what stands above those units, each by one statement (`runs`, `computing`);
only values that differ are written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from common.progress import Progress, no_progress
from indicators.enums import PeriodKind
from indicators.facts import is_known_of_all
from indicators.formula.errors import FormulaError
from indicators.models import IndicatorEdition, PeriodBasis, RecalculationRequest, RecalculationRun
from indicators.selectors.bases import Bases, year_periods
from indicators.selectors.run_journal import JOB_KIND
from indicators.selectors.staleness import EVERY_FACT, indicator_key, indicators_among
from indicators.services.computing import dependencies, proven
from indicators.services.long_runs import lay_out
from indicators.services.runs import Plan, Wish, run_at_once
from jobs.enums import JobState
from jobs.models import Job
from jobs.services.orders import order_job

AT_ONCE = 12  # statements that a page may wait for
IN_ONE_PIECE = 300  # statements that one worker does in one transaction; more are laid out in parts


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
    order_worker(reason=reason, actor=actor, now=now)
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
        order_worker(reason=reason, actor=actor, now=now)
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


def order_worker(*, reason: str, actor: User, now: datetime) -> None:
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
    asked = None if years is None else set(years)
    plan = Plan([Wish(edition, asked) for edition in chosen])
    return run_at_once(plan, reason=reason, now=now, progress=progress)


def fulfil_requests(*, clock: Callable[[], datetime], progress: Progress = no_progress) -> dict[str, Any]:
    """
    Claim the notes that wait and compute what depends on them; a note left meanwhile waits for the next claim.

    Much work is laid out in parts for the workers of long jobs (`long_runs`), and its notes are fulfilled with the
    last part. Safe to run twice, or at the same time: a note is locked while it is worked on and marked in the
    same transaction.
    """
    total: dict[str, Any] = {"requests": 0, "editions": 0, "written": 0, "changed": 0, "runs": [], "laid_out": []}
    while True:
        with transaction.atomic():
            notes = list(
                RecalculationRequest.objects.select_for_update(skip_locked=True)
                .filter(fulfilled_at=None, run=None)
                .order_by("requested_at", "pk")[:5000]
            )
            if not notes:
                return total
            run = _fulfil(notes, now=clock(), progress=progress)
        total["requests"] += len(notes)
        for name in ("editions", "written", "changed"):
            total[name] += getattr(run, name)
        total["runs" if run.finished_at else "laid_out"].append(run.pk)


def fulfil_at_once(request: RecalculationRequest, *, now: datetime) -> RecalculationRun | None:
    """
    Compute what depends on one note within the caller's transaction, if that is little enough to wait for.

    Otherwise the note is left to a worker and None is returned.
    """
    plan = Plan(_affected([request]))
    if len(plan) > AT_ONCE:
        return None
    run = run_at_once(plan, reason=request.reason, now=now)
    _mark([request], run, now=now)
    return run


def current_editions() -> QuerySet[IndicatorEdition]:
    """The editions in force, in the order of their keys, which is also the order of their locks."""
    return IndicatorEdition.objects.filter(is_current=True).select_related("indicator").order_by("pk")


def _fulfil(notes: list[RecalculationRequest], *, now: datetime, progress: Progress) -> RecalculationRun:
    reason = notes[0].reason if len(notes) == 1 else f"{notes[0].reason} и ещё {len(notes) - 1}"
    wanted = _affected(notes)
    plan = Plan(wanted)
    if len(plan) > IN_ONE_PIECE:
        return lay_out(wanted, notes=notes, reason=reason, now=now)
    run = run_at_once(plan, reason=reason, now=now, progress=progress)
    _mark(notes, run, now=now)
    return run


def _mark(notes: list[RecalculationRequest], run: RecalculationRun, *, now: datetime) -> None:
    RecalculationRequest.objects.filter(pk__in=[note.pk for note in notes]).update(fulfilled_at=now, run=run)
    for note in notes:
        note.fulfilled_at, note.run = now, run


def _affected(notes: list[RecalculationRequest]) -> list[Wish]:
    """
    Which editions depend on the facts of the notes, in which years, and of which units something has changed.

    A year is one of those in which a formula sees the change, looking back to it.
    """
    wanted: list[Wish] = []
    for edition in _depending({fact for note in notes for fact in note.facts}):
        names = _names(edition)
        touching = [note for note in notes if EVERY_FACT in note.facts or names & set(note.facts)]
        if touching:
            years = _joined(note.years for note in touching)
            seen = years and {year + later for year in years for later in range(edition.reach + 1)}
            units = [None if _is_about_all(names & set(note.facts)) else note.unit_ids for note in touching]
            wanted.append(Wish(edition, seen, _joined(units)))
    return wanted


def _depending(facts: Collection[str]) -> Iterable[IndicatorEdition]:
    """The editions in force that depend on any of the facts, or of which that is not written down."""
    if EVERY_FACT in facts:
        return current_editions()
    unknown = Q(depends_on__isnull=True) | Q(depends_on=None)
    codes = indicators_among(facts)
    said = Q(depends_on__has_any_keys=sorted(facts)) | Q(indicator__code__in=codes)
    return current_editions().filter(unknown | said)


def _is_about_all(changed: Collection[str]) -> bool:
    """
    Whether a change reaches beyond the units that a note names.

    Where every fact has changed, the tree may have, and what a unit has left changes too. And what the first file of
    results makes known of some is from then on told of everybody otherwise than «не проводилась».
    """
    return not changed or any(is_known_of_all(fact.partition("(")[0]) for fact in changed)


def _joined(said: Iterable[list[int] | None]) -> set[int] | None:
    """Everything that is said; None, which is everybody, where one says so."""
    joined: set[int] = set()
    for one in said:
        if one is None:
            return None
        joined |= set(one)
    return joined


def _names(edition: IndicatorEdition) -> set[str]:
    own = indicator_key(edition.indicator.code)
    if edition.depends_on is not None:
        return {own, *edition.depends_on}
    try:
        return {own, *dependencies(proven(edition.formula))}
    except FormulaError:
        return {own}


def years_fed_by(academic_years: Collection[int]) -> set[int]:
    """The programme years whose numbers may rest on these academic years' results or on later ones."""
    periods = year_periods()
    bases = Bases(periods)
    first = min(academic_years, default=0)
    return {int(period.code) for period in periods if bases.of(period).academic_year >= first}


def years_of_cohort(cohort_year: int) -> set[int]:
    """The programme years, kept or not, in which some indicator takes the list of this autumn."""
    rows = PeriodBasis.objects.filter(cohort_year=cohort_year, period__kind=PeriodKind.YEAR)
    years = {int(code) for code in rows.values_list("period__code", flat=True)}
    stated = set(PeriodBasis.objects.filter(indicator=None).values_list("period__code", flat=True))
    # A year that is not kept has values in the years that look back to it.
    return years | ({cohort_year} - {int(code) for code in stated})
