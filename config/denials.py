"""What happens when somebody asks for what he may not do: the trail remembers it, and the API says it as JSON."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.services.audit import record

TOO_LARGE = "Тело запроса больше 5 МБ. Разделите его на несколько запросов."
NO_FORM = "Форма не читается: в заголовке Content-Type нет верной границы частей (boundary), или тело оборвано."
SIGN_IN = "Нужен вход: передайте ключ доступа заголовком «Authorization: Token …» или войдите на портал."


class BodyTooLarge(exceptions.APIException):
    """The body is larger than is read at all."""

    status_code = 413
    default_detail = TOO_LARGE
    default_code = "too_large"


class DenialMiddleware:
    """Writes refusals of pages into the trail; the answer itself is Django's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Remember a refusal; services have raised it after undoing what they had begun."""
        if isinstance(exception, PermissionDenied):
            remember(request, exception)


def remember(request: HttpRequest, refusal: Exception) -> None:
    """Write who was refused what, and where."""
    user = request.user
    if user.is_authenticated:
        after = {"method": request.method, "path": request.path[:200]}
        record(
            actor=user, action="access.denied", target=user, now=timezone.now(), after=after, reason=str(refusal)[:500]
        )


def answer_of_api(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal of the API: 401 to whom it does not know, 403 to whom it may not serve."""
    if isinstance(exception, exceptions.NotAuthenticated):
        exception = exceptions.NotAuthenticated(SIGN_IN)
        exception.auth_header = 'Token realm="opora"'
    if isinstance(exception, PermissionDenied):
        remember(context["request"], exception)
        exception = exceptions.PermissionDenied(str(exception) or None)
    if isinstance(exception, RequestDataTooBig):
        exception = BodyTooLarge()
    if isinstance(exception, exceptions.ParseError) and isinstance(exception.__context__, MultiPartParserError):
        exception = exceptions.ParseError(NO_FORM)
    response = exception_handler(exception, context)
    if response is not None and isinstance(exception, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        response.status_code = 401
        response["WWW-Authenticate"] = 'Token realm="opora"'
    return response
