"""The search box of the top bar."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.russian import search_key
from reports.selectors.search import SHORTEST, found


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found by the words in the address."""
    text = request.GET.get("q", "").strip()[:200]
    groups = found(user=request.user, text=text)
    is_too_short = bool(text) and len(search_key(text)) < SHORTEST
    return render(request, "reports/search.html", {"text": text, "groups": groups, "is_too_short": is_too_short})
