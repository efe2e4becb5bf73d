"""Two editions of one indicator, or two indicators, side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.numbers import key_of
from indicators.forms.definitions import CompareForm
from indicators.models import IndicatorEdition
from indicators.selectors.comparing import (
    differences,
    editions_by_keys,
    editions_to_compare,
    formula_pieces,
    moves,
    said_move,
)
from indicators.views.library import crumbs_to


@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    """What two definitions say otherwise, and where their values differ among the units that one may see."""
    form = CompareForm(request.GET, editions=editions_to_compare())
    left, right = _chosen(request.GET.get("left", ""), request.GET.get("right", ""))
    context: dict[str, object] = {
        "form": form,
        "left": left,
        "right": right,
        "crumbs": crumbs_to("Сравнение определений", ("Как считаются", reverse("indicators:library"))),
    }
    if left is not None and right is not None:
        years = [year for year in moves(left=left, right=right, user=request.user) if year.both]
        context |= {
            "differences": differences(left, right),
            "formulas": formula_pieces(left.formula, right.formula),
            "years": years,
            "moves": [
                (
                    year,
                    [
                        (
                            move,
                            said_move(move.was, left, move.cells_were),
                            said_move(move.is_now, right, move.cells_are),
                        )
                        for move in year.moves
                    ],
                )
                for year in years
            ],
        }
    return render(request, "indicators/compare.html", context)


def _chosen(*asked: str) -> list[IndicatorEdition | None]:
    """The editions asked for, None where none is. :raises Http404: if one is not there."""
    keys = [key_of(one) if one else None for one in asked]
    found = editions_by_keys([key for key in keys if key is not None])
    if any(one and key not in found for one, key in zip(asked, keys, strict=True)):
        raise Http404
    return [None if key is None else found[key] for key in keys]
