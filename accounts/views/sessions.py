"""Browsers in which one has signed in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors import open_sessions
from accounts.services.sessions import end_session, end_sessions

HERE = "accounts:session-list"


@require_safe
@never_cache
def session_list(request: HttpRequest) -> HttpResponse:
    """List one's own open sessions."""
    opened = list(open_sessions(user=request.user, now=timezone.now()))
    context = {
        "sessions": opened,
        "here": request.session.session_key,
        "others": any(one.session_key != request.session.session_key for one in opened),
        "crumbs": [("Профиль", reverse("accounts:profile")), ("Открытые сеансы", "")],
    }
    return render(request, "accounts/sessions.html", context)


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one of one's browsers out."""
    now = timezone.now()
    opened = get_object_or_404(open_sessions(user=request.user, now=now), pk=pk)
    end_session(opened=opened, actor=request.user, now=now)
    if opened.session_key == request.session.session_key:
        request.session.flush()
        return redirect("accounts:sign-in")
    messages.success(request, "Сеанс завершён: там придётся войти заново.")
    return redirect(HERE)


@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """Sign all of one's other browsers out."""
    keep = request.session.session_key
    count = end_sessions(user=request.user, actor=request.user, now=timezone.now(), keep=keep)
    messages.success(request, f"Завершено других сеансов: {count}.")
    return redirect(HERE)
