"""Writing definitions: a new indicator, from scratch or as a copy, and a new edition of one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.numbers import key_of
from common.sql import TooLong
from common.versions import ChangedMeanwhile
from indicators.enums import Better, IndicatorKind
from indicators.forms.definitions import EditionForm, NewIndicatorForm
from indicators.formula.errors import FormulaError
from indicators.models import Indicator, IndicatorEdition
from indicators.selectors.bases import programme_years
from indicators.selectors.comparing import said_move
from indicators.selectors.defining import care_choices, owner_choices
from indicators.selectors.library import referring_to
from indicators.selectors.vocabulary import every_word
from indicators.services.agreement import KindDisagrees
from indicators.services.definitions import (
    CodeTaken,
    ReasonMissing,
    create_indicator,
    define_indicator,
    definition_of,
    has_values,
    region,
    shown_of,
)
from indicators.services.trying import preview_definition
from indicators.views.library import crumbs_to, indicator_or_404
from schools.enums import Kind
from schools.models import Unit

REVIEW_IN = timedelta(days=365)
BLANK = {
    "kind": IndicatorKind.SHARE.value,
    "level": Kind.SCHOOL.value,
    "unit_of_measure": "%",
    "precision": 1,
    "better": Better.MORE.value,
}


@require_http_methods(["GET", "HEAD", "POST"])
def new_indicator(request: HttpRequest) -> HttpResponse:
    """Write a new indicator; `?copy=` names one whose definition it begins with."""
    model, here = _copied(request), region()
    choices = replace(
        care_choices(user=request.user, region=here, edition=model), owners=owner_choices(user=request.user)
    )
    shown = _copy_of(model) if model else dict(BLANK)
    today = timezone.localdate()
    initial = {"valid_from": today, "next_review_on": today + REVIEW_IN}
    form = NewIndicatorForm(request.POST or None, shown=shown, choices=choices, initial=initial)
    if request.method != "POST":
        return render(request, "indicators/new.html", _creating(form, model, here))
    if form.is_valid():
        try:
            edition = _created(request, form)
        except CodeTaken as taken:
            form.add_error("code", str(taken))
        except FormulaError as error:
            form.add_error("formula", str(error))
        except KindDisagrees as disagreement:
            form.add_error("kind", str(disagreement))
        else:
            return redirect("indicators:indicator", edition.indicator_id)
    return render(request, "indicators/new.html", _creating(form, model, here), status=422)


def _created(request: HttpRequest, form: NewIndicatorForm) -> IndicatorEdition:
    owner = form.cleaned_data["owner_id"]
    return create_indicator(
        code=form.cleaned_data["code"],
        name=form.cleaned_data["name"].strip(),
        definition=form.definition(),
        valid_from=form.cleaned_data["valid_from"],
        owner=Unit.objects.get(pk=owner) if owner else None,
        actor=request.user,
        now=timezone.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def redefine(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a new edition of an indicator; the older ones and their values stay."""
    indicator = indicator_or_404(pk)
    current = _current(indicator)
    here = region()
    choices = care_choices(user=request.user, region=here, edition=current)
    initial = {"valid_from": timezone.localdate()}
    form = EditionForm(request.POST or None, shown=shown_of(current), choices=choices, initial=initial)
    if has_values(indicator):
        form.fields["reason"].required = True
    if request.method != "POST" or "again" in request.POST:
        return render(request, "indicators/redefine.html", _redefining(indicator, form, here))
    if form.is_valid():
        try:
            if _is_to_be_shown(request, indicator, current, form):
                return _previewed(request, indicator, current, form)
            _redefined(request, indicator, form)
        except ChangedMeanwhile:
            form.show_both(shown_of(_current(indicator_or_404(pk))))
        except FormulaError as error:
            form.add_error("formula", str(error))
        except KindDisagrees as disagreement:
            form.add_error("kind", str(disagreement))
        except ReasonMissing as missing:
            form.add_error("reason", str(missing))
        else:
            return redirect("indicators:indicator", indicator.pk)
    return render(request, "indicators/redefine.html", _redefining(indicator, form, here), status=422)


def _is_to_be_shown(request: HttpRequest, indicator: Indicator, current: IndicatorEdition, form: EditionForm) -> bool:
    """Whether values can change and the person has not been shown which."""
    if "confirmed" in request.POST or form.definition().measures_as(definition_of(current)):
        return False
    return has_values(indicator)


def _previewed(
    request: HttpRequest, indicator: Indicator, current: IndicatorEdition, form: EditionForm
) -> HttpResponse:
    """Show whom the edition would change, with everything typed carried along."""
    definition, preview = form.definition(), None
    with suppress(TooLong):  # the page says so; what changes is seen after saving
        preview = preview_definition(indicator=indicator, definition=definition, actor=request.user, now=timezone.now())
    moves = [
        (
            year,
            [
                (
                    move,
                    said_move(move.was, current, move.cells_were),
                    said_move(move.is_now, preview.edition, move.cells_are),
                )
                for move in year.moves
            ],
        )
        for year in (preview.years if preview else ())
    ]
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_TYPED]
    context = _redefining(indicator, form, region()) | {"preview": preview, "moves": moves, "sent": typed}
    context["referring"] = list(referring_to(indicator))
    return render(request, "indicators/preview.html", context)


NOT_TYPED = ("csrfmiddlewaretoken", "confirmed", "again", "take")


def _redefined(request: HttpRequest, indicator: Indicator, form: EditionForm) -> None:
    define_indicator(
        code=indicator.code,
        name=form.cleaned_data["name"].strip(),
        definition=form.definition(),
        valid_from=form.cleaned_data["valid_from"],
        reason=form.cleaned_data["reason"],
        seen=form.cleaned_data["seen"],
        actor=request.user,
        now=timezone.now(),
    )


def _copied(request: HttpRequest) -> IndicatorEdition | None:
    """The edition in force of the indicator that is copied, if any."""
    asked = key_of(request.GET.get("copy", ""))
    return _current(indicator_or_404(asked)) if asked is not None else None


def _copy_of(model: IndicatorEdition) -> dict[str, Any]:
    """What a copy begins with: all of the definition, under a code and a name that are still free."""
    said = shown_of(model)
    return {
        **said,
        "code": f"{model.indicator.code[:54]}_copy",
        "name": f"{str(said['name'])[:580]} (копия)",
        "owner_id": model.indicator.owner_id,
    }


def _current(indicator: Indicator) -> IndicatorEdition:
    current = next(edition for edition in indicator.editions.all() if edition.is_current)
    current.indicator = indicator
    return current


def _creating(form: NewIndicatorForm, model: IndicatorEdition | None, here: Unit) -> dict[str, object]:
    back = reverse("indicators:library")
    return {
        "form": form,
        "model": model,
        "years": programme_years()[::-1],
        "words": every_word(),
        "region": here,
        "cancel": back,
        "crumbs": crumbs_to("Новый показатель", ("Как считаются", back)),
    }


def _redefining(indicator: Indicator, form: EditionForm, here: Unit) -> dict[str, object]:
    back = reverse("indicators:indicator", args=[indicator.pk])
    return {
        "indicator": indicator,
        "years": programme_years()[::-1],
        "words": every_word(),
        "region": here,
        "form": form,
        "cancel": back,
        "crumbs": crumbs_to("Новая редакция", ("Показатель", back)),
    }
