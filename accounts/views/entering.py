"""
Between a password and a page: where to go on to, and who has shown the first of two proofs only.

Until the second one is shown nobody is signed in: the session says whose password it was, for ten minutes, and its key
is a new one already, so that nobody who knew the former key follows.
"""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.enums import Way
from accounts.models import User
from accounts.selectors import second_factor_of
from accounts.services.sessions import PASSED, WAY
from accounts.services.sign_in import record_sign_in
from common.addresses import address_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
HALF = "half_signed_in"
PATIENCE = 10 * 60  # seconds between the password and the code


def enter_half(request: HttpRequest, user: User, *, way: Way, following: str, passed: bool = False) -> HttpResponse:
    """Let somebody in whose password (or other server) was right, or ask for the code first."""
    if passed or second_factor_of(user=user) is None:
        return enter(request, user, way=way, following=following, second_factor="elsewhere" if passed else "none")
    request.session.cycle_key()
    request.session[HALF] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "way": way.value,
        "following": following,
    }
    return redirect("accounts:sign-in-code")


def half_entered(request: HttpRequest) -> tuple[User, Way, str] | None:
    """Return whose password was right a short while ago, the way, and where to go on to; None if nobody's."""
    half = request.session.get(HALF)
    if not half or timezone.now().timestamp() - half["at"] > PATIENCE:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    if user is None or not constant_time_compare(half["hash"], user.get_session_auth_hash()):
        return None
    return user, Way(half["way"]), half["following"]


def enter(request: HttpRequest, user: User, *, way: Way, following: str, second_factor: str) -> HttpResponse:
    """Sign somebody in, remember how, and go on."""
    request.session.pop(HALF, None)
    request.session[WAY] = way.value
    login(request, user, backend=BACKEND)
    request.session[PASSED] = second_factor != "none"
    record_sign_in(user=user, way=way, second_factor=second_factor, address=address_of(request), now=timezone.now())
    return redirect(following)


def address_within(request: HttpRequest, asked: str) -> str:
    """Return where to go after signing in: only an address of this portal."""
    hosts = {request.get_host()}
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=hosts, require_https=request.is_secure()):
        return asked
    return resolve_url("/")
