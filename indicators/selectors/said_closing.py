"""What pages, files and reports say of closed periods: by which order, how much differs since, which value was what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Count

from accounts.models import User
from common.numbers import format_number
from common.russian import counted
from indicators.enums import IndicatorKind, ValueStatus
from indicators.models import IndicatorEdition, Period
from indicators.selectors.closings import values_since_closing
from indicators.selectors.distributions import spread_of


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


def said_value(
    edition: IndicatorEdition | None,
    n: Decimal | None,
    d: Decimal | None,
    status: str | None,
    cells: Sequence[Decimal] | None,
) -> str:
    """Write a value, official or of now, as it is read: «10 чел.», «да», «нет» where there is none."""
    if edition is None or not status:
        return "нет"
    if (spread := spread_of(edition, cells)) is not None:
        return spread.said
    if status != ValueStatus.KNOWN:
        return str(ValueStatus(status).label)
    if edition.kind == IndicatorKind.YES_NO:
        return ("да" if n else "нет") if d == 1 else f"{format_number(edition.shown(n, d), edition.precision)} %"
    return f"{format_number(edition.shown(n, d), edition.precision)} {edition.unit_shown}"
