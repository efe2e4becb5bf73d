"""Addressed recommendations as somebody sees them: to one's own municipality and schools."""

from collections.abc import Iterable

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Value, When

from accounts.permissions import Permission
from monitoring.enums import ListState, RecommendationState
from monitoring.models import Finding, IdentificationRun, Recommendation, SchoolList
from monitoring.selectors.runs import Person, runs
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.geography import Geography
from schools.selectors.placed import placed

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


def by_place(found: QuerySet[Recommendation], geography: Geography) -> QuerySet[Recommendation]:
    """
    Add the municipality of each recommendation in a geography: `whose`, `whose_name`, `whose_sort`; and `is_school`.

    What went to a municipality that is no more is today with the one that took over.
    """
    to_municipality = Q(unit__kind=Kind.MUNICIPALITY)
    itself = to_municipality & Q(unit__closed_on=None) if geography.is_today else to_municipality
    return placed(found, geography).annotate(
        whose=Case(When(itself, then=F("unit_id")), default=F("place"), output_field=BigIntegerField()),
        whose_name=Case(When(itself, then=F("unit_name")), default=F("place_name")),
        whose_sort=Case(When(itself, then=F("unit__sort_key")), default=F("place_sort")),
        is_school=Case(When(to_municipality, then=Value(0)), default=Value(1)),
    )


def municipalities_of(found: QuerySet[Recommendation]) -> list[tuple[int, str]]:
    """Return the municipalities that recommendations `by_place` go to, for a choice."""
    rows = found.order_by("whose_sort", "whose").values_list("whose", "whose_name", "whose_sort").distinct()
    return [(key, name) for key, name, _sort in rows]


def answerable(rows: Iterable[Recommendation], *, user: Person) -> set[int]:
    """Return the units whose recommendations somebody may answer, in one query."""
    units = Unit.objects.visible_to(user, Permission.RECOMMENDATION_ANSWER)
    return set(units.filter(pk__in={row.unit_id for row in rows}).values_list("pk", flat=True))
