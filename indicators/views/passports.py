"""The form of a school's social passport. It stands here, and not in schools, because indicators follow it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common.years import academic_year_of, format_academic_year
from indicators.services.school_files import enter_school_passport
from schools.enums import Kind
from schools.forms import PassportForm
from schools.models import Unit
from schools.selectors.passports import passport_pair
from schools.services.passports import ChangedMeanwhile, PassportRefused

FIRST_YEAR = 2015


@require_http_methods(["GET", "HEAD", "POST"])
def passport(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Show the figures of a year beside last year's, and write what was typed."""
    visible = Unit.objects.visible_to(request.user, Permission.UNIT_VIEW).of_kind(Kind.SCHOOL)
    unit = get_object_or_404(visible.select_related("parent"), pk=pk)
    newest = academic_year_of(timezone.localdate())
    if not FIRST_YEAR <= year <= newest:
        raise Http404("Такого учебного года ещё нет.")
    form = PassportForm(request.POST or None, pair=passport_pair(unit=unit, academic_year=year))
    if request.method == "POST" and form.is_valid() and _write(request, form, unit, year):
        messages.success(request, f"Паспорт за {format_academic_year(year)} учебный год сохранён.")
        return redirect("indicators:passport", pk, year)
    way = [("Школы", reverse("schools:school-list")), (unit.short_name, school_page(unit)), ("Социальный паспорт", "")]
    years = range(min(newest, year + 2), year - 4, -1)
    context = {
        "form": form,
        "unit": unit,
        "year": year,
        "years": years,
        "crumbs": way,
    }
    return render(request, "indicators/passport.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, form: PassportForm, unit: Unit, year: int) -> bool:
    try:
        enter_school_passport(
            unit=unit,
            academic_year=year,
            values=form.figures(),
            seen_at=form.cleaned_data["seen_at"],
            actor=request.user,
            now=timezone.now(),
        )
    except PassportRefused as refused:
        for name, problem in refused.problems.items():
            form.add_error(name, problem)
    except ChangedMeanwhile as other:
        _show_both(form, other)
    else:
        return True
    return False


def _show_both(form: PassportForm, other: ChangedMeanwhile) -> None:
    """Nothing typed is lost: each figure that another person wrote otherwise stands beside the field."""
    saved_at = timezone.localtime(other.kept.entered_at)
    said = (
        f"Пока вы вносили, паспорт сохранил другой человек: {other.kept.entered_by}, {saved_at:%H:%M}. "
        "Сверьте отмеченные числа и сохраните ещё раз: запишется то, что стоит в клетках."
    )
    form.add_error(None, said)
    for name, typed in form.figures().items():
        kept = getattr(other.kept, name)
        if kept != typed:
            form.add_error(name, f"Сейчас записано: {'пусто' if kept is None else kept}.")
    form.data = form.data.copy()
    form.data["seen_at"] = other.kept.entered_at.isoformat()


def school_page(unit: Unit) -> str:
    """Return the address of a school's own page, which stands some floors above."""
    try:
        return reverse("reports:school", args=[unit.pk])
    except NoReverseMatch:
        return ""
