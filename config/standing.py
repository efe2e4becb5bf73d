"""Whether somebody who has signed in may go on: the session is not over, and what must be done first is done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Way
from accounts.models import User
from accounts.selectors import second_factor_of
from accounts.services.sessions import PASSED, WAY, is_over, note_activity
from common.addresses import address_of
from schools.access import needs_second_factor

Handler = Callable[[HttpRequest], HttpResponse]

# What one may do before the first things are done: they themselves, going out, and making letters larger.
ALWAYS_OPEN = {
    "accounts:password",
    "accounts:recovery-codes",
    "accounts:recovery-codes-file",
    "accounts:second-factor-set-up",
    "accounts:sign-in",
    "accounts:sign-in-code",
    "accounts:sign-out",
    "sight",
}


def session_lifetime(get_response: Handler) -> Handler:
    """End a session that has lasted too long, or was left too long; remember that the others are in use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            now = timezone.now()
            if is_over(session=request.session, now=now):
                logout(request)
            else:
                note_activity(session=request.session, address=address_of(request), now=now)
        return get_response(request)

    return middleware


class FirstThingsFirst:
    """Sends people to what must be done before anything else works: a second factor, a new password."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        """Answer instead of the page where something comes first."""
        # The API lets anybody's request in and asks for the session or the key itself.
        is_api = request.path.startswith("/api/")
        is_public = not is_api and not getattr(view, "login_required", True)
        if is_public or request.resolver_match.view_name in ALWAYS_OPEN:
            return None
        if SESSION_KEY not in request.session or not request.user.is_authenticated:
            return None
        first = first_thing(request, request.user)
        if first is None:
            return None
        name, words = first
        if is_api:
            return JsonResponse({"detail": words}, status=403)
        messages.warning(request, words)
        if request.htmx and not request.htmx.boosted:
            return HttpResponse(status=204, headers={"HX-Redirect": reverse(name)})
        return redirect(name)


def first_thing(request: HttpRequest, user: User) -> tuple[str, str] | None:
    """Return the page of what comes first and why, or None if nothing does."""
    if password_is_old(request, user):
        return "accounts:password", "Срок пароля истёк. Задайте новый, и портал откроется."
    if not settings.SECOND_FACTOR_REQUIRED or request.session.get(PASSED) or not needs_second_factor(user):
        return None
    if second_factor_of(user=user):
        logout(request)  # it was set up elsewhere: this browser has not shown a code yet
        return "accounts:sign-in", "Войдите ещё раз: теперь при входе спрашивается код второго фактора."
    return (
        "accounts:second-factor-set-up",
        "Ваша роль подписывает или назначает, поэтому вход требует второго фактора. Включите его, и портал откроется.",
    )


def password_is_old(request: HttpRequest, user: User) -> bool:
    """Say whether the password must be changed; that of a person who came through another server is not asked."""
    if not settings.PASSWORD_MAX_AGE_DAYS or request.session.get(WAY) == Way.OPENID:
        return False
    return timezone.now() - user.password_changed_at > timedelta(days=settings.PASSWORD_MAX_AGE_DAYS)
