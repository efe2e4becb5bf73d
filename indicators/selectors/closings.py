"""Closed periods: which are, what closing one would pin, what has come out otherwise since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.permissions import Permission
from indicators.enums import PeriodKind, ValueStatus
from indicators.models import (
    Indicator,
    IndicatorEdition,
    IndicatorValue,
    Period,
    PeriodClosing,
    PinnedEdition,
    ValueCells,
    ValueSinceClosing,
)
from indicators.registry import shorter_periods
from indicators.selectors.staleness import waiting_notes

CLOSABLE = (PeriodKind.YEAR, PeriodKind.HALF, PeriodKind.WAVE)


def periods(*, user: User) -> QuerySet[Period]:
    """Return the periods that are closed as such, newest first, with `changed`: how much somebody sees to differ."""
    rows = Period.objects.filter(kind__in=CLOSABLE).select_related("in_force__signatory", "in_force__closed_by")
    return rows.annotate(changed=changed_of(user)).order_by("-ends_on", "-starts_on", "pk")


def changed_of(user: User) -> Coalesce:
    """How many values that somebody may see came out otherwise since a period was closed, beside the period."""
    seen = ValueSinceClosing.objects.visible_to(user, Permission.INDICATOR_VIEW).filter(period=OuterRef("pk"))
    return Coalesce(Subquery(seen.order_by().values("period").annotate(count=Count("pk")).values("count")), 0)


def closings(period: Period) -> QuerySet[PeriodClosing]:
    """Return every closing of a period, the newest first."""
    people = ("order", "closed_by", "signatory", "reopening_order", "reopened_by", "reopened_signatory")
    return period.closings.select_related(*people).order_by("-closed_at", "-pk")


def every_closing(*, user: User) -> QuerySet[PeriodClosing]:
    """Return every closing of every period, the newest first, with `changed`: how much somebody sees to differ."""
    seen = ValueSinceClosing.objects.visible_to(user, Permission.INDICATOR_VIEW)
    seen = seen.filter(period__in_force=OuterRef("pk")).order_by().values("period")
    rows = PeriodClosing.objects.select_related("period", "closed_by", "signatory")
    changed = Coalesce(Subquery(seen.annotate(count=Count("pk")).values("count")), 0)
    return rows.annotate(changed=changed).order_by("-closed_at", "-pk")


def values_since_closing(*, user: User) -> QuerySet[ValueSinceClosing]:
    """
    Return what somebody may see to differ from official values, with those as `was_n`, `was_d`, `was_status`.

    `pinned` is the edition by which the official value was computed; no `was_status` means that there was no value.
    """
    pins = PinnedEdition.objects.filter(closing__closes=OuterRef("period"), indicator=OuterRef("indicator"))
    rows = ValueSinceClosing.objects.visible_to(user, Permission.INDICATOR_VIEW)
    rows = rows.annotate(
        pinned=Subquery(pins.values("edition")[:1]), was_number=Subquery(pins.values("edition__number")[:1])
    )
    official = IndicatorValue.objects.filter(
        edition=OuterRef("pinned"), period=OuterRef("period"), unit=OuterRef("unit")
    )
    rows = rows.annotate(**{f"was_{name}": Subquery(official.values(name)[:1]) for name in ("n", "d", "status")})
    cells = ValueCells.objects.filter(edition=OuterRef("pinned"), period=OuterRef("period"), unit=OuterRef("unit"))
    rows = rows.annotate(was_cells=Subquery(cells.values("cells")[:1]))
    return rows.select_related("indicator", "period", "unit", "edition", "run")


def official_editions(keys: Collection[int]) -> dict[int, IndicatorEdition]:
    """Return pinned editions by their keys, to show their values by."""
    return {one.pk: one for one in IndicatorEdition.objects.filter(pk__in=set(keys))}


def difference_of(value: IndicatorValue) -> ValueSinceClosing | None:
    """Return what an official value of a closed period would be now, None where it would be the same."""
    rows = ValueSinceClosing.objects.filter(
        period=value.period_id, indicator=value.edition.indicator_id, unit=value.unit_id
    )
    return rows.select_related("edition", "run").first()


@dataclass(frozen=True, slots=True)
class Pinning:
    """What closing a period would pin: values and what they are, what has none, what is not computed yet."""

    values: int
    known: int
    causes: list[tuple[str, int]]  # why there is no value, how many
    indicators: int
    blank: list[Indicator]  # indicators in force without any value in the period
    stale: int  # indicators whose values are about to change
    newest_run: int | None

    @property
    def shown(self) -> dict[str, object]:
        """What the person who closes was shown, for the mark."""
        return {"values": self.values, "known": self.known, "indicators": self.indicators, "run": self.newest_run}


def pinning(period: Period) -> Pinning:
    """Look at what a period has just now."""
    editions = IndicatorEdition.objects.filter(is_current=True)
    rows = IndicatorValue.objects.filter(period=period, edition__is_current=True).order_by()
    by_status = dict(rows.values_list("status").annotate(count=Count("pk")))
    newest = rows.order_by("-run").values_list("run", flat=True).first()
    has_values = Exists(IndicatorValue.objects.filter(edition=OuterRef("pk"), period=period))
    asked = list(editions.select_related("indicator").annotate(has_values=has_values).order_by("indicator__code"))
    if period.kind != PeriodKind.YEAR:
        shorter = {key for key, found in shorter_periods().items() if period in found}
        asked = [one for one in asked if one.indicator_id in shorter or one.has_values]
    waiting = waiting_notes()
    stale = [one for one in asked if waiting.touches(one.indicator.code, one.depends_on, period.year, one.reach)]
    causes = [
        (ValueStatus(code).label, count) for code, count in sorted(by_status.items()) if code != ValueStatus.KNOWN
    ]
    return Pinning(
        values=sum(by_status.values()),
        known=by_status.get(ValueStatus.KNOWN, 0),
        causes=causes,
        indicators=sum(one.has_values for one in asked),
        blank=[one.indicator for one in asked if not one.has_values],
        stale=len(stale),
        newest_run=newest,
    )


def is_over(period: Period, today: date) -> bool:
    """Whether a period has ended, before which it cannot be closed."""
    return period.ends_on < today


def unpinned(period: Period) -> QuerySet[Indicator]:
    """Return the indicators that have values in a closed period and came after it was closed: they are not official."""
    pins = PinnedEdition.objects.filter(closing=period.closing, indicator=OuterRef("pk"))
    editions = IndicatorEdition.objects.filter(
        Exists(IndicatorValue.objects.filter(edition=OuterRef("pk"), period=period)), is_current=True
    )
    found = Indicator.objects.filter(pk__in=editions.values("indicator"))
    return found.filter(~Exists(pins)).order_by("code")


OFFICIAL = Q(edition__is_current=True) | Exists(
    PinnedEdition.objects.filter(edition=OuterRef("edition"), closing__closes=OuterRef("period"))
)
"""Of values: those of editions in force, and of closed periods those that are official. One of a unit and period."""


def superseded(indicator: str) -> QuerySet[PinnedEdition]:
    """Return the pins of an indicator, a field of the outer query, whose edition another has followed since."""
    pins = PinnedEdition.objects.filter(indicator=OuterRef(indicator), closing__reopened_at=None)
    return pins.filter(edition__is_current=False).annotate(period=F("closing__period"))
