"""Coming in through another server."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.enums import Way
from accounts.services.openid import OpenIdRefused, claims_brought, is_offered, person_of, way_there
from accounts.services.sign_in import SignInRefused
from accounts.views.entering import address_within, enter_half
from common.addresses import address_of

FOLLOWING = "following_openid"


@login_not_required
@never_cache
@require_GET
def openid(request: HttpRequest) -> HttpResponse:
    """Send the browser to the other server."""
    following = _expected(request)
    if request.user.is_authenticated:
        return redirect(following)
    request.session[FOLLOWING] = following
    try:
        return way_there(request=request, back=request.build_absolute_uri(reverse("accounts:openid-return")))
    except OpenIdRefused as refused:
        return _back(request, refused)


@login_not_required
@never_cache
@require_GET
def openid_return(request: HttpRequest) -> HttpResponse:
    """Let in who comes back from the other server, if it is somebody of ours."""
    _expected(request)
    if request.user.is_authenticated:
        return redirect("/")
    now, address = timezone.now(), address_of(request)
    try:
        user = person_of(claims=claims_brought(request=request, now=now), address=address, now=now)
    except (OpenIdRefused, SignInRefused) as refused:
        return _back(request, refused)
    following = request.session.pop(FOLLOWING, "/")
    return enter_half(request, user, way=Way.OPENID, following=following, passed=settings.OIDC_SECOND_FACTOR)


def _expected(request: HttpRequest) -> str:
    """:raises Http404: where no server is named in the settings."""
    if not is_offered():
        raise Http404
    return address_within(request, request.GET.get("next", ""))


def _back(request: HttpRequest, refused: Exception) -> HttpResponse:
    messages.error(request, str(refused))
    return redirect("accounts:sign-in")
