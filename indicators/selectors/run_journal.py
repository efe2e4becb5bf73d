"""The journal of recalculations: when, caused by whom and what, of which facts, years and units, what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.models import User
from accounts.permissions import Permission
from common.numbers import NBSP, format_duration, format_number
from common.russian import counted
from common.searching import having_words
from indicators.enums import RunState
from indicators.models import RecalculationRequest, RecalculationRun
from indicators.selectors.staleness import EVERY_FACT, INDICATOR
from jobs.enums import JobState
from jobs.models import Job
from schools.models import Unit
from schools.querysets import holds_everywhere

JOB_KIND = "indicators.recalculate"
PART_KIND = "indicators.recalculate_parts"
FIRST_NOTES = 3
FIRST_UNITS = 2
FIRST_FACTS = 4


def may_read_runs(*, user: User) -> bool:
    """
    Say whether somebody reads the journal: whoever reads the history of every region.

    Reasons and notes name units everywhere, so nobody sees a part of it.
    """
    return holds_everywhere(user, Permission.HISTORY_VIEW)


def workers_of(run: RecalculationRun) -> str:
    """How the keys of the jobs that work on a run begin."""
    return f"{PART_KIND}:{run.pk}:"


def runs(*, user: User, notes: int = FIRST_NOTES) -> QuerySet[RecalculationRun] | None:
    """
    Return every run with its `state`, `note_count` and the first of its notes as `first_notes`.

    None for who may not read the journal.
    """
    if not may_read_runs(user=user):
        return None
    mine = Concat(Value(f"{PART_KIND}:"), Cast(OuterRef("pk"), CharField()), Value(":"), output_field=CharField())
    at_work = Job.objects.filter(kind=PART_KIND, state=JobState.RUNNING).alias(mine=mine)
    is_at_work = Exists(at_work.filter(dedupe_key__startswith=mine))
    counted_notes = RecalculationRequest.objects.filter(run=OuterRef("pk")).order_by().values("run")
    first = RecalculationRequest.objects.select_related("requested_by").order_by("pk")[:notes]
    return RecalculationRun.objects.annotate(
        state=Case(
            When(finished_at__isnull=False, problems={}, then=Value(RunState.DONE.value)),
            When(finished_at__isnull=False, then=Value(RunState.FAILED.value)),
            When(ExpressionWrapper(is_at_work, BooleanField()), then=Value(RunState.RUNNING.value)),
            default=Value(RunState.WAITING.value),
            output_field=CharField(),
        ),
        note_count=Coalesce(Subquery(counted_notes.annotate(count=Count("pk")).values("count")), 0),
    ).prefetch_related(Prefetch("requests", queryset=first, to_attr="first_notes"))


def narrowed(rows: QuerySet[RecalculationRun], asked: dict[str, Any]) -> QuerySet[RecalculationRun]:
    """Keep what is asked for: words of the reason or of whoever caused it, state, programme year, days."""
    if asked.get("q"):
        rows = having_words(rows, asked["q"], texts=("reason",))
    if asked.get("who"):
        people = having_words(User.objects.order_by(), asked["who"], texts=("full_name", "login"))
        rows = rows.filter(Exists(RecalculationRequest.objects.filter(run=OuterRef("pk"), requested_by__in=people)))
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if asked.get("year"):
        of_year = Q(years=None) | Q(years__contains=[asked["year"]])
        rows = rows.filter(Exists(RecalculationRequest.objects.filter(of_year, run=OuterRef("pk"))))
    if asked.get("since"):
        rows = rows.filter(started_at__date__gte=asked["since"])
    if asked.get("until"):
        rows = rows.filter(started_at__date__lte=asked["until"])
    return rows


def notes_of(run: RecalculationRun) -> QuerySet[RecalculationRequest]:
    """Return every note that caused a run, oldest first."""
    return run.requests.select_related("requested_by").order_by("pk")


def waiting_notes_with_people() -> QuerySet[RecalculationRequest]:
    """Return the notes that no run has taken yet, oldest first."""
    waiting = RecalculationRequest.objects.filter(fulfilled_at=None, run=None)
    return waiting.select_related("requested_by").order_by("requested_at", "pk")


def why_waiting(*, prefix: str = "") -> str:
    """Return why the last worker of a run, or of the notes that wait, did not finish; empty where none has failed."""
    jobs = Job.objects.filter(kind=PART_KIND, dedupe_key__startswith=prefix) if prefix else Job.objects
    last = jobs.filter(kind=PART_KIND if prefix else JOB_KIND).order_by("-ordered_at", "-pk").first()
    return last.failure if last is not None and last.state in (JobState.FAILED, JobState.CANCELLED) else ""


@dataclass(frozen=True, slots=True)
class Told:
    """A note in words: what has changed, in which years, of whom."""

    note: RecalculationRequest
    facts: str
    years: str
    units: str


def told(notes: Iterable[RecalculationRequest]) -> list[Told]:
    """Put notes into words; the units of all of them are named by one query."""
    all_notes = list(notes)
    keys = {key for note in all_notes for key in (note.unit_ids or [])[:FIRST_UNITS]}
    names = dict(Unit.objects.filter(pk__in=keys).values_list("pk", "short_name")) if keys else {}
    return [Told(note, said_facts(note.facts), said_years(note.years), _units(note, names)) for note in all_notes]


def said_facts(facts: Collection[str]) -> str:
    """Write the facts of a note for a reader."""
    if EVERY_FACT in facts:
        return "все сведения"
    names = [f"показатель {name.removeprefix(INDICATOR)}" if name.startswith(INDICATOR) else name for name in facts]
    return _first(names, FIRST_FACTS)


def said_years(years: Collection[int] | None) -> str:
    """Write the programme years of a note."""
    return "все годы" if years is None else ", ".join(str(year) for year in years) or "ни один"


def _units(note: RecalculationRequest, names: dict[int, str]) -> str:
    if note.unit_ids is None:
        return "все, кого касается"
    known = [names.get(key, f"№ {key}, её больше нет") for key in note.unit_ids[:FIRST_UNITS]]
    left = len(note.unit_ids) - len(known)
    return ", ".join(known) + (f" и ещё {left}" if left else "")


def _first(names: list[str], most: int) -> str:
    left = len(names) - most
    shown = ", ".join(names[:most])
    return shown if left <= 0 else f"{shown} и ещё {left}"


def said_took(run: RecalculationRun) -> str:
    """Write how long a run took: a moment in parts of a second."""
    if run.took_ms is None:
        return ""
    if run.took_ms < 10_000:
        return f"{format_number(Decimal(run.took_ms) / 1000, 1)}{NBSP}с"
    return format_duration(run.took_ms / 1000)


def said_problems(run: RecalculationRun) -> str:
    """Say how many indicators were not computed."""
    count = len(run.problems)
    return counted(count, "показатель", "показателя", "показателей") if count else ""
