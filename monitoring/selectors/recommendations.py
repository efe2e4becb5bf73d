"""Addressed recommendations as somebody sees them: to one's own municipality and schools."""

from django.db.models import Count, QuerySet

from accounts.permissions import Permission
from monitoring.enums import ListState, RecommendationState
from monitoring.models import IdentificationRun, Recommendation, SchoolList
from monitoring.selectors.runs import Person, runs

RECENT_RUNS = 12


def recommendations(*, user: Person) -> QuerySet[Recommendation]:
    """Return the recommendations to the units that somebody sees."""
    own = Recommendation.objects.visible_to(user, Permission.IDENTIFICATION_VIEW)
    return own.select_related("unit__parent", "answered_by")


def run_in_force(*, user: Person) -> IdentificationRun | None:
    """Return the run whose recommendations stand: that of the newest approved list, else the newest one."""
    approved = SchoolList.objects.filter(state=ListState.APPROVED).order_by("-cohort_year", "-pk").values("run")[:1]
    mine = runs(user=user)
    return mine.filter(pk__in=approved).first() or mine.first()


def recent_runs(*, user: Person) -> list[IdentificationRun]:
    """Return the newest runs, for a choice."""
    return list(runs(user=user)[:RECENT_RUNS])


def counts_by_state(found: QuerySet[Recommendation]) -> dict[str, int]:
    """Count recommendations by what came of them, every state named."""
    rows = found.order_by().values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(RecommendationState.values, 0) | dict(rows)


def unanswered(found: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """Keep what nobody has answered yet."""
    return found.filter(state=RecommendationState.ISSUED)
