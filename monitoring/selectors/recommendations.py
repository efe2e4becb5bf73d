"""Addressed recommendations as somebody sees them: to one's own municipality and schools."""

from collections.abc import Iterable

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from accounts.permissions import Permission
from monitoring.enums import ListState, RecommendationState
from monitoring.models import Finding, IdentificationRun, Recommendation, SchoolList
from monitoring.selectors.runs import Person, runs
from schools.enums import Kind
from schools.models import Unit

RECENT_RUNS = 12


def recommendations(*, user: Person) -> QuerySet[Recommendation]:
    """Return the recommendations to the units that somebody sees."""
    units = Unit.objects.visible_to(user, Permission.IDENTIFICATION_VIEW)
    return Recommendation.objects.filter(unit__in=units).select_related("unit__parent", "answered_by")


def run_in_force(*, own: QuerySet[Finding]) -> IdentificationRun | None:
    """Return the run whose recommendations stand: that of the newest approved list, else the newest one."""
    approved = SchoolList.objects.filter(state=ListState.APPROVED).order_by("-cohort_year", "-pk").values("run")[:1]
    mine = runs(own=own)
    return mine.filter(pk__in=approved).first() or mine.first()


def recent_runs(*, own: QuerySet[Finding]) -> list[IdentificationRun]:
    """Return the newest runs, for a choice."""
    return list(runs(own=own)[:RECENT_RUNS])


def counts_by_state(found: QuerySet[Recommendation]) -> dict[str, int]:
    """Count recommendations by what came of them, every state named."""
    rows = found.order_by().values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(RecommendationState.values, 0) | dict(rows)


def unanswered(found: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """Keep what nobody has answered yet."""
    return found.filter(state=RecommendationState.ISSUED)


def by_place(found: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
    """Name the municipality of each recommendation, by which the page is ordered."""
    is_municipality = Q(unit__kind=Kind.MUNICIPALITY)
    return found.annotate(
        place_id=Case(When(is_municipality, then=F("unit_id")), default=F("unit__parent_id")),
        place_sort=Case(When(is_municipality, then=F("unit__sort_key")), default=F("unit__parent__sort_key")),
        is_school=Case(When(is_municipality, then=Value(0)), default=Value(1)),
    )


def place_of(unit: Unit) -> Unit:
    """Return the municipality that a recommendation belongs to: the unit itself, or the school's."""
    return unit if unit.kind == Kind.MUNICIPALITY or unit.parent is None else unit.parent


def municipalities_of(found: QuerySet[Recommendation]) -> list[tuple[int, str]]:
    """Return the municipalities that recommendations go to, for a choice."""
    keys = found.order_by().values("place_id").distinct()
    return list(Unit.objects.filter(pk__in=keys).in_order().values_list("pk", "short_name"))


def answerable(rows: Iterable[Recommendation], *, user: Person) -> set[int]:
    """Return the units whose recommendations somebody may answer, in one query."""
    units = Unit.objects.visible_to(user, Permission.RECOMMENDATION_ANSWER)
    return set(units.filter(pk__in={row.unit_id for row in rows}).values_list("pk", flat=True))
