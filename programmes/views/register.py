"""The register of programmes, and who has none yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Table
from common.tables import Kind as Of
from programmes.enums import ProgrammeStatus
from programmes.forms.programme import RegisterFilter
from programmes.selectors import register
from schools.enums import Kind
from schools.selectors.geography import geography_of
from schools.selectors.placed import have_borders_moved, told_in

HEADINGS = [
    Heading("Чья", key="unit", order=("unit__sort_key", "pk")),
    Heading("Входит в", key="parent", order=("place_sort", "unit__sort_key", "pk")),
    Heading("Вид", key="kind", order=("kind", "unit__sort_key", "pk")),
    Heading("Программа"),
    Heading("Срок", key="term", order=("starts_on", "pk")),
    Heading("Состояние", key="status", order=("status", "unit__sort_key", "pk")),
    Heading("Приказ", key="approved", order=("approved_on", "pk")),
]
COLUMNS = [
    Column("Чья", width=36),
    Column("Входит в", width=28),
    Column("Вид", width=12),
    Column("Программа", width=60),
    Column("Действует с", Of.DAY),
    Column("Действует по", Of.DAY),
    Column("Состояние", width=18),
    Column("Номер приказа", width=16),
    Column("Утверждена", Of.DAY),
    Column("Ссылка", width=48),
]
NONE_HEADINGS = [
    Heading("Чья программа нужна", key="unit", order=("sort_key", "pk")),
    Heading("Входит в", key="parent", order=("place_sort", "sort_key", "pk")),
    Heading("Что есть", key="status", order=("newest_status", "sort_key", "pk")),
]
LEVELS = {"municipality": Kind.MUNICIPALITY, "school": Kind.SCHOOL}


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """The register, narrowed and sorted as the address asks; the same rows as CSV or XLSX."""
    geography = geography_of(request.programme_year, is_today=request.is_today)
    form = RegisterFilter(request.GET, municipalities=register.municipalities(user=request.user, geography=geography))
    listing = Listing.read(request.GET, HEADINGS, default="unit")
    found = register.programmes_placed(register.programme_register(user=request.user), geography)
    programmes = listing.sort(form.narrow(found))
    if listing.file_format:
        rows = (
            (
                programme.unit_name,
                programme.place_name,
                programme.get_kind_display(),
                programme.title,
                programme.starts_on,
                programme.ends_on,
                programme.get_status_display(),
                programme.document.number if programme.document else "",
                programme.approved_on,
                programme.document.url if programme.document else "",
            )
            for programme in programmes.iterator(500)
        )
        table, about = Table("Программы", COLUMNS, rows), told_in(geography)
        return table_response(table, name="Программы", file_format=listing.file_format, about=about)
    context = {
        "form": form,
        "listing": listing,
        "page": listing.page(programmes),
        "geography": geography,
        "has_changed": have_borders_moved(geography.day),
    }
    return render(request, "programmes/register.html", context)


@require_safe
def missing_list(request: HttpRequest) -> HttpResponse:
    """Who has no approved programme in the year: municipalities, or the schools of the year's approved list."""
    year, asked = request.programme_year, request.GET.get("level", "municipality")
    level = LEVELS.get(asked, Kind.MUNICIPALITY)
    listing = Listing.read(request.GET, NONE_HEADINGS, default="unit")
    listed = register.identified_schools(year) if level == Kind.SCHOOL else None
    is_unknown = level == Kind.SCHOOL and listed is None
    among = set() if is_unknown else listed
    geography = geography_of(year, is_today=request.is_today)
    owing = register.units_without_programme(
        user=request.user, level=level, year=year, geography=geography, among=among
    )
    units = listing.sort(owing)
    if listing.file_format:
        columns = [Column("Чья программа нужна", width=40), Column("Входит в", width=32), Column("Что есть", width=24)]
        rows = ((unit.unit_name, unit.place_name, _status(unit.newest_status)) for unit in units)
        table = Table("Без программы", columns, rows, caption=f"Без утверждённой программы в {year} году")
        about = told_in(geography)
        return table_response(table, name=f"Без программы {year}", file_format=listing.file_format, about=about)
    page = listing.page(units)
    for unit in page.rows:
        unit.newest = _status(unit.newest_status)
    context = {
        "listing": listing,
        "page": page,
        "geography": geography,
        "has_changed": have_borders_moved(geography.day),
        "year": year,
        "is_school": level == Kind.SCHOOL,
        "is_unknown": is_unknown,
        "owing": len(listed) if listed is not None else None,
        "crumbs": [("Программы", reverse("programmes:register")), ("Кто не утвердил", "")],
    }
    return render(request, "programmes/missing.html", context)


def _status(status: str | None) -> str:
    return ProgrammeStatus(status).label if status else "ничего"
