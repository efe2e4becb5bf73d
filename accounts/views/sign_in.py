"""Coming in and going out."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Way
from accounts.forms import CodeForm, SignInForm
from accounts.services.openid import is_offered
from accounts.services.second_factor import CodeRefused, check_code
from accounts.services.sign_in import SignInRefused, check_sign_in, record_sign_out
from accounts.views.entering import address_within, enter, enter_half, half_entered
from common.addresses import address_of


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in, and back to where he was going."""
    if request.htmx and not request.htmx.boosted:
        return _whole_page(request)
    following = address_within(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(following)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = check_sign_in(**form.cleaned_data, address=address_of(request), now=timezone.now())
        except SignInRefused as refused:
            form.add_error(None, str(refused))
        else:
            return enter_half(request, user, way=Way.PASSWORD, following=following)
    context = {"form": form, "following": following, "openid": settings.OIDC_NAME if is_offered() else ""}
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask who has shown the password for the second proof."""
    half = half_entered(request)
    if half is None:
        return redirect("accounts:sign-in")
    user, way, following = half
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kind = check_code(user=user, code=form.cleaned_data["code"], now=timezone.now())
        except CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            return enter(request, user, way=way, following=following, second_factor=kind)
    return render(request, "accounts/sign_in_code.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let somebody out."""
    record_sign_out(user=request.user, now=timezone.now())
    logout(request)
    return redirect("accounts:sign-in")


def _whole_page(request: HttpRequest) -> HttpResponse:
    """A part of a page was asked for and the session is over: the browser is sent to sign in, and back to that page."""
    page = urlsplit(request.htmx.current_url or "/")
    back = page.path + (f"?{page.query}" if page.query else "")
    address = f"{reverse('accounts:sign-in')}?{urlencode({'next': back})}"
    return HttpResponse(status=204, headers={"HX-Redirect": address})
