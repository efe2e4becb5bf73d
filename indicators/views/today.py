"""A value of a past year in today's territory: what it is summed from, each with the place where it stood then."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.lists import Heading, Listing
from indicators.enums import ValueStatus
from indicators.models import IndicatorEdition, Period
from indicators.selectors.distributions import spread_of
from indicators.selectors.today import Summed, leaves_with_places, values_today
from schools.enums import TERRITORIES
from schools.models import Unit

HEADINGS = [
    Heading("Из чего", key="unit", order=("unit__sort_key", "pk")),
    Heading("Где стояло тогда", key="place", order=("place_then", "unit__sort_key", "pk")),
    Heading("Числитель", key="n", order=("n", "pk"), is_number=True),
    Heading("Знаменатель", key="d", order=("d", "pk"), is_number=True),
    Heading("Не учтено", key="out", order=("left_out", "pk"), is_number=True),
]

HEADINGS_OF_SPREAD = [
    *HEADINGS[:2],
    Heading("Всего", key="n", order=("n", "pk"), is_number=True),
    HEADINGS[-1],
]


@require_safe
def value_today(request: HttpRequest, edition: int, period: int, unit: int) -> HttpResponse:
    """Open a value that is summed on read: its pair, its leaves, and the stored value of each."""
    seen = Unit.objects.visible_to(request.user, Permission.INDICATOR_VIEW).filter(kind__in=TERRITORIES)
    place = get_object_or_404(seen.filter(closed_on=None).select_related("parent"), pk=unit)
    of = get_object_or_404(IndicatorEdition.objects.select_related("indicator"), pk=edition)
    when = get_object_or_404(Period.objects.select_related("in_force"), pk=period)
    found = values_today(units=[place.pk], editions=[of], periods=[when.pk])
    value = next(found, Summed(of.pk, when.pk, place.pk, None, None, 0, ValueStatus.NOBODY))
    listing = Listing.read(request.GET, HEADINGS_OF_SPREAD if of.parts else HEADINGS, default="unit", has_files=False)
    rows = listing.sort(leaves_with_places(unit=place, edition=of, period=when))
    context = {
        "unit": place,
        "edition": of,
        "period": when,
        "value": value,
        "shown": of.shown(value.n, value.d),
        "spread": spread_of(of, value.cells),
        "closed": [when] if when.closing else [],
        "listing": listing,
        "page": listing.page(rows),
        "crumbs": [("Показатели", reverse("indicators:library")), (of.indicator.name[:80], "")],
    }
    return render(request, "indicators/value_today.html", context)
