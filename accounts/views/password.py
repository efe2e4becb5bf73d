"""Changing one's own password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import PasswordForm
from accounts.services.people import PasswordTooWeak, change_password
from accounts.services.sessions import follow_session
from accounts.services.sign_in import SignInRefused, check_own_password
from common.addresses import address_of


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other browsers of the same person have to sign in anew."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_changed(request, form):
        messages.success(request, "Пароль изменён. В других браузерах придётся войти заново.")
        return redirect("accounts:profile")
    crumbs = [("Профиль", reverse("accounts:profile")), ("Пароль", "")]
    status = 422 if form.errors else 200
    return render(request, "accounts/password.html", {"form": form, "crumbs": crumbs}, status=status)


def _is_changed(request: HttpRequest, form: PasswordForm) -> bool:
    """Change it, or write into the form why not."""
    user, said, now = request.user, form.cleaned_data, timezone.now()
    try:
        check_own_password(user=user, password=said["current"], address=address_of(request), now=now)
        change_password(user=user, password=said["new"], actor=user, now=now, keep_session=request.session.session_key)
    except SignInRefused as refused:
        form.add_error("current", str(refused))
        return False
    except PasswordTooWeak as weak:
        form.add_error("new", str(weak))
        return False
    former_key = request.session.session_key
    update_session_auth_hash(request, user)
    follow_session(old_key=former_key, new_key=request.session.session_key)
    return True
