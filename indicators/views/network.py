"""«Изменения сети»: the journal of operations, a new one with its preview, and undoing. Indicators follow them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Table
from common.tables import Kind as Of
from indicators.services.network import change_network, change_network_back
from schools.access import held, held_somewhere
from schools.enums import OperationKind
from schools.forms.operations import OperationFilter, OperationForm, UndoForm
from schools.models import UnitOperation
from schools.selectors.network import operation_journal, steps_in_words
from schools.services.operations import preview_operation, require_somewhere
from schools.services.registry import UnitRefused
from schools.services.undoing import CannotUndo, obstacle, places_of

HEADINGS = [
    Heading("№", key="number", order=("pk",), is_number=True),
    Heading("С какого дня", key="on", order=("on", "pk")),
    Heading("Что сделано", key="kind", order=("kind", "on", "pk")),
    Heading("Что изменилось", key="title", order=("title", "pk")),
    Heading("Приказ", key="order", order=("order", "pk")),
    Heading("Кто записал", key="by", order=("made_at", "pk")),
]
COLUMNS = [
    Column("№", Of.INTEGER),
    Column("С какого дня", Of.DAY),
    Column("Что сделано", width=24),
    Column("Что изменилось", width=80),
    Column("Приказ", width=50),
    Column("Пояснение", width=50),
    Column("Кто записал", width=30),
    Column("Записано", Of.DAY),
    Column("Отменено", Of.DAY),
    Column("Почему отменено", width=40),
]
WAY = [("Школы", "schools:school-list"), ("Изменения сети", "indicators:operation-list")]


@require_safe
def operation_list(request: HttpRequest) -> HttpResponse:
    """The journal, the newest first; the same rows as CSV or XLSX."""
    form = OperationFilter(request.GET)
    listing = Listing.read(request.GET, HEADINGS, default="-on")
    operations = listing.sort(form.narrow(operation_journal(user=request.user)))
    if listing.file_format:
        table = Table("Изменения сети", COLUMNS, _rows(operations.iterator(500)))
        return table_response(table, name="Изменения сети", file_format=listing.file_format)
    context = {
        "form": form,
        "listing": listing,
        "page": listing.page(operations),
        "kinds": OperationKind.choices if Permission.UNIT_EDIT in held_somewhere(request.user) else [],
        "crumbs": [("Школы", reverse("schools:school-list")), ("Изменения сети", "")],
    }
    return render(request, "indicators/operations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def operation_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask what is to be done, show what it would change and whom it concerns, and do it."""
    if kind not in OperationKind.values:
        raise Http404
    what = OperationKind(kind)
    if request.method == "POST":
        require_somewhere(request.user)
    asked = {name: request.GET[name] for name in ("units", "parent", "into") if name in request.GET}
    form = OperationForm(request.POST or None, what=what, user=request.user, initial=asked)
    shown = None
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("act") == "apply":
                operation = change_network(asked=form.asked(), actor=request.user, now=timezone.now())
                messages.success(request, f"Записано: {operation.title}.")
                return redirect("indicators:operation", operation.pk)
            shown = preview_operation(asked=form.asked(), actor=request.user, now=timezone.now())
        except UnitRefused as refused:
            form.add_error(None, str(refused))
    title = f"Новое изменение: {what.label}"
    context = {
        "form": form,
        "title": title,
        "is_split": what == OperationKind.SPLIT,
        "shown": shown,
        "lines": steps_in_words(shown.steps) if shown else [],
        "crumbs": [*((words, reverse(name)) for words, name in WAY), (title, "")],
    }
    return render(request, "indicators/operation_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def operation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one operation: what it did to whom; undo it while nothing depends on it."""
    shown = get_object_or_404(operation_journal(user=request.user), pk=pk)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_network_back(operation=shown, **form.cleaned_data, actor=request.user, now=timezone.now())
        except CannotUndo as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Операция отменена: всё как было.")
            return redirect("indicators:operation", pk)
    may_undo = shown.undone_at is None and all(
        Permission.UNIT_EDIT in held(request.user, at=place) for place in places_of(shown)
    )
    context = {
        "operation": shown,
        "lines": steps_in_words(shown.steps),
        "form": form,
        "may_undo": may_undo,
        "obstacle": obstacle(shown) if may_undo and request.method != "POST" else "",
        "crumbs": [*((words, reverse(name)) for words, name in WAY), (f"№ {shown.pk}", "")],
    }
    return render(request, "indicators/operation.html", context, status=422 if form.errors else 200)


def _rows(operations: Iterable[UnitOperation]) -> Iterable[tuple[Any, ...]]:
    for one in operations:
        yield (
            one.pk,
            one.on,
            one.get_kind_display(),
            one.title,
            one.order,
            one.note,
            str(one.made_by),
            timezone.localdate(one.made_at),
            timezone.localdate(one.undone_at) if one.undone_at else None,
            one.undo_reason,
        )
