"""The region's headline target on any day, on one page that prints."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import FILE_FORMATS, Listing
from common.tables import Column, Table
from common.tables import Kind as Of
from programmes.selectors.headline import Headline, headline_on
from programmes.selectors.with_indicators import chosen_programme
from schools.enums import Kind
from schools.models import Unit

COLUMNS = [
    Column("Муниципалитет", width=36),
    Column("Участвует", width=14),
    Column("Вид", width=24),
    Column("Номер приказа", width=18),
    Column("Утверждена", Of.DAY),
    Column("Действует с", Of.DAY),
    Column("Действует по", Of.DAY),
    Column("Почему", width=36),
]


@require_safe
def headline_page(request: HttpRequest) -> HttpResponse:
    """Count the headline target on the day that is asked for."""
    region = Unit.objects.visible_to(request.user, Permission.INDICATOR_VIEW).filter(kind=Kind.REGION).first()
    if region is None:
        raise Http404
    day, is_wrong = _day(request)
    programme = chosen_programme(over=region, asked="", year=day.year)
    headline = headline_on(programme=programme, unit=region, day=day) if programme else None
    file_format = request.GET.get("file", "")
    if headline is not None and file_format in FILE_FORMATS:
        return _file(headline, region, file_format)
    context = {
        "headline": headline,
        "region": region,
        "day": day,
        "is_wrong": is_wrong,
        "asked": request.GET.get("on", ""),
        "listing": Listing.read(request.GET, [], default=""),
        "now": timezone.now(),
        "crumbs": [("Показатели", reverse("programmes:indicator-table")), ("Целевой показатель на дату", "")],
    }
    return render(request, "programmes/headline.html", context)


def _day(request: HttpRequest) -> tuple[date, bool]:
    """The day asked for, else the last one of the year that is looked at, but no later than today."""
    today = timezone.localdate()
    usual = min(date(request.programme_year, 12, 31), today)
    asked = request.GET.get("on", "")
    if not asked:
        return usual, False
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return usual, True
    return (day, False) if 2000 <= day.year <= 2099 else (usual, True)


def _file(headline: Headline, region: Unit, file_format: str) -> HttpResponse:
    rows = []
    for word, places in (("да", headline.inside), ("нет", headline.outside), ("нет данных", headline.unknown)):
        for place in places:
            found = place.programme
            rows.append(
                (
                    place.name,
                    word,
                    found.get_kind_display() if found else "",
                    found.document.number if found and found.document else "",
                    found.approved_on if found else None,
                    found.starts_on if found else None,
                    found.ends_on if found else None,
                    place.cause or ("" if found else "утверждённой программы, действующей на эту дату, нет"),
                )
            )
    about = [
        ("Показатель", headline.place.indicator.name),
        ("На дату", f"{headline.on:%d.%m.%Y}"),
        ("Расчёт", headline.calculation),
        ("Территория", region.name),
        ("Формула", headline.edition.formula),
    ]
    table = Table("Целевой показатель", COLUMNS, rows, caption=f"{headline.calculation} на {headline.on:%d.%m.%Y}")
    name = f"Целевой показатель на {headline.on:%d.%m.%Y}"
    return table_response(table, name=name, file_format=file_format, about=about)
