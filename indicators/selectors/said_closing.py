"""What files and reports say of the closed periods that they show: by which order, how much differs since."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count

from accounts.models import User
from common.russian import counted
from indicators.models import Period
from indicators.selectors.closings import values_since_closing


def said_closings(periods: Iterable[Period], *, user: User) -> list[tuple[str, str]]:
    """Return, for each closed one of some periods, its name and a sentence."""
    closed = [period for period in periods if period.closing is not None]
    if not closed:
        return []
    rows = values_since_closing(user=user).filter(period__in=closed).order_by()
    counts = dict(rows.values_list("period").annotate(count=Count("pk")))
    return [(f"Закрыт: {period.in_words}", _said(period, counts.get(period.pk, 0))) for period in closed]


def _said(period: Period, count: int) -> str:
    closing = period.closing
    since = counted(count, "значение", "значения", "значений") if count else ""
    after = f"после закрытия изменилось: {since}" if count else "после закрытия ничего не изменилось"
    return f"{closing.closed_at:%d.%m.%Y} приказом {closing.by_order}, значения утверждены; {after}"
