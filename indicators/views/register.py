"""What the register says of one school, kept by hand. It stands here because indicators follow it."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.versions import ChangedMeanwhile
from indicators.services.register import change_school, close_school, move_school
from indicators.views.passports import school_page
from schools.forms import CloseForm, MoveForm, SchoolForm
from schools.models import Unit
from schools.selectors.school_list import municipalities_of, school_list
from schools.selectors.shown import school_shown
from schools.services.registry import UnitRefused


@require_http_methods(["GET", "HEAD", "POST"])
def school_register(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the register says of a school, and change, move or close it."""
    unit = get_object_or_404(school_list(user=request.user, academic_year=None), pk=pk)
    act = request.POST.get("act", "")
    data = request.POST if request.method == "POST" else None
    forms: dict[str, Form] = {
        "change": SchoolForm(data if act == "change" else None, unit=unit),
        "move": MoveForm(data if act == "move" else None, places=municipalities_of(user=request.user)),
        "close": CloseForm(data if act == "close" else None),
    }
    if act in forms and forms[act].is_valid() and (done := _done(request, act, forms[act], unit)):
        messages.success(request, done)
        return redirect("indicators:school-register", pk)
    context = {
        "unit": unit,
        "forms": forms,
        "aliases": unit.aliases.order_by("name"),
        "placements": unit.placements.select_related("parent").order_by("-valid_from"),
        "crumbs": [("Школы", reverse("schools:school-list")), (unit.short_name, school_page(unit)), ("Реестр", "")],
    }
    wrong = act in forms and forms[act].errors
    return render(request, "indicators/school_register.html", context, status=422 if wrong else 200)


def _done(request: HttpRequest, act: str, form: Any, unit: Unit) -> str:
    """Do it and return what to tell; nothing where it was refused, which then stands in the form."""
    by = {"actor": request.user, "now": timezone.now()}
    try:
        if act == "change":
            said = form.cleaned_data
            change_school(change=form.change(), alias=said["alias"], seen=said["seen"], **by)
            return "Сведения сохранены."
        change = move_school if act == "move" else close_school
        operation = change(unit=unit, **form.cleaned_data, **by)
        return f"{operation.title}. Это изменение сети № {operation.pk}: отменить его можно в журнале изменений."
    except ChangedMeanwhile:
        form.show_both(school_shown(school_list(user=request.user, academic_year=None).get(pk=unit.pk)))
    except UnitRefused as refused:
        form.add_error(None, str(refused))
    return ""
