"""The way of a programme to approval and after it, as forms."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.forms.programme import AmendForm, ApproveForm, DraftForm, NewProgrammeForm, ReturnForm
from programmes.models import Programme
from programmes.selectors.register import programme_with_its_place, units_to_draft_for
from programmes.services.amendment import amend_programme, shown_to_amend
from programmes.services.approval import approve_programme, approving_unit, return_programme, submit_programme
from programmes.services.drafting import (
    correct_programme,
    draft_programme,
    shown_of,
)
from programmes.views.programme import page_context, signing, submitting
from programmes.views.saving import REFUSED, done_or_told
from schools.forms.signatory import SignatoryForm
from schools.models import Unit


def _found(request: HttpRequest, pk: int) -> Programme:
    return get_object_or_404(programme_with_its_place(user=request.user), pk=pk)


def _answer(request: HttpRequest, programme: Programme, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("programmes:programme", programme.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new_programme(request: HttpRequest) -> HttpResponse:
    """Register a programme of a municipality or a school as a draft."""
    units = units_to_draft_for(user=request.user)
    asked = {name: request.GET[name] for name in ("unit", "kind") if name in request.GET}
    form = NewProgrammeForm(request.POST or None, units=units, initial=asked)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        programme = done_or_told(
            form,
            lambda: draft_programme(
                unit=given["unit"],
                kind=ProgrammeKind(given["kind"]),
                title=given["title"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                order=form.order,
                actor=request.user,
                now=timezone.now(),
            ),
        )
        if programme:
            return _answer(request, programme, "Черновик сохранён. Проверьте его и подайте на согласование.")
    return _form_page(request, form, "Новая программа", submit="Сохранить черновик", is_for_nobody=not units.exists())


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft, or what was returned."""
    programme = _found(request, pk)
    form = DraftForm(request.POST or None, shown=shown_of(programme))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = done_or_told(
            form,
            lambda: correct_programme(
                programme=programme,
                title=given["title"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                order=form.order,
                seen=given["seen"],
                actor=request.user,
                now=timezone.now(),
            ),
            shown=lambda: shown_of(_found(request, pk)),
        )
        if done:
            return _answer(request, done, "Исправления сохранены.")
    return _form_page(request, form, "Исправить программу", programme)


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an approved programme by an order of amendment."""
    programme = _found(request, pk)
    form = AmendForm(request.POST or None, shown=shown_to_amend(programme), **signing(request, programme))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = done_or_told(
            form,
            lambda: amend_programme(
                programme=programme,
                title=given["title"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
                order=form.order,
                reason=given["reason"],
                seen=given["seen"],
                actor=request.user,
                now=timezone.now(),
                signatory=form.chosen,
            ),
            shown=lambda: shown_to_amend(_found(request, pk)),
        )
        if done:
            return _answer(request, done, "Изменение записано; программа остаётся утверждённой.")
    return _form_page(
        request, form, "Изменить утверждённую программу", programme,
        needed=Permission.PROGRAMME_APPROVE, at=approving_unit(programme),
    )  # fmt: skip


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a programme in for approval."""
    programme = _found(request, pk)
    form = SignatoryForm(request.POST, **submitting(request, programme))
    try:
        submit_programme(programme=programme, actor=request.user, now=timezone.now(), signatory=form.answer())
    except REFUSED as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Программа подана на согласование.")
    return redirect("programmes:programme", programme.pk)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a submitted programme, by the order given here or by the one it came with."""
    programme = _found(request, pk)
    form = ApproveForm(request.POST, **signing(request, programme))
    if form.is_valid() and done_or_told(
        form,
        lambda: approve_programme(
            programme=programme,
            order=form.order,
            seen=request.POST.get("seen", ""),
            actor=request.user,
            now=timezone.now(),
            signatory=form.chosen,
        ),
    ):
        return _answer(request, programme, "Программа утверждена.")
    context = page_context(request, _found(request, pk), approve_form=form)
    return render(request, "programmes/programme.html", context, status=422)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a submitted programme with what is to be mended."""
    programme = _found(request, pk)
    form = ReturnForm(request.POST)
    if form.is_valid() and done_or_told(
        form,
        lambda: return_programme(
            programme=programme, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now()
        ),
    ):
        return _answer(request, programme, "Программа возвращена; подавший увидит, что исправить.")
    context = page_context(request, _found(request, pk), return_form=form)
    return render(request, "programmes/programme.html", context, status=422)


def _form_page(
    request: HttpRequest,
    form: Form,
    title: str,
    programme: Programme | None = None,
    *,
    submit: str = "Сохранить",
    is_for_nobody: bool = False,
    needed: Permission = Permission.PROGRAMME_EDIT,
    at: Unit | None = None,
) -> HttpResponse:
    crumbs = [("Программы", reverse("programmes:register"))]
    cancel = crumbs[0][1]
    if programme:
        cancel = reverse("programmes:programme", args=[programme.pk])
        crumbs.append((str(programme), cancel))
    context = {
        "form": form,
        "heading": title,
        "programme": programme,
        "needed": needed.value,
        "at": at or (programme.unit if programme else None),
        "submit": submit,
        "cancel": cancel,
        "is_for_nobody": is_for_nobody,
        "is_returned": bool(programme) and programme.status == ProgrammeStatus.RETURNED,
        "crumbs": [*crumbs, (title, "")],
    }
    return render(request, "programmes/form.html", context, status=422 if form.errors else 200)
