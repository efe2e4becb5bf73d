"""Coming in, going out, changing the password."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import PasswordForm, SignInForm
from accounts.services.people import PasswordTooWeak, change_password
from accounts.services.sign_in import SignInRefused, check_sign_in, record_sign_out

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in, and back to where he was going."""
    if request.htmx and not request.htmx.boosted:
        return _whole_page(request)
    following = _following(request)
    if request.user.is_authenticated:
        return redirect(following)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = check_sign_in(**form.cleaned_data, now=timezone.now())
        except SignInRefused as refused:
            form.add_error(None, str(refused))
        else:
            login(request, user, backend=BACKEND)
            return redirect(following)
    status = 422 if form.errors else 200
    return render(request, "accounts/sign_in.html", {"form": form, "following": following}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let somebody out."""
    record_sign_out(user=request.user, now=timezone.now())
    logout(request)
    return redirect("accounts:sign-in")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other browsers of the same person have to sign in anew."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not request.user.check_password(form.cleaned_data["current"]):
            form.add_error("current", "Пароль не подошёл. Введите тот, с которым вы вошли.")
        else:
            try:
                change_password(
                    user=request.user, password=form.cleaned_data["new"], actor=request.user, now=timezone.now()
                )
            except PasswordTooWeak as weak:
                form.add_error("new", str(weak))
            else:
                update_session_auth_hash(request, request.user)
                messages.success(request, "Пароль изменён.")
                return redirect("accounts:profile")
    crumbs = [("Профиль", reverse("accounts:profile")), ("Пароль", "")]
    status = 422 if form.errors else 200
    return render(request, "accounts/password.html", {"form": form, "crumbs": crumbs}, status=status)


def _following(request: HttpRequest) -> str:
    """Return where to go after signing in: only an address of this portal."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    hosts = {request.get_host()}
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=hosts, require_https=request.is_secure()):
        return asked
    return resolve_url("/")


def _whole_page(request: HttpRequest) -> HttpResponse:
    """A part of a page was asked for and the session is over: the browser is sent to sign in, and back to that page."""
    page = urlsplit(request.htmx.current_url or "/")
    back = page.path + (f"?{page.query}" if page.query else "")
    address = f"{reverse('accounts:sign-in')}?{urlencode({'next': back})}"
    return HttpResponse(status=204, headers={"HX-Redirect": address})
