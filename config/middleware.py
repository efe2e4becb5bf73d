"""What happens around every request."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.services.audit import door

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def content_security_policy(get_response: Handler) -> Handler:
    """Allow a page its own files and nothing else: no inline script or style, no other host."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware


def no_nul(get_response: Handler) -> Handler:
    """Refuse a NUL in an address or a form: no text of the database can hold one, and nobody types one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_form = request.content_type == "application/x-www-form-urlencoded"
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path or is_form and b"%00" in request.body:
            raise SuspiciousOperation("NUL in a request")
        return get_response(request)

    return middleware


def programme_year(get_response: Handler) -> Handler:
    """Put the programme year that the person looks at on the request: from the address, else as chosen last."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("year", "")
        if len(asked) == 4 and asked.isascii() and asked.isdecimal() and 2016 <= int(asked) <= 2035:
            request.programme_year = int(asked)
            if request.session.get("programme_year") != request.programme_year:
                request.session["programme_year"] = request.programme_year
        else:
            request.programme_year = request.session.get("programme_year") or usual_year()
        return get_response(request)

    return middleware


def usual_year() -> int:
    """Return this year, or the programme year nearest to it."""
    years = settings.PROGRAMME_YEARS
    return min(max(timezone.localdate().year, min(years)), max(years))


def door_of_request(get_response: Handler) -> Handler:
    """Let the trail say whether a write came through a page or through the API."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = door.set("api" if request.path.startswith("/api/") else "page")
        try:
            return get_response(request)
        finally:
            door.reset(token)

    return middleware
