"""The front page of monitoring: what was loaded last, which list is in force, what was computed, what waits."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Window

from accounts.permissions import Permission
from monitoring.enums import ListState, LoadState
from monitoring.models import IdentificationRun, Load, SchoolList
from monitoring.selectors.recommendations import recommendations, unanswered
from monitoring.selectors.runs import Person, RunCounts, counts_of_many, findings_of, runs
from monitoring.selectors.school_lists import ListCounts, counts_of_lists, entries_of, school_lists
from schools.models import Unit

LOADS_SHOWN = 5
RUNS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Hub:
    """Everything on the front page of monitoring."""

    loads: list[Load]
    previews: int
    in_force: SchoolList | None
    in_force_counts: ListCounts | None
    drafts: list[SchoolList]
    runs: list[tuple[IdentificationRun, RunCounts]]
    unanswered: int
    may_load: bool


def hub(*, user: Person) -> Hub:
    """Gather the front page."""
    own = findings_of(user=user)
    lists = list(school_lists(user=user, own=own).exclude(state=ListState.REVOKED))
    in_force = next((one for one in lists if one.state == ListState.APPROVED), None)
    newest = list(runs(own=own)[:RUNS_SHOWN])
    counts = counts_of_many(newest, own=own)
    told = counts_of_lists([in_force], own=entries_of(own=own)) if in_force else {}
    run = in_force.run_id if in_force else (newest[0].pk if newest else None)
    loads = list(_loads(user=user)[:LOADS_SHOWN])
    return Hub(
        loads=loads,
        previews=loads[0].previews if loads else 0,
        in_force=in_force,
        in_force_counts=told.get(in_force.pk) if in_force else None,
        drafts=[one for one in lists if one.state == ListState.DRAFT],
        runs=[(one, counts[one.pk]) for one in newest],
        unanswered=unanswered(recommendations(user=user).filter(run=run)).count(),
        may_load=Unit.objects.visible_to(user, Permission.RESULT_LOAD).exists(),
    )


def _loads(*, user: Person) -> QuerySet[Load]:
    """Return the files of results that somebody sees, newest first, each with how many of all wait for a decision."""
    found = Load.objects.filter(unit__in=Unit.objects.visible_to(user, Permission.RESULT_VIEW))
    waiting = Window(Count("pk", filter=Q(state=LoadState.PREVIEWED)))
    return found.annotate(previews=waiting).select_related("upload").order_by("-created_at", "-pk")
