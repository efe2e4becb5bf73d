"""«Школы»: the list."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Kind, Table
from common.years import format_academic_year
from schools.access import appointments_of, held
from schools.forms import SchoolFilter
from schools.models import Unit
from schools.selectors.school_list import as_then, newest_passports, places_of, project_choices, school_list

FILE_PERMISSIONS = (Permission.UNIT_EDIT, Permission.PASSPORT_EDIT)


@require_safe
def school_list_page(request: HttpRequest) -> HttpResponse:
    """The schools that the person sees, narrowed and sorted as the address asks; the same rows as CSV or XLSX."""
    year = newest_passports(user=request.user, until=request.programme_year)
    places = places_of(user=request.user, day=_asked_day(request))
    form = SchoolFilter(request.GET, places=places, projects=project_choices(), day=timezone.localdate())
    day = form.on_day
    listing = Listing.read(request.GET, _headings(year, day), default="name")
    schools = listing.sort(form.narrow(school_list(user=request.user, academic_year=year)))
    if listing.file_format:
        name = f"Школы на {day:%d.%m.%Y}" if day else "Школы"
        return table_response(_table(schools, year, day), name=name, file_format=listing.file_format)
    page = listing.page(schools)
    for unit in page if day else ():
        as_then(unit)
    context = {
        "form": form,
        "listing": listing,
        "page": page,
        "on": day,
        "may_load": may_load(request),
        "crumbs": [("Школы", "")],
    }
    return render(request, "schools/list.html", context)


def _asked_day(request: HttpRequest) -> date | None:
    """The day «по состоянию на», if it is one."""
    with suppress(ValueError):
        return date.fromisoformat(request.GET.get("on", ""))
    return None


def may_load(request: HttpRequest) -> bool:
    """Whether the button that leads to loading files is of use to the person."""
    places = [one.unit for one in appointments_of(request.user)]
    return any(permission in held(request.user, at=unit) for unit in places for permission in FILE_PERMISSIONS)


def _headings(year: int | None, day: date | None) -> list[Heading]:
    place = ("place_sort_then" if day else "parent__sort_key", "sort_key", "pk")
    hint = f"Социальные паспорта {format_academic_year(year)} учебного года" if year else "Паспорта не загружены"
    return [
        Heading("Школа", key="name", order=("sort_key", "pk")),
        Heading("Код", key="code", order=("code", "pk")),
        Heading("Муниципалитет", key="place", order=place),
        Heading("Уровень", key="level", order=("level_rank", "sort_key", "pk")),
        Heading("Местность", key="locality", order=("school__locality", "sort_key", "pk")),
        Heading("Тип", key="type", order=("school__type", "sort_key", "pk")),
        Heading(
            f"Обучающихся{f', {format_academic_year(year)}' if year else ''}",
            key="pupils",
            order=("pupils", "sort_key", "pk"),
            is_number=True,
            hint=hint,
        ),
    ]


def _table(schools: Any, year: int | None, day: date | None) -> Table:
    columns = [
        Column("Код ОО (РЦОИ)", width=16),
        Column("Логин ФИС ОКО", width=16),
        Column("ИНН", width=16),
        Column("Наименование", width=60),
        Column("Краткое наименование", width=36),
        Column("Код МСУ", width=10),
        Column("Муниципалитет", width=28),
        Column("Вид", width=20),
        Column("Уровень", width=10),
        Column("Город/село", width=12),
        Column("Тип", width=20),
        Column(f"Обучающихся{f', {format_academic_year(year)}' if year else ''}", Kind.INTEGER),
        Column("Закрыта", Kind.DAY),
    ]
    rows = schools.iterator(500)
    return Table("Школы", columns, _rows(map(as_then, rows) if day else rows))


def _rows(schools: Iterable[Unit]) -> Iterable[tuple[Any, ...]]:
    for unit in schools:
        school = unit.school
        yield (
            unit.code,
            school.fisoko_login,
            school.inn,
            unit.name,
            unit.short_name,
            unit.parent.code,
            unit.parent.name,
            unit.get_kind_display(),
            school.get_level_display(),
            school.get_locality_display(),
            school.get_type_display(),
            unit.pupils,
            unit.closed_on,
        )
