"""The second factor of oneself: set up with a telephone, codes for paper, taken off."""

import segno
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ProofForm, SetUpForm
from accounts.selectors import second_factor_of, unused_recovery_codes
from accounts.services.second_factor import (
    AlreadySetUp,
    CodeRefused,
    address_for_telephone,
    check_code,
    new_secret,
    remove_second_factor,
    renew_recovery_codes,
    set_up_second_factor,
)
from accounts.services.secrecy import decrypted, decrypted_within, encrypted
from accounts.services.sessions import PASSED, end_sessions, is_fresh
from accounts.services.sign_in import SignInRefused, check_own_password
from common.addresses import address_of
from common.downloads import file_response

SECRET = "second_factor_secret"  # noqa: S105 - the name of a place in the session
CODES = "recovery_codes"
SHOWN_FOR = 15 * 60  # seconds that new codes for paper can be looked at
HERE = "accounts:second-factor"


@require_safe
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show whether the second factor is on, and what can be done."""
    context = {
        "factor": second_factor_of(user=request.user),
        "codes_left": unused_recovery_codes(user=request.user),
        "required": settings.SECOND_FACTOR_REQUIRED,
        "crumbs": _crumbs(),
    }
    return render(request, "accounts/second_factor.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the secret as a picture and as text; switch on when the telephone shows the right code."""
    user, now = request.user, timezone.now()
    if second_factor_of(user=user):
        return redirect(HERE)
    must_prove = not is_fresh(session=request.session, now=now)
    if must_prove and not user.has_usable_password():
        logout(request)
        messages.warning(request, "Войдите ещё раз: второй фактор включается сразу после входа.")
        return redirect("accounts:sign-in")
    secret = _secret_of(request)
    form = SetUpForm(request.POST or None, ask_password=must_prove)
    if request.method == "POST" and form.is_valid():
        codes = _codes_of_set_up(request, form, secret)
        if codes is not None:
            request.session.pop(SECRET, None)
            request.session[PASSED] = True
            request.session[CODES] = encrypted("\n".join(codes))
            end_sessions(user=user, actor=user, now=now, keep=request.session.session_key, reason="второй фактор")
            messages.success(request, "Второй фактор включён. Остался один шаг: сохраните коды на случай без телефона.")
            return redirect("accounts:recovery-codes")
    address = address_for_telephone(user=user, secret=secret)
    context = {
        "form": form,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="white", dark="black"),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "crumbs": _crumbs("Включить"),
    }
    return render(request, "accounts/second_factor_set_up.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show codes for paper right after they were made; said to be saved, they are shown no more."""
    codes = _fresh_codes(request)
    if request.method == "POST" or codes is None:
        request.session.pop(CODES, None)
        return redirect(HERE)
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "crumbs": _crumbs("Коды")})


@require_safe
@never_cache
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    """Give the same codes as a text file."""
    codes = _fresh_codes(request)
    if codes is None:
        return redirect(HERE)
    head = f"Опора: коды для входа без телефона, логин {request.user.login}. Каждый действует один раз."
    text = "\r\n".join([head, "", *codes, ""])
    return file_response(text.encode(), name="opora-codes.txt", content_type="text/plain; charset=utf-8")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Make new codes for paper, after the password and a code were asked once more."""
    form = _proof(request)
    if form is None:
        return redirect(HERE)
    if request.method == "POST" and form.is_valid() and _is_proved(request, form):
        codes = renew_recovery_codes(user=request.user, now=timezone.now())
        request.session[CODES] = encrypted("\n".join(codes))
        return redirect("accounts:recovery-codes")
    context = {"form": form, "crumbs": _crumbs("Новые коды")}
    return render(request, "accounts/recovery_codes_renew.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    """Switch the second factor off, after the password and a code were asked once more."""
    form = _proof(request)
    if form is None:
        return redirect(HERE)
    if request.method == "POST" and form.is_valid() and _is_proved(request, form):
        user, now = request.user, timezone.now()
        remove_second_factor(user=user, actor=user, now=now)
        end_sessions(user=user, actor=user, now=now, keep=request.session.session_key, reason="второй фактор")
        request.session[PASSED] = False
        messages.success(request, "Второй фактор отключён.")
        return redirect(HERE)
    context = {"form": form, "crumbs": _crumbs("Отключить")}
    return render(request, "accounts/second_factor_remove.html", context, status=422 if form.errors else 200)


def _codes_of_set_up(request: HttpRequest, form: SetUpForm, secret: str) -> list[str] | None:
    """Switch on and return the codes for paper, or write into the form why not."""
    user, now, said = request.user, timezone.now(), form.cleaned_data
    try:
        if "password" in said:
            check_own_password(user=user, password=said["password"], address=address_of(request), now=now)
        return set_up_second_factor(user=user, secret=secret, code=said["code"], now=now)
    except SignInRefused as refused:
        form.add_error("password", str(refused))
    except (CodeRefused, AlreadySetUp) as refused:
        form.add_error("code", str(refused))
    return None


def _proof(request: HttpRequest) -> ProofForm | None:
    """Return the form that asks for both proofs, or None where there is no second factor."""
    if second_factor_of(user=request.user) is None:
        return None
    return ProofForm(request.POST or None, ask_password=request.user.has_usable_password())


def _is_proved(request: HttpRequest, form: ProofForm) -> bool:
    """Check the password and the code, or write into the form what does not fit."""
    user, now, said = request.user, timezone.now(), form.cleaned_data
    try:
        if "password" in said:
            check_own_password(user=user, password=said["password"], address=address_of(request), now=now)
    except SignInRefused as refused:
        form.add_error("password", str(refused))
        return False
    try:
        check_code(user=user, code=said["code"], now=now)
    except CodeRefused as refused:
        form.add_error("code", str(refused))
        return False
    return True


def _secret_of(request: HttpRequest) -> str:
    """Return the secret of this attempt to set up: the same until it succeeds, so that a slip loses nothing."""
    kept = request.session.get(SECRET)
    try:
        if kept:
            return decrypted(kept)
    except InvalidToken:
        pass  # the key was changed meanwhile: a new secret is made
    secret = new_secret()
    request.session[SECRET] = encrypted(secret)
    return secret


def _fresh_codes(request: HttpRequest) -> list[str] | None:
    kept = request.session.get(CODES)
    text = decrypted_within(kept, seconds=SHOWN_FOR) if kept else None
    return text.split("\n") if text else None


def _crumbs(last: str = "") -> list[tuple[str, str]]:
    first = ("Профиль", reverse("accounts:profile"))
    return [first, ("Второй фактор", reverse(HERE)), (last, "")] if last else [first, ("Второй фактор", "")]
