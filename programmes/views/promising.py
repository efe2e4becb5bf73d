"""Targets beside those of the document, how a row adds up, and the bands of a programme, as forms."""

from collections.abc import Sequence

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common.versions import version_of
from programmes.enums import ProgrammeStatus, TargetScope
from programmes.forms.promising import BandsForm, NewTargetForm, RowRulesForm, WithdrawForm
from programmes.models import Programme, ProgrammeIndicator, Target
from programmes.selectors.register import programme_with_its_place
from programmes.selectors.rows import halves_of
from programmes.selectors.targets import (
    FIGURES,
    direction_of,
    periods_to_promise,
    rows_to_read,
    said_wanted,
    shown_of_bands,
    shown_of_row,
    shown_of_target,
    targets_to_read,
    units_to_promise,
)
from programmes.services.promising import RowRules, keep_bands, keep_row_rules, set_target, withdraw_target
from programmes.views.saving import done_or_told


@require_http_methods(["GET", "HEAD", "POST"])
def new_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a target: of a named unit, of a half-year or a wave, of a year of which nothing is promised yet."""
    place = get_object_or_404(rows_to_read(user=request.user), pk=pk)
    form = NewTargetForm(
        request.POST if request.method == "POST" else None,
        periods=periods_to_promise(place.programme),
        units=units_to_promise(place.programme, user=request.user),
        halves=halves_of(place.programme),
        is_approved=is_approved(place.programme),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = done_or_told(
            form,
            lambda: set_target(
                place=place,
                code=given["period"],
                unit=given["unit"],
                wanted=form.wanted,
                scope=given["scope"] or TargetScope.WHOLE,
                reason=given["reason"],
                actor=request.user,
                now=timezone.now(),
            ),
        )
        if done is not None:
            messages.success(request, "Цель поставлена.")
            return redirect("programmes:programme", place.programme_id)
    heading = f"Новая цель показателя {place.number}"
    return promise_page(request, form, heading, place.programme, place, submit="Поставить цель")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a target that no document states."""
    target = get_object_or_404(targets_to_read(user=request.user), pk=pk)
    place = target.programme_indicator
    mark = {"seen": version_of(shown_of_target(target))}
    posted, approved = request.POST if request.method == "POST" else None, is_approved(place.programme)
    form = WithdrawForm(posted, initial=mark, is_approved=approved, asked="почему цель снимается")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = done_or_told(
            form,
            lambda: (
                withdraw_target(
                    target=target, reason=given["reason"], seen=given["seen"], actor=request.user, now=timezone.now()
                )
                or True
            ),
            shown=lambda: shown_of_target(_as_it_is(target)),
        )
        if done is not None:
            messages.success(request, "Цель снята; прежняя и причина остались в истории программы.")
            return redirect("programmes:programme", place.programme_id)
    whose = f", {target.unit.short_name}" if target.unit else ""
    heading = f"Снять цель показателя {place.number}: {target.period.in_words}{whose}"
    return promise_page(request, form, heading, place.programme, place, asks=[said_wanted(target)], submit="Снять цель")


def _as_it_is(target: Target) -> Target:
    """The target with what another person has just made of it."""
    target.refresh_from_db(fields=FIGURES)
    return target


@require_http_methods(["GET", "HEAD", "POST"])
def row_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how a row's yearly values are read, and what is promised by the programme's end."""
    place = get_object_or_404(rows_to_read(user=request.user), pk=pk)
    posted, approved = request.POST if request.method == "POST" else None, is_approved(place.programme)
    form = RowRulesForm(posted, shown=shown_of_row(place), is_approved=approved)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        end = (given["end_operator"], given["end_value"])
        rules = RowRules(given["cumulation"], *end, given.get("is_of_parent", False))
        done = done_or_told(
            form,
            lambda: keep_row_rules(
                place=place,
                rules=rules,
                reason=given["reason"],
                seen=given["seen"],
                actor=request.user,
                now=timezone.now(),
            ),
            shown=lambda: shown_of_row(ProgrammeIndicator.objects.get(pk=place.pk)),
        )
        if done is not None:
            messages.success(request, "Правило показателя сохранено.")
            return redirect("programmes:programme", place.programme_id)
    return promise_page(request, form, f"Как складывается показатель {place.number}", place.programme, place)


@require_http_methods(["GET", "HEAD", "POST"])
def bands(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by how much values of a running year may be short of the programme's targets."""
    programme = get_object_or_404(programme_with_its_place(user=request.user), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = BandsForm(posted, shown=shown_of_bands(programme), is_approved=is_approved(programme))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = done_or_told(
            form,
            lambda: keep_bands(
                programme=programme,
                points=given["band_points"],
                units=given["band_units"],
                reason=given["reason"],
                seen=given["seen"],
                actor=request.user,
                now=timezone.now(),
            ),
            shown=lambda: shown_of_bands(Programme.objects.get(pk=programme.pk)),
        )
        if done is not None:
            messages.success(request, "Допуск сохранён.")
            return redirect("programmes:target-list", programme.pk)
    return promise_page(request, form, "Допуск, пока год идёт", programme)


def is_approved(programme: Programme) -> bool:
    """Whether changes of the programme have to be explained."""
    return programme.status == ProgrammeStatus.APPROVED


def promise_page(
    request: HttpRequest,
    form: Form,
    heading: str,
    programme: Programme,
    place: ProgrammeIndicator | None = None,
    asks: Sequence[str] = (),
    submit: str = "",
) -> HttpResponse:
    """Show a form about what a programme promises: of a row, or of all."""
    page = reverse("programmes:programme", args=[programme.pk])
    context = {
        "form": form,
        "heading": heading,
        "programme": programme,
        "place": place,
        "asks": asks,
        "submit": submit,
        "direction": direction_of(place) if place else None,
        "needed": Permission.PROGRAMME_EDIT.value,
        "cancel": reverse("programmes:target-list", args=[programme.pk]),
        "crumbs": [("Программы", reverse("programmes:register")), (str(programme), page), (heading, "")],
    }
    return render(request, "programmes/promising.html", context, status=422 if form.errors else 200)
