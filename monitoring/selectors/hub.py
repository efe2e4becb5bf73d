"""The front page of monitoring: what was loaded last, which list is in force, what was computed, what waits."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.permissions import Permission
from monitoring.enums import ListState, LoadState
from monitoring.models import IdentificationRun, Load, Recommendation, SchoolList
from monitoring.selectors.recommendations import recommendations, unanswered
from monitoring.selectors.runs import Person, RunCounts, counts_of_many, findings_of, runs
from monitoring.selectors.school_lists import ListCounts, counts_of_lists, entries_of, school_lists

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


def hub(*, user: Person) -> Hub:
    """Gather the front page."""
    lists = list(school_lists(user=user).exclude(state=ListState.REVOKED))
    in_force = next((one for one in lists if one.state == ListState.APPROVED), None)
    loads = loads_of(user=user)
    newest = list(runs(user=user)[:RUNS_SHOWN])
    counts = counts_of_many(newest, own=findings_of(user=user))
    told = counts_of_lists([in_force], own=entries_of(user=user)) if in_force else {}
    run = in_force.run_id if in_force else (newest[0].pk if newest else None)
    waiting: QuerySet[Recommendation] = unanswered(recommendations(user=user).filter(run=run))
    return Hub(
        loads=list(loads[:LOADS_SHOWN]),
        previews=loads.filter(state=LoadState.PREVIEWED).count(),
        in_force=in_force,
        in_force_counts=told.get(in_force.pk) if in_force else None,
        drafts=[one for one in lists if one.state == ListState.DRAFT],
        runs=[(one, counts[one.pk]) for one in newest],
        unanswered=waiting.count(),
    )


def loads_of(*, user: Person) -> QuerySet[Load]:
    """Return the files of results that somebody sees, newest first."""
    found = Load.objects.visible_to(user, Permission.RESULT_VIEW)
    return found.select_related("upload", "loaded_by", "unit").order_by("-created_at", "-pk")
