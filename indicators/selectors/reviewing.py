"""What waits to be sent, to be accepted, and what was returned: by place, and value by value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, StrIndex

from accounts.models import User
from accounts.permissions import Permission
from indicators.enums import EntryStatus
from indicators.models import Observation
from indicators.selectors.cells import said
from schools.enums import TERRITORIES, Kind
from schools.models import Unit
from schools.querysets import ANY_DIRECTION

WITH: Final = (
    "element__system",
    "unit__parent",
    "period",
    "system",
    "document",
    "entered_by",
    "submitted_by",
    "signatory",
    "reviewed_by",
    "reviewed_signatory",
)


@dataclass(frozen=True, slots=True)
class Queued:
    """A territory of which somebody reviews values, its own or those of its organisations, and how many there are."""

    unit: Unit
    waiting: int
    returned: int
    accepted: int


@dataclass(slots=True)
class Line:
    """One value as it is read before it is sent or accepted, and why that could not be done with it."""

    row: Observation
    is_chosen: bool = False
    problem: str = ""

    @property
    def said(self) -> str:
        """The value in words."""
        return said(self.row.element, self.row.value)


def values_to_send(*, user: User, unit: Unit, year: int) -> QuerySet[Observation]:
    """Return the drafts and the returned values of a form that somebody may send: the unit's and its organisations'."""
    units = Unit.objects.visible_to(user, Permission.OBSERVATION_ENTER, direction=ANY_DIRECTION)
    rows = _of_form(unit).in_force().filter(period__ends_on__year=year, unit__in=units.values("pk"))
    return _in_order(rows.filter(status__in=[EntryStatus.DRAFT, EntryStatus.RETURNED]))


def review_queue(*, user: User, year: int) -> list[Queued]:
    """Count by territory what somebody reviews of a year: the fullest first."""
    rows = Observation.objects.reviewable_by(user).in_force().filter(period__ends_on__year=year)
    rows = rows.exclude(status=EntryStatus.DRAFT)
    place = Case(When(unit__kind__in=TERRITORIES, then=F("unit")), default=F("unit__parent"))
    counts = rows.order_by().annotate(place=place).values("place").annotate(**_counted())
    found = {row.pop("place"): row for row in counts}
    units = Unit.objects.in_bulk(found)
    queue = [Queued(units[key], **row) for key, row in found.items()]
    return sorted(queue, key=lambda one: (-one.waiting, one.unit.sort_key, one.unit.pk))


def review_counts(*, user: User, unit: Unit, year: int) -> dict[str, int]:
    """Count what somebody reviews of a territory in a year."""
    return values_under_review(user=user, unit=unit, year=year).order_by().aggregate(**_counted())


def values_under_review(*, user: User, unit: Unit, year: int) -> QuerySet[Observation]:
    """Return what was sent of a year, as far as somebody reviews it at a unit: its own and of its organisations."""
    rows = _of_form(unit).reviewable_by(user).in_force().filter(period__ends_on__year=year)
    return _in_order(rows.exclude(status=EntryStatus.DRAFT))


def units_reviewed(*, user: User) -> QuerySet[Unit]:
    """Return the units whose values, or whose organisations' values, somebody may accept or return."""
    accepting = Unit.objects.visible_to(user, Permission.OBSERVATION_ACCEPT)
    reviewing = Unit.objects.visible_to(user, Permission.REVIEW, direction=ANY_DIRECTION)
    return Unit.objects.filter(Q(pk__in=accepting.values("pk")) | Q(pk__in=reviewing.values("pk")))


def _counted() -> dict[str, Count]:
    named = {
        "waiting": EntryStatus.SUBMITTED,
        "returned": EntryStatus.RETURNED,
        "accepted": EntryStatus.ACCEPTED,
    }
    return {name: Count("pk", filter=Q(status=status)) for name, status in named.items()}


def _of_form(unit: Unit) -> QuerySet[Observation]:
    """A municipality's form has a grid of its organisations; a region and a district have sheets only."""
    if unit.kind == Kind.MUNICIPALITY:
        return Observation.objects.filter(Q(unit=unit) | Q(unit__parent=unit))
    return Observation.objects.filter(unit=unit)


def _in_order(rows: QuerySet[Observation]) -> QuerySet[Observation]:
    """The unit's own values first, then those of its organisations by name; questions as they stand in the form."""
    ordered = rows.select_related(*WITH).annotate(depth=Case(When(unit__kind=Kind.MUNICIPALITY, then=0), default=1))
    # A category stands where it does in the element's list, written in the database as [["код", "Название"], …].
    listed = Concat(Value('["'), F("category"), Value('"'))
    ordered = ordered.annotate(of_categories=StrIndex(Cast("element__categories", TextField()), listed))
    return ordered.order_by("depth", "unit__sort_key", "unit_id", "element_id", "of_categories")
