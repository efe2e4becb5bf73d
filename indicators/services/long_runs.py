"""
A run too long for one transaction: laid out in parts, one for each edition, that several workers take in turn.

Whoever works on a part holds its row; a part and its values are committed together, so that a worker that dies loses
one part and nothing else, and values are read while the rest is still counted. The notes that asked for the run are
fulfilled with its last part: until then their values are shown as waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Sum

from accounts.models import User
from common.faults import fault
from common.progress import Progress, no_progress
from indicators.models import RecalculationPart, RecalculationRequest, RecalculationRun
from indicators.registry import facts_read_once
from indicators.selectors.pins import pins_held
from indicators.selectors.run_journal import PART_KIND, workers_of
from indicators.selectors.staleness import EVERY_FACT
from indicators.services.computing import KeptTree, hold_edition
from indicators.services.runs import Plan, Wish, Work
from jobs.services.orders import order_job

WORKERS = 2
COUNTED = ("editions", "written", "changed")


def lay_out(
    wanted: Collection[Wish], *, notes: Collection[RecalculationRequest], reason: str, now: datetime
) -> RecalculationRun:
    """Write down the parts of a run and order workers for them, in the caller's transaction that holds the notes."""
    run = RecalculationRun.objects.create(started_at=now, reason=reason[:300], parts_total=len(wanted))
    RecalculationPart.objects.bulk_create(
        RecalculationPart(
            run=run,
            edition=wish.edition,
            years=None if wish.years is None else sorted(wish.years),
            unit_ids=None if wish.unit_ids is None else sorted(wish.unit_ids),
        )
        for wish in wanted
    )
    RecalculationRequest.objects.filter(pk__in=[note.pk for note in notes]).update(run=run)
    for note in notes:
        note.run = run
    if notes:
        order_parts(run, actor=next(iter(notes)).requested_by, now=now)
    return run


def order_parts(run: RecalculationRun, *, actor: User, now: datetime) -> None:
    """Order the workers of a run; those that wait or work already are not ordered twice."""
    for number in range(WORKERS):
        order_job(
            kind=PART_KIND,
            payload={"run": run.pk},
            actor=actor,
            now=now,
            title=f"Пересчёт показателей: {run.reason}"[:300],
            dedupe_key=f"{workers_of(run)}{number}",
        )


def do_parts(run: RecalculationRun, *, clock: Callable[[], datetime], progress: Progress = no_progress) -> int:
    """Take parts of a run until none is left, and close it if it is this worker who ends it; return how many."""
    done = 0
    with KeptTree(is_lasting=True) as tree:
        while _do_one(run, tree, clock=clock):
            done += 1
            left = run.parts.filter(done_at=None).count()
            progress(run.parts_total - left, run.parts_total, f"осталось показателей: {left}")
    _close(run, now=clock())
    return done


def _do_one(run: RecalculationRun, tree: KeptTree, *, clock: Callable[[], datetime]) -> bool:
    with transaction.atomic():
        part = (
            RecalculationPart.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(run=run, done_at=None)
            .select_related("edition__indicator")
            .order_by("pk")
            .first()
        )
        if part is None:
            return False
        hold_edition(part.edition_id)
        tree.renew(_changes_of_the_tree())
        counted = RecalculationRun(pk=run.pk)
        with facts_read_once():
            plan = Plan([_wish_of(part)] if part.edition.is_current else [])
            for _ in Work(counted, plan, tree, pins_held(plan.periods)).steps():
                pass  # an edition that another has followed meanwhile keeps its values as they are
        part.editions, part.written, part.changed = counted.editions, counted.written, counted.changed
        part.problem = next(iter(counted.problems.values()), "")
        part.done_at = clock()
        part.save()
        fault("recalculation.part")
    return True


def _wish_of(part: RecalculationPart) -> Wish:
    years, units = (None if said is None else set(said) for said in (part.years, part.unit_ids))
    return Wish(part.edition, years, units)


def _changes_of_the_tree() -> dict[str, Any]:
    """
    A mark of the notes that everything may have changed: what was read of the tree before the newest is read anew.

    Counted too, for of two notes that with the smaller key may be the later one to be seen.
    """
    return RecalculationRequest.objects.filter(facts__contains=[EVERY_FACT]).aggregate(Max("pk"), Count("pk"))


@transaction.atomic
def _close(run: RecalculationRun, *, now: datetime) -> None:
    """Sum a run up and fulfil its notes, once, when its last part is done."""
    locked = RecalculationRun.objects.select_for_update().get(pk=run.pk)
    if locked.finished_at is not None or locked.parts.filter(done_at=None).exists():
        return
    totals: dict[str, Any] = locked.parts.aggregate(*(Sum(name, default=0) for name in COUNTED))
    for name in COUNTED:
        setattr(locked, name, totals[f"{name}__sum"])
    faulty = locked.parts.exclude(problem="").values_list("edition__indicator__code", "problem")
    locked.problems = dict(faulty)
    locked.finished_at = now
    locked.took_ms = (now - locked.started_at) // timedelta(milliseconds=1)
    locked.save()
    locked.parts.all().delete()
    RecalculationRequest.objects.filter(run=locked, fulfilled_at=None).update(fulfilled_at=now)


def unfinished_runs() -> list[RecalculationRun]:
    """List the runs that are laid out and not finished, oldest first."""
    return list(RecalculationRun.objects.filter(finished_at=None, parts_total__gt=0).order_by("pk"))
