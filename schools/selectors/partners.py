"""The directory of partners outside the tree, and where somebody may add to it."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission
from common.searching import having_words
from schools.enums import Kind
from schools.models import Partner, Unit


def partner_directory(*, user: User) -> QuerySet[Partner]:
    """Return the partners that somebody may look up, each with where it stands."""
    return Partner.objects.visible_to(user).select_related("unit", "entered_by")


def partners_called(*, user: User, text: str) -> QuerySet[Partner]:
    """Return the partners that have every word of a text in their name or ИНН."""
    return having_words(partner_directory(user=user), text, keys=("search_key",))


def places_to_add(*, user: User) -> QuerySet[Unit]:
    """Return the places in which somebody may add partners: municipalities, and the region."""
    seen = Unit.objects.visible_to(user, Permission.PROGRAMME_EDIT).of_kind(Kind.REGION, Kind.MUNICIPALITY)
    return seen.filter(closed_on=None).in_order()


def places_of_partners(*, user: User) -> list[tuple[int, str]]:
    """Return the places that have partners, with their names, for a filter."""
    rows = Partner.objects.visible_to(user).order_by("unit__sort_key", "unit").values_list("unit", "unit__short_name")
    return list(dict(rows.distinct()).items())
