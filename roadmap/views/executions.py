"""A result with everybody who owes it, an execution, and the forms by which it is reported, accepted and returned."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import Heading, Listing
from common.numbers import key_of
from common.russian import search_key
from common.tables import Column, Kind, Table
from common.versions import version_of
from documents.services.filing import DocumentRefused
from programmes.selectors.register import identified_schools
from roadmap.enums import ExecutionState, ResultState
from roadmap.forms import ExecutionForm, ResultFilter, ReturnForm, day_or
from roadmap.models import Execution, ExpectedResult
from roadmap.selectors import executions
from roadmap.services.execution import (
    ExecutionRefused,
    SomebodySavedFirst,
    accept_execution,
    direction_of,
    report_execution,
    return_execution,
    shown_of,
)
from schools.forms.signatory import SignatoryForm
from schools.models import Unit
from schools.selectors.geography import Geography, geography_of
from schools.selectors.placed import have_borders_moved, told_in
from schools.services.signing import SignatoryRefused

REFUSED = (ExecutionRefused, DocumentRefused, SignatoryRefused)
HEADINGS = [
    Heading("Кто", key="unit", order=("sort_key", "pk")),
    Heading("Входит в", key="parent", order=("place_sort", "sort_key", "pk")),
    Heading("Состояние", key="state", order=("standing", "sort_key", "pk")),
    Heading("Выполнено", key="done", order=("done_on", "sort_key", "pk")),
    Heading("Документ"),
]
COLUMNS = [
    Column("Кто", width=40),
    Column("Входит в", width=28),
    Column("Состояние", width=18),
    Column("Выполнено", Kind.DAY),
    Column("Документ", width=48),
    Column("Ссылка", width=48),
    Column("Пояснение", width=40),
]


@require_safe
def result_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who owes a result and what they did, in one of its terms; the same rows as CSV or XLSX."""
    result = get_object_or_404(executions.roadmap_results(user=request.user), pk=pk)
    windows = list(result.windows.all())
    on = day_or(request.GET.get("on", ""), timezone.localdate())
    form = ResultFilter(request.GET, windows=windows)
    form.is_valid()
    number = form.cleaned_data.get("window")
    window = next((each for each in windows if each.number == number), executions.current_window(result, on=on))
    listing = Listing.read(request.GET, HEADINGS, default="unit")
    geography = geography_of(result.year, is_today=request.is_today)
    units = _units(request, result, form, geography)
    rows = listing.sort(executions.with_standing(units, window, geography, on=on))
    if state := form.cleaned_data.get("state"):
        rows = rows.filter(standing=state)
    if listing.file_format:
        table, about = _table(list(rows)), told_in(geography)
        return table_response(table, name=f"Выполнение {result.pk}", file_format=listing.file_format, about=about)
    page = listing.page(rows)
    _dress(page.rows)
    activity = result.activity
    context = {
        "result": result,
        "activity": activity,
        "window": window,
        "windows": windows,
        "on": on,
        "form": form,
        "listing": listing,
        "page": page,
        "geography": geography,
        "has_changed": have_borders_moved(geography.day),
        "can_report": executions.units_to_report(result, user=request.user).exists(),
        "crumbs": [*_crumbs(result), (f"Результат {result.year} года", "")],
    }
    return render(request, "roadmap/result.html", context)


@require_safe
def execution_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a unit did about a result, by which document, and what became of it."""
    execution = get_object_or_404(executions.executions_seen(user=request.user), pk=pk)
    return render(request, "roadmap/execution.html", _context(request, execution, ReturnForm()))


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Write that a unit carried out a result, or that it is being carried out."""
    result = get_object_or_404(executions.roadmap_results(user=request.user), pk=pk)
    units = executions.units_to_report(result, user=request.user)
    unit = _asked_unit(request, units)
    windows = list(result.windows.all())
    number = request.GET.get("window", "")
    window = next((each for each in windows if str(each.number) == number), executions.current_window(result))
    # What is typed may be about another unit or term than the address: it clashes with what is written of that one.
    typed = _asked_unit(request, units, request.POST.get("unit", "")) if request.POST.get("unit") else unit
    shown = _shown(request, result, typed, request.POST.get("window_number", str(window.number)))
    initial = {"unit": unit, "window_number": window.number}
    form = ExecutionForm(request.POST or None, shown=shown, units=units, windows=windows, initial=initial)
    answering = _answering(request, unit) if unit else None
    if request.method == "POST" and form.is_valid():
        answering = _answering(request, form.cleaned_data["unit"])
        given = form.cleaned_data
        told = {name: given[name] for name in ("unit", "window_number", "done_on", "comment", "seen")}
        try:
            told["signatory"] = answering.answer()
            execution = report_execution(
                result=result, proof=form.proof, **told, actor=request.user, now=timezone.now()
            )
        except SomebodySavedFirst:
            form.show_both(_shown(request, result, given["unit"], str(given["window_number"])))
        except REFUSED as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Записано: {execution.get_state_display()}.")
            return redirect("roadmap:execution", execution.pk)
    context = {
        "form": form,
        "answering": answering,
        "result": result,
        "activity": result.activity,
        "has_units": units.exists(),
        "cancel": reverse("roadmap:result", args=[result.pk]),
        "crumbs": [*_crumbs(result), ("Отметить выполнение", "")],
    }
    return render(request, "roadmap/report.html", context, status=422 if form.errors else 200)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept what was reported."""
    execution = get_object_or_404(executions.executions_seen(user=request.user), pk=pk)
    try:
        seen = request.POST.get("seen", "")
        form = SignatoryForm(request.POST, **_accepting(request, execution))
        chosen = form.answer()
        accept_execution(execution=execution, seen=seen, actor=request.user, now=timezone.now(), signatory=chosen)
    except REFUSED as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Выполнение принято.")
    return redirect("roadmap:execution", execution.pk)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what was reported or accepted, with what is missing."""
    execution = get_object_or_404(executions.executions_seen(user=request.user), pk=pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            return_execution(
                execution=execution, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now()
            )
        except REFUSED as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Выполнение возвращено; отметивший увидит, чего не хватает.")
            return redirect("roadmap:execution", execution.pk)
    return render(request, "roadmap/execution.html", _context(request, execution, form), status=422)


def _context(request: HttpRequest, execution: Execution, form: ReturnForm) -> dict[str, object]:
    result = execution.result
    return {
        "execution": execution,
        "result": result,
        "activity": result.activity,
        "window": result.windows.filter(number=execution.window_number).first(),
        "history": executions.execution_history(execution),
        "form": form,
        "direction": direction_of(result.activity),
        "accept_form": SimpleLazyObject(lambda: SignatoryForm(**_accepting(request, execution))),
        "is_reported": execution.state == ExecutionState.REPORTED,
        "is_accepted": execution.state == ExecutionState.ACCEPTED,
        "seen": version_of(shown_of(execution)),
        "is_reporter": execution.reported_by_id == request.user.pk,
        "crumbs": [*_crumbs(result), (execution.unit.short_name, "")],
    }


def _answering(request: HttpRequest, unit: Unit) -> SignatoryForm:
    """Offer those who answer for the data of a unit."""
    given = {"permission": Permission.DATA_SIGN, "at": unit, "user": request.user, "is_required": False}
    return SignatoryForm(request.POST or None, **given, label="Кто отвечает за сведения")


def _accepting(request: HttpRequest, execution: Execution) -> dict[str, object]:
    """Return what a form needs to offer those who may accept an execution."""
    return {
        "permission": Permission.EXECUTION_ACCEPT,
        "at": execution.unit,
        "user": request.user,
        "direction": direction_of(execution.result.activity),
        "label": "Кто принял",
    }


def _units(request: HttpRequest, result: ExpectedResult, form: ResultFilter, geography: Geography):
    among = identified_schools(result.year) if "school" in (result.activity.levels or []) else None
    units = executions.units_that_owe(result, geography, user=request.user, among=among)
    for word in search_key(form.cleaned_data.get("q") or "").split():
        units = units.filter(search_key__contains=word)
    return units


def _shown(request: HttpRequest, result: ExpectedResult, unit: Unit | None, window: str) -> dict[str, object]:
    number = int(window) if window.isdecimal() and len(window) < 5 else 0
    return shown_of(_written(request, result, unit, number) if unit else None)


def _asked_unit(request: HttpRequest, units, typed: str = "") -> Unit | None:
    asked = typed or request.GET.get("unit", "")
    if typed:  # whatever it is, the form says what is wrong with it
        return units.filter(pk=key_of(asked)).first()
    if asked:
        return get_object_or_404(units, pk=key_of(asked) or 0)
    # Whoever may report for several is asked for which: what one has written must not go to another.
    few = list(units[:2])
    return few[0] if len(few) == 1 else None


def _written(request: HttpRequest, result: ExpectedResult, unit: Unit, window_number: int) -> Execution | None:
    """Return what is written of a unit in a term, if anything is."""
    seen = executions.executions_seen(user=request.user)
    return seen.filter(result=result, unit=unit, window_number=window_number).first()


def _dress(units: list[Unit]) -> None:
    """Give each unit of a page its execution and its state in words."""
    found = executions.executions_of(units)
    for unit in units:
        unit.execution, unit.state = found.get(unit.execution_pk), ResultState(unit.standing)


def _table(units: list[Unit]) -> Table:
    _dress(units)
    rows = []
    for unit in units:
        execution = unit.execution
        document = execution.document if execution else None
        rows.append(
            (
                unit.unit_name,
                unit.place_name,
                unit.state.label,
                unit.done_on,
                str(document or ""),
                document.url if document else "",
                execution.comment if execution else "",
            )
        )
    return Table("Выполнение", COLUMNS, rows)


def _crumbs(result: ExpectedResult) -> list[tuple[str, str]]:
    activity = result.activity
    return [
        ("Дорожная карта", f"{reverse('roadmap:grid')}?programme={activity.programme_id}"),
        (f"Мероприятие {activity.number}", reverse("roadmap:activity", args=[activity.pk])),
    ]
