"""What helps whoever writes a formula: is it right so far, what does it give, which words fit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from common.sql import TooLong
from indicators.formula.errors import FormulaError
from indicators.models import Period
from indicators.selectors.library import checked, marked
from indicators.selectors.vocabulary import every_word, fitting, questions
from indicators.services.definitions import region
from indicators.services.trying import LIVE_SECONDS, try_formula
from indicators.views.library import crumbs_to
from schools.access import can, require

LONGEST = 4000


@require_POST
def check_formula(request: HttpRequest) -> HttpResponse:
    """Say of a formula that is being written which facts it asks for, or where it goes wrong."""
    facts, problem = checked(request.POST.get("formula", "")[:LONGEST])
    tries = problem is None and bool(facts) and can(request.user, Permission.INDICATOR_EDIT, at=region())
    context = {"facts": facts, "problem": problem, "pieces": marked(problem), "tries": tries}
    return render(request, "indicators/_checked.html", context)


@require_POST
def try_it(request: HttpRequest) -> HttpResponse:
    """Say what a formula that is being written gives in a year; nothing is kept."""
    year, precision = (_number(request.POST.get(name, "")) for name in ("try_year", "precision"))
    context: dict[str, object] = {"seconds": LIVE_SECONDS}
    try:
        context["tried"] = try_formula(
            formula=request.POST.get("formula", "")[:LONGEST],
            year=year or 0,
            precision=min(precision if precision is not None else 1, 4),
            actor=request.user,
        )
    except FormulaError as error:
        context |= {"problem": error}
    except Period.DoesNotExist:
        context |= {"no_year": True}
    except TooLong:
        context |= {"too_long": True}
    return render(request, "indicators/_tried.html", context)


@require_safe
def complete(request: HttpRequest) -> JsonResponse:
    """Return the words that fit what is being typed, for the script of the form."""
    require(request.user, Permission.INDICATOR_EDIT, at=region())
    asked = request.GET
    found = fitting(
        text=asked.get("text", "")[:100],
        inside=asked.get("inside", "")[:100],
        place=_number(asked.get("place", "")) or 0,
        first=asked.get("first", "")[:100],
    )
    return JsonResponse({"words": [word.as_dict() for word in found]})


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """Every word that may stand in a formula, to be read without a script."""
    require(request.user, Permission.INDICATOR_EDIT, at=region())
    text = request.GET.get("q", "")[:100]
    context = {
        "text": text,
        "words": every_word(),
        "questions": list(questions(text)),
        "crumbs": crumbs_to("Слова формул", ("Как считаются", reverse("indicators:library"))),
    }
    return render(request, "indicators/words.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else None
