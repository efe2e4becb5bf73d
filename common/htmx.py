"""The same address answers with a page, or with a part of it to be swapped in."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def page_or_partial(request: HttpRequest, page: str, partial: str) -> str:
    """Return the template to answer with: the partial for an htmx swap, the page for anything else."""
    htmx = getattr(request, "htmx", None)
    if not htmx or htmx.boosted or htmx.history_restore_request:
        return page
    return partial


def changed(response: HttpResponse, *events: str) -> HttpResponse:
    """Tell the page what has changed, so that the lists that listen fetch themselves again."""
    response.headers["HX-Trigger"] = ", ".join(events)
    return response


def vary_on_htmx(response: HttpResponse) -> HttpResponse:
    """Keep a browser from showing a remembered part of a page in place of the page."""
    patch_vary_headers(response, ["HX-Request"])
    return response
