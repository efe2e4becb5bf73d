"""What a programme promises: a target changed with its reason, an open sign settled, optional rows chosen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from programmes.enums import ProgrammeStatus, TargetOperator
from programmes.forms.promising import RowsForm, TargetForm
from programmes.models import Programme
from programmes.selectors.register import programme_with_its_place
from programmes.selectors.rows import halves_of
from programmes.selectors.targets import (
    direction_kept,
    direction_of,
    is_own,
    line_of,
    rows_to_choose,
    shown_of_rows,
    shown_of_target,
    targets_to_read,
    targets_with_changes,
    targets_withdrawn,
    with_edition,
)
from programmes.services.targets import change_target, choose_rows
from programmes.views.saving import done_or_told


@require_safe
def target_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What is open in the targets of a programme, what was changed and why, which optional rows are taken."""
    programme = get_object_or_404(programme_with_its_place(user=request.user), pk=pk)
    lines, offered = targets_with_changes(programme), list(rows_to_choose(programme))
    context = {
        "programme": programme,
        "open": [line for line in lines if line.is_open],
        "changed": [line for line in lines if line.changes],
        "withdrawn": targets_withdrawn(programme),
        "rows": offered,
        "direction": direction_kept(request.user, programme, offered),
        "crumbs": [*_crumbs(programme), ("Цели: что решить и что меняли", "")],
    }
    return render(request, "programmes/targets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def target_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One target with its history; whoever keeps the programme changes it or says which sign it has."""
    found = with_edition(targets_to_read(user=request.user)).prefetch_related(
        "changes__changed_by", "changes__signatory", "changes__document"
    )
    target = get_object_or_404(found, pk=pk)
    place = target.programme_indicator
    signing = {"permission": Permission.PROGRAMME_SIGN, "at": place.programme.unit, "user": request.user}
    form = TargetForm(
        request.POST if request.method == "POST" else None,
        shown=shown_of_target(target),
        is_settling=target.operator == TargetOperator.UNSPECIFIED,
        is_approved=place.programme.status == ProgrammeStatus.APPROVED,
        halves=halves_of(place.programme) if target.unit_id is None else (),
        is_required=False,
        label="Кто решил",
        **signing,
    )
    if request.method == "POST" and form.is_valid():
        done = done_or_told(
            form,
            lambda: change_target(target=target, actor=request.user, now=timezone.now(), **form.answer_of()),
            shown=lambda: shown_of_target(targets_to_read(user=request.user).get(pk=pk)),
        )
        if done is not None:
            messages.success(request, "Цель изменена; прежняя и причина остались в истории.")
            return redirect("programmes:target", target.pk)
    context = {
        "target": target,
        "place": place,
        "programme": place.programme,
        "line": line_of(target),
        "form": form,
        "direction": direction_of(place),
        "is_own": is_own(target),
        "needed": Permission.PROGRAMME_EDIT.value,
        "cancel": reverse("programmes:programme", args=[place.programme_id]),
        "crumbs": [*_crumbs(place.programme), (f"Цель показателя {place.number}", "")],
    }
    return render(request, "programmes/target.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which optional rows of a programme its owner has taken."""
    programme = get_object_or_404(programme_with_its_place(user=request.user), pk=pk)
    offered = list(rows_to_choose(programme))
    form = RowsForm(request.POST if request.method == "POST" else None, shown=shown_of_rows(offered), rows=offered)
    if request.method == "POST" and form.is_valid():
        chosen = {int(key) for key in form.cleaned_data["chosen"]}
        done = done_or_told(
            form,
            lambda: choose_rows(
                programme=programme,
                chosen=chosen,
                seen=form.cleaned_data["seen"],
                actor=request.user,
                now=timezone.now(),
            ),
            shown=lambda: shown_of_rows(rows_to_choose(programme)),
        )
        if done is not None:
            messages.success(request, "Выбор строк сохранён.")
            return redirect("programmes:target-list", programme.pk)
    context = {
        "programme": programme,
        "form": form,
        "offered": offered,
        "needed": Permission.PROGRAMME_EDIT.value,
        "direction": direction_kept(request.user, programme, offered),
        "cancel": reverse("programmes:target-list", args=[programme.pk]),
        "crumbs": [*_crumbs(programme), ("Строки по выбору", "")],
    }
    return render(request, "programmes/rows.html", context, status=422 if form.errors else 200)


def _crumbs(programme: Programme) -> list[tuple[str, str]]:
    page = reverse("programmes:programme", args=[programme.pk])
    return [("Программы", reverse("programmes:register")), (str(programme), page)]
