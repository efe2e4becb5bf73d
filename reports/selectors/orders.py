"""Orders of reports as somebody sees them: one's own, while one still may order at the unit."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import acting_token
from common.russian import counted, search_key
from reports.models import ReportOrder
from schools.enums import TERRITORIES, Kind
from schools.models import Unit

FOUND_AT_MOST = 12


def orders_of(*, user: User) -> QuerySet[ReportOrder]:
    """Return somebody's own orders, a key's those made with it, of units at which one still may order reports."""
    visible = ReportOrder.objects.visible_to(user, Permission.REPORT_ORDER)
    token = acting_token(user)
    own = visible.filter(ordered_by=user) if token is None else visible.filter(job__ordered_with=token)
    return own.select_related("unit", "job")


def territories(*, user: User) -> list[Unit]:
    """List the region, districts and municipalities of which somebody may order reports, the largest first."""
    units = Unit.objects.visible_to(user, Permission.REPORT_ORDER).of_kind(*TERRITORIES).in_order()
    return sorted(units, key=lambda unit: TERRITORIES.index(unit.kind))


def schools_found(text: str, *, user: User) -> QuerySet[Unit]:
    """Find schools of which somebody may order reports, by the beginning of the code or a part of the name."""
    key = search_key(text)
    schools = Unit.objects.visible_to(user, Permission.REPORT_ORDER).of_kind(Kind.SCHOOL).select_related("parent")
    if not key:
        return schools.none()
    found = schools.filter(Q(code__startswith=text.strip()) | Q(search_key__contains=key))
    return found.order_by("sort_key", "code")[:FOUND_AT_MOST]


def own_school(*, user: User) -> Unit | None:
    """Return the school of somebody who has exactly one."""
    schools = list(Unit.objects.visible_to(user, Permission.REPORT_ORDER).of_kind(Kind.SCHOOL)[:2])
    return schools[0] if len(schools) == 1 else None


def ambiguous(text: str, found: Sequence[Unit]) -> str:
    """Say why a text does not name one school, and how to mend it."""
    if not found:
        return f"Школы «{text}» среди ваших нет: проверьте код или впишите часть названия."
    shown = ", ".join(f"{school.short_name} ({school.code})" for school in found[:4])
    number = counted(len(found), "школа", "школы", "школ")
    return f"Под «{text}» подходит {number}: {shown}{'…' if len(found) > 4 else ''}. Впишите код одной из них."
