"""In which projects an organisation takes part, kept by hand. It stands here because formulas follow it."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from indicators.services.memberships import begin_membership, drop_membership, end_membership
from indicators.views.passports import school_page
from schools.forms.network import MembershipDropForm, MembershipEndForm, MembershipForm
from schools.models import Membership, Unit
from schools.selectors.school_list import school_list
from schools.services.projects import MembershipRefused

SAVED = {"begin": "Участие записано.", "end": "Последний день записан.", "drop": "Ошибочная запись убрана."}


@require_http_methods(["GET", "HEAD", "POST"])
def memberships(request: HttpRequest, pk: int) -> HttpResponse:
    """Show in which projects an organisation takes part and took part; begin, end and take away."""
    unit = get_object_or_404(school_list(user=request.user, academic_year=None), pk=pk)
    rows = list(unit.memberships.select_related("project", "entered_by").order_by("-since", "pk"))
    act, chosen = request.POST.get("act", ""), _chosen(request, rows)
    begin_form = MembershipForm(request.POST if act == "begin" else None)
    lines = [(row, *_forms(request, row, act if row is chosen else "")) for row in rows]
    asked = begin_form if act == "begin" else None
    if chosen is not None and act in ("end", "drop"):
        asked = next(ending if act == "end" else dropping for row, ending, dropping in lines if row is chosen)
    if asked is not None and asked.is_valid() and _done(request, act, asked, unit, chosen):
        messages.success(request, SAVED[act])
        return redirect("indicators:memberships", pk)
    context = {
        "unit": unit,
        "lines": lines,
        "form": begin_form,
        "crumbs": [("Школы", reverse("schools:school-list")), (unit.short_name, school_page(unit)), ("Проекты", "")],
    }
    wrong = asked is not None and asked.errors
    return render(request, "indicators/memberships.html", context, status=422 if wrong else 200)


def _chosen(request: HttpRequest, rows: list[Membership]) -> Membership | None:
    """The membership that is acted on; one of another organisation is as if it were not there."""
    asked = request.POST.get("membership", "")
    if not asked:
        return None
    found = next((row for row in rows if str(row.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _forms(request: HttpRequest, row: Membership, act: str) -> tuple[Form, Form]:
    return (
        MembershipEndForm(request.POST if act == "end" else None, membership=row),
        MembershipDropForm(request.POST if act == "drop" else None, membership=row),
    )


def _done(request: HttpRequest, act: str, form: Any, unit: Unit, chosen: Membership | None) -> bool:
    by = {"actor": request.user, "now": timezone.now()}
    try:
        if act == "begin":
            begin_membership(stay=form.stay(unit), **by)
        elif act == "end":
            end_membership(membership=chosen, **form.cleaned_data, **by)
        else:
            drop_membership(membership=chosen, **form.cleaned_data, **by)
    except MembershipRefused as refused:
        form.add_error(None, str(refused))
        return False
    return True
