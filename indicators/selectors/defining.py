"""What a form of a definition offers to choose from: who keeps it, by which document it is, whose it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from documents.enums import DocumentKind
from documents.models import Document
from indicators.models import IndicatorEdition
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.signatories import signatories

Choice = tuple[str, str]
SAYING = (DocumentKind.PROGRAMME, DocumentKind.METHODOLOGY)  # documents that say how something is measured


@dataclass(frozen=True, slots=True)
class CareChoices:
    """The choices of the form, in the order in which they are read."""

    people: list[Choice]
    documents: list[Choice]
    owners: list[Choice] = field(default_factory=list)  # of a new indicator alone


def care_choices(*, user: User, region: Unit, edition: IndicatorEdition | None = None) -> CareChoices:
    """Return what may be chosen; what stands in an edition now is offered too, be its person gone or not."""
    return CareChoices(_people(region, edition), _documents(user, edition))


def owner_choices(*, user: User) -> list[Choice]:
    """Return the municipalities that an indicator of somebody's may belong to."""
    places = Unit.objects.visible_to(user, Permission.INDICATOR_EDIT).of_kind(Kind.MUNICIPALITY)
    places = places.filter(closed_on=None).in_order()
    return [(str(key), name) for key, name in places.values_list("pk", "short_name")]


def said_person(person: User) -> str:
    """A person as a list names him: who has left is still named, and said to have left."""
    return str(person) if person.is_active else f"{person} (запись закрыта)"


def said_keeper(person: User | None, named: str) -> str:
    """Who answers for a definition: a person, a role or an institution, or both."""
    return ", ".join(filter(None, [said_person(person) if person else "", named]))


def _people(region: Unit, edition: IndicatorEdition | None) -> list[Choice]:
    offered = {str(one.user.pk): one.label for one in signatories(Permission.INDICATOR_EDIT, at=region)}
    offered |= {
        str(one.user.pk): one.label
        for one in signatories(Permission.PROGRAMME_APPROVE, at=region)
        if str(one.user.pk) not in offered
    }
    for person in (edition.methodologist, edition.reviewer) if edition else ():
        if person is not None:
            offered.setdefault(str(person.pk), said_person(person))
    return sorted(offered.items(), key=lambda one: one[1])


def _documents(user: User, edition: IndicatorEdition | None) -> list[Choice]:
    offered = Q(kind__in=SAYING) | Q(kind=DocumentKind.ORDER, unit__kind=Kind.REGION)
    if edition is not None and edition.document_id is not None:
        offered |= Q(pk=edition.document_id)
    known = Document.objects.known_to(user, Permission.PROGRAMME_VIEW).exclude(unit__kind=Kind.SCHOOL)
    return [(str(one.pk), str(one)) for one in known.filter(offered).order_by("title", "dated_on", "pk")]
