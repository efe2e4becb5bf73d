"""The page of checks: what does not hold together, why it matters, how to mend it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Table
from indicators.checks.registry import find_check
from indicators.models import Remark
from indicators.selectors.remarks import address_of, answers, counts_by_severity, newest_run, remarks
from indicators.services.checking import order_checks
from indicators.services.definitions import region
from indicators.views.library import crumbs_to
from schools.access import can

HEADINGS = [
    Heading("Проверка", key="check", order=("check_code", "number")),
    Heading("Что", key="title", order=("title", "pk")),
    Heading("Что не так"),
]
COLUMNS = [
    Column("Важность", width=14),
    Column("Проверка", width=50),
    Column("Что", width=60),
    Column("Что не так", width=60),
    Column("Почему это важно", width=60),
    Column("Как исправить", width=60),
]


@require_safe
def checks_page(request: HttpRequest) -> HttpResponse:
    """Every check with the first of what it found; with `?check=` all of one, with `file` everything."""
    here = region()
    if not can(request.user, Permission.INDICATOR_EDIT, at=here):
        raise Http404
    run = newest_run()
    listing = Listing.read(request.GET, HEADINGS, default="check")
    chosen = find_check(request.GET.get("check", ""))
    rows = remarks(user=request.user, run=run)
    if chosen is not None:
        rows = rows.filter(check_code=chosen.code)
    if listing.file_format:
        table = Table("Проверки", COLUMNS, (_line(row) for row in listing.sort(rows)))
        return table_response(table, name="Проверки определений", file_format=listing.file_format)
    context: dict[str, object] = {"run": run, "listing": listing, "region": here, "check": chosen}
    if chosen is not None:
        page = listing.page(listing.sort(rows))
        found = [(row, address_of(row)) for row in page.rows]
        back = ("Проверки", reverse("indicators:checks"))
        context |= {"page": page, "found": found, "crumbs": crumbs_to(chosen.title, back)}
        return render(request, "indicators/check.html", context)
    given = answers(user=request.user, run=run)
    context |= {
        "answers": [(one, [(row, address_of(row)) for row in one.first]) for one in given],
        "counts": counts_by_severity(given),
        "crumbs": crumbs_to("Проверки", ("Как считаются", reverse("indicators:library"))),
    }
    return render(request, "indicators/checks.html", context)


@require_POST
def check_anew(request: HttpRequest) -> HttpResponse:
    """Order that everything be checked again."""
    job = order_checks(actor=request.user, now=timezone.now())
    messages.success(request, "Проверка заказана. Найденное появится на странице «Проверки».")
    return redirect("jobs:job", job.pk) if job.ordered_by_id == request.user.pk else redirect("indicators:checks")


def _line(row: Remark) -> tuple[str, ...]:
    check = find_check(row.check_code)
    said = (check.title, check.why, check.mend) if check else (row.check_code, "", "")
    return (row.get_severity_display(), said[0], row.title, row.said, said[1], said[2])
