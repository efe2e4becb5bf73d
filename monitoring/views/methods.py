"""Pages of methods: which there are, one with its editions, the editor that saves a new edition or a new method."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from documents.services.filing import DocumentRefused
from monitoring.forms.methods import EditionForm, MethodEditor, NewMethodForm
from monitoring.identification.method import MethodError
from monitoring.models import Methodology, MethodologyEdition
from monitoring.selectors import methods as selectors
from monitoring.selectors.runs import region_of_portal
from monitoring.services.identification_methods import (
    EditionOvertaken,
    EditionUnchanged,
    MethodExists,
    add_edition,
    add_method,
)
from schools.services.signing import SignatoryRefused


@require_safe
def method_list(request: HttpRequest) -> HttpResponse:
    """Show the methods by which schools are identified."""
    context = {
        "editions": selectors.editions_in_force(user=request.user),
        "region": region_of_portal(),
        "crumbs": [("Мониторинг", reverse("monitoring:home")), ("Методики", "")],
    }
    return render(request, "monitoring/method_list.html", context)


@require_safe
def method(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one method: an edition in words, all its editions, and what differs between two of them."""
    shown = get_object_or_404(selectors.methods(user=request.user), pk=pk)
    editions = list(selectors.editions_of(shown))
    edition = _numbered(editions, request.GET.get("edition", "")) or _current(editions)
    other = _numbered(editions, request.GET.get("with", ""))
    context = {
        "method": shown,
        "editions": editions,
        "edition": edition,
        "sections": selectors.in_words(edition.parameters),
        "other": other,
        "differences": selectors.differences(other.parameters, edition.parameters) if other else [],
        "region": region_of_portal(),
        "crumbs": _crumbs(shown),
    }
    return render(request, "monitoring/method.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def method_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a method: what is saved is a new edition, and runs made by earlier ones keep theirs."""
    shown = get_object_or_404(selectors.methods(user=request.user), pk=pk)
    current = get_object_or_404(shown.editions, is_current=True)
    editor = MethodEditor(request.POST or None, current.parameters)
    form = _edition_form(request, seen=current.number)
    mistakes: list[str] = []
    clashes: list[selectors.Difference] = []
    if request.method == "POST" and all([editor.is_valid(), form.is_valid()]):
        try:
            edition = add_edition(
                methodology=shown,
                parameters=editor.written(),
                actor=request.user,
                now=timezone.now(),
                valid_from=form.cleaned_data["valid_from"],
                note=form.cleaned_data["note"],
                paper=form.paper(),
                seen=form.cleaned_data["seen"],
                signatory=form.chosen,
            )
        except EditionOvertaken as overtaken:
            mistakes = [str(overtaken)]
            current = get_object_or_404(shown.editions, is_current=True)
            clashes = selectors.differences(editor.written(), current.parameters)
            form.look_again(current.number)
        except MethodError as wrong:
            mistakes = wrong.mistakes
        except (EditionUnchanged, DocumentRefused, SignatoryRefused) as refused:
            mistakes = [str(refused)]
        else:
            messages.success(request, f"Редакция {edition.number} сохранена. Прежние расчёты остались при своих.")
            return redirect("monitoring:method", pk)
    context = {
        "method": shown,
        "current": current,
        "clashes": clashes,
        "crumbs": _crumbs(shown, "Новая редакция"),
    }
    return _editor_page(request, editor, form, mistakes, context)


@require_http_methods(["GET", "HEAD", "POST"])
def method_new(request: HttpRequest) -> HttpResponse:
    """Make a method of one's own out of an existing one: other procedures, other variables, no code."""
    found = selectors.editions_in_force(user=request.user)
    asked = request.GET.get("from", "")
    base = next((one for one in found if one.methodology.code == asked), found[0] if found else None)
    if base is None:
        return redirect("monitoring:method-list")
    editor = MethodEditor(request.POST or None, base.parameters)
    form = _edition_form(request)
    naming = NewMethodForm(request.POST or None)
    mistakes: list[str] = []
    if request.method == "POST" and all([naming.is_valid(), editor.is_valid(), form.is_valid()]):
        try:
            made = add_method(
                parameters=editor.written(),
                actor=request.user,
                now=timezone.now(),
                **naming.cleaned_data,
                valid_from=form.cleaned_data["valid_from"],
                note=form.cleaned_data["note"],
                paper=form.paper(),
                signatory=form.chosen,
            )
        except MethodError as wrong:
            mistakes = wrong.mistakes
        except (DocumentRefused, SignatoryRefused) as refused:
            mistakes = [str(refused)]
        except MethodExists as taken:
            naming.add_error("code", str(taken))
        else:
            messages.success(request, "Методика создана. По ней можно заказать расчёт.")
            return redirect("monitoring:method", made.pk)
    context = {"naming": naming, "base": base, "bases": found, "crumbs": _crumbs(None, "Новая методика")}
    return _editor_page(request, editor, form, mistakes, context)


def _edition_form(request: HttpRequest, seen: int | None = None) -> EditionForm:
    """Ask who answers for the edition as well: a method is the region's."""
    return EditionForm(
        request.POST or None,
        initial={"valid_from": timezone.localdate(), "seen": seen},
        permission=Permission.METHOD_SIGN,
        at=region_of_portal(),
        user=request.user,
        is_required=False,
        label="Кто утвердил",
    )


def _editor_page(
    request: HttpRequest, editor: MethodEditor, form: EditionForm, mistakes: list[str], context: dict[str, Any]
) -> HttpResponse:
    context |= {"editor": editor, "form": form, "mistakes": mistakes, "region": region_of_portal()}
    is_wrong = request.method == "POST"
    return render(
        request, "monitoring/method_edit.html", context | {"is_wrong": is_wrong}, status=422 if is_wrong else 200
    )


def _numbered(editions: list[MethodologyEdition], asked: str) -> MethodologyEdition | None:
    return next((one for one in editions if str(one.number) == asked), None)


def _current(editions: list[MethodologyEdition]) -> MethodologyEdition:
    return next(one for one in editions if one.is_current)


def _crumbs(shown: Methodology | None, below: str = "") -> list[tuple[str, str]]:
    crumbs = [("Мониторинг", reverse("monitoring:home")), ("Методики", reverse("monitoring:method-list"))]
    if shown is not None:
        crumbs.append((shown.name, reverse("monitoring:method", args=[shown.pk]) if below else ""))
    return [*crumbs, (below, "")] if below else crumbs
