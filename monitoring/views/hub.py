"""The front page of monitoring."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring.selectors.hub import hub
from monitoring.selectors.runs import region_of_portal


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what was loaded last, which list is in force, what was computed, and what waits."""
    return render(request, "monitoring/home.html", {"hub": hub(user=request.user), "region": region_of_portal()})
