"""Who did what about a result: executions, the units that owe one, and what somebody may report."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Permission
from programmes.models import Programme
from roadmap.enums import DONE, ExecutionState, Recurrence, ResultState
from roadmap.models import Activity, Execution, ExpectedResult, ResultWindow
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.geography import Geography
from schools.selectors.placed import heir_today, placed

FARTHEST_FIRST = Case(
    When(state=ExecutionState.ACCEPTED, then=Value(0)),
    When(state__in=DONE, then=Value(1)),
    default=Value(2),
)
ACTIONS = {
    "execution.reported": "Отмечено",
    "execution.accepted": "Принято",
    "execution.returned": "Возвращено",
}


def roadmap_activities(*, user: User) -> QuerySet[Activity]:
    """Return the activities of the programmes that somebody may read."""
    readable = Programme.objects.readable_by(user)
    return Activity.objects.filter(programme__in=readable).select_related("programme__unit", "direction")


def roadmap_results(*, user: User) -> QuerySet[ExpectedResult]:
    """Return the promised results of the programmes that somebody may read."""
    readable = Programme.objects.readable_by(user)
    results = ExpectedResult.objects.filter(activity__programme__in=readable)
    return results.select_related("activity__programme__unit", "activity__direction").prefetch_related("windows")


def executions_seen(*, user: User) -> QuerySet[Execution]:
    """Return the executions of somebody's own territory and of the units above it."""
    seen = Execution.objects.known_to(user, Permission.PROGRAMME_VIEW)
    return seen.select_related(
        "unit__parent",
        "document",
        "reported_by",
        "reported_signatory",
        "accepted_by",
        "accepted_signatory",
        "result__activity__programme__unit",
        "result__activity__direction",
    )


def units_that_owe(
    result: ExpectedResult, geography: Geography, *, user: User, among: set[int] | None = None
) -> QuerySet[Unit]:
    """
    Return the units that answer for a result and are known to somebody: the programme's own, municipalities, schools.

    Municipalities are those of the geography; each unit is read with what it stands in. Schools are those of the
    approved list (`among`) and whoever has reported all the same.
    """
    activity = result.activity
    units = Unit.objects.known_to(user, Permission.PROGRAMME_VIEW)
    own = Q(pk=activity.programme.unit_id)
    levels = {Kind(level) for level in (activity.levels or [activity.level])}
    wanted = own if Kind.REGION in levels else Q(pk__in=[])
    if Kind.MUNICIPALITY in levels:
        there = Q(closed_on=None) if geography.is_today else Q(pk__in=Unit.objects.open_on(geography.day).values("pk"))
        wanted |= there & Q(kind=Kind.MUNICIPALITY, path__startswith=activity.programme.unit.path)
    if Kind.SCHOOL in levels:
        reported = Execution.objects.filter(result=result).values("unit")
        listed = Q(pk__in=among or [], path__startswith=activity.programme.unit.path)
        wanted |= Q(kind=Kind.SCHOOL) & (Q(pk__in=reported) | listed)
    return placed(units.filter(wanted), geography, unit="")


def with_standing(units: QuerySet[Unit], window: ResultWindow, geography: Geography, *, on: date) -> QuerySet[Unit]:
    """
    Add to units what they did in a window: `execution_pk`, `done_on`, `standing`.

    In today's territories who took over from several has what the farthest of them did.
    """
    mine = Execution.objects.filter(result=window.result_id, window_number=window.number)
    if geography.is_today:
        mine = (
            mine.alias(heir=heir_today("unit__")).filter(heir=OuterRef("pk")).order_by(FARTHEST_FIRST, "done_on", "pk")
        )
    else:
        mine = mine.filter(unit=OuterRef("pk"))
    if window.starts_on > on:
        nothing_yet = ResultState.AHEAD
    elif window.ends_on >= on:
        nothing_yet = ResultState.RUNNING
    elif window.result.recurrence == Recurrence.ON_DEMAND:
        nothing_yet = ResultState.NOT_ASKED
    else:
        nothing_yet = ResultState.OVERDUE
    annotated = units.annotate(
        execution_pk=Subquery(mine.values("pk")[:1]),
        done_on=Subquery(mine.values("done_on")[:1]),
        written=Subquery(mine.values("state")[:1]),
    )
    seen = Q(written__in=DONE, done_on__lte=on)
    return annotated.annotate(
        standing=Case(
            When(seen & Q(written=ExecutionState.ACCEPTED), then=Value(ResultState.ACCEPTED)),
            When(seen, then=Value(ResultState.REPORTED)),
            When(written=ExecutionState.RETURNED, then=Value(ResultState.RETURNED)),
            default=Value(nothing_yet),
            output_field=CharField(),
        )
    )


def executions_of(units: list[Unit]) -> dict[int, Execution]:
    """Return the executions that a page of units shows, by their keys."""
    keys = [unit.execution_pk for unit in units if unit.execution_pk]
    return Execution.objects.select_related("document", "reported_by", "accepted_by").in_bulk(keys)


def units_to_report(result: ExpectedResult, *, user: User) -> QuerySet[Unit]:
    """Return the units for which somebody may report a result."""
    direction = result.activity.direction.number if result.activity.direction_id else None
    units = Unit.objects.visible_to(user, Permission.EXECUTION_ENTER, direction=direction)
    units = units.filter(kind__in=result.activity.answering)
    others = Q(kind=Kind.REGION) & ~Q(pk=result.activity.programme.unit_id)
    return units.exclude(others).order_by(F("kind"), "sort_key", "pk")


def current_window(result: ExpectedResult, *, on: date | None = None) -> ResultWindow:
    """Return the window that is due: the last that has begun, or else the first."""
    day = on or timezone.localdate()
    windows = list(result.windows.all())
    begun = [window for window in windows if window.starts_on <= day]
    return (begun or windows[:1])[-1]


def execution_history(execution: Execution) -> list[tuple[AuditEvent, str]]:
    """List what happened to an execution, newest first, each event with its name."""
    events = AuditEvent.objects.filter(target_kind=Execution._meta.label_lower, target_id=str(execution.pk))
    return [(event, ACTIONS.get(event.action, event.action)) for event in events.order_by("-happened_at", "-pk")]
