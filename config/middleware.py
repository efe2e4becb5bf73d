"""What happens around every request."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from secrets import token_hex

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone

from common.session_facts import acting

Handler = Callable[[HttpRequest], HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")

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

    def process_view(request: HttpRequest, view: Callable, args: Sequence, kwargs: Mapping) -> None:
        # The fields of a form with files are read here, where the check of its origin is about to read them.
        is_form = request.content_type == "multipart/form-data" and not getattr(view, "csrf_exempt", False)
        with suppress(UnreadablePostError):
            if is_form and any("\0" in text for name, texts in request.POST.lists() for text in (name, *texts)):
                raise SuspiciousOperation("NUL in a form")

    middleware.process_view = process_view
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


def territories(get_response: Handler) -> Handler:
    """Say whether years are told in today's territories or in their own: from the address, else as chosen last."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("territories", "")
        if asked in ("own", "today"):
            request.is_today = asked == "today"
            is_page = not request.path.startswith("/api/")  # what a program asks for changes no page of its person
            if is_page and request.session.get("is_today", False) != request.is_today:
                request.session["is_today"] = request.is_today
        else:
            request.is_today = bool(request.session.get("is_today", False))
        return get_response(request)

    return middleware


def usual_year() -> int:
    """Return this year, or the programme year nearest to it."""
    years = settings.PROGRAMME_YEARS
    return min(max(timezone.localdate().year, min(years)), max(years))


def facts_of_request(get_response: Handler) -> Handler:
    """
    Let the trail say who writes, whether through a page or the API, and in which request, and the net who reads.

    The database is told of whoever has signed in, and where the method may write; whoever signs by a key is known
    later, and told then.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        door = "api" if request.path.startswith("/api/") else "page"
        person = request.user.pk
        tell = person is not None or request.method not in SAFE
        with acting(tell=tell, actor=person, reader=person, door=door, request=token_hex(8)):
            return get_response(request)

    return middleware
