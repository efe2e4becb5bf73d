"""Two editions of one indicator, or two indicators, side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.numbers import key_of
from indicators.forms.definitions import CompareForm
from indicators.models import IndicatorEdition
from indicators.selectors.comparing import differences, editions_by_key, formula_pieces, moves, said_move
from indicators.views.library import crumbs_to


@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    """What two definitions say otherwise, and where their values differ among the units that one may see."""
    editions = list(editions_by_key())
    form = CompareForm(request.GET, editions=[(str(one.pk), _label(one)) for one in editions])
    left, right = (_chosen(editions, request.GET.get(side, "")) for side in ("left", "right"))
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
                (year, [(move, said_move(move.was, left), said_move(move.is_now, right)) for move in year.moves])
                for year in years
            ],
        }
    return render(request, "indicators/compare.html", context)


def _chosen(editions: list[IndicatorEdition], asked: str) -> IndicatorEdition | None:
    if not asked:
        return None
    found = next((one for one in editions if one.pk == key_of(asked)), None)
    if found is None:
        raise Http404
    return found


def _label(edition: IndicatorEdition) -> str:
    state = "" if edition.is_current else ", прежняя"
    return f"{edition.indicator.code}, № {edition.number}{state}: {edition.indicator.name[:80]}"
