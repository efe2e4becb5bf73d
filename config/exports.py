"""What leaves the portal is in the trail: every file that somebody saves, and every list that a key reads."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.selectors import acting_token
from accounts.services.audit import record_export
from schools.access import appointments_of

Handler = Callable[[HttpRequest], HttpResponse]
LONGEST_QUERY = 500
NAME = re.compile(r"filename\*?=(?:utf-8'')?([^;]+)", re.IGNORECASE)


def exports_in_the_trail(get_response: Handler) -> Handler:
    """Write down who took which file, or read which list of the API by a key, and by which address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "GET" and response.status_code == 200 and request.user.is_authenticated:
            if response.get("Content-Disposition", "").startswith("attachment"):
                _remember(request, action="export.downloaded", title=_file_name(response))
            elif _is_list_of_api(request) and acting_token(request.user):
                _remember(request, action="export.read", title=request.path)
        return response

    return middleware


def _remember(request: HttpRequest, *, action: str, title: str) -> None:
    held = appointments_of(request.user)
    record_export(
        actor=request.user,
        action=action,
        title=title,
        unit_path=held[0].unit.path if held else "",
        after={"address": request.path, "query": request.META.get("QUERY_STRING", "")[:LONGEST_QUERY]},
        now=timezone.now(),
    )


def _is_list_of_api(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.namespace == "api" and (match.url_name or "").endswith("-list")


def _file_name(response: HttpResponse) -> str:
    """Return the name that the file is saved under."""
    said = NAME.search(response["Content-Disposition"])
    return unquote(said[1].strip('"'))[:300] if said else "файл"
