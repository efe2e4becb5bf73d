"""About oneself: who one is to the portal, and one's keys of the API."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import ApiToken
from accounts.permissions import Permission
from accounts.selectors import second_factor_of
from schools.access import NotAllowed, appointments_of, held
from schools.forms import TokenForm
from schools.selectors.people import own_events, tokens_of, words_of
from schools.services.tokens import TokenNotMade, create_token, permissions_for_token, revoke_token, units_for_token


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Show who one is, where one works by which order, and one's latest sign-ins."""
    appointments = appointments_of(request.user)
    context = {
        "appointments": appointments,
        "journal": any(Permission.AUDIT_VIEW in held(request.user, at=one.unit) for one in appointments),
        "events": own_events(user=request.user),
        "factor": second_factor_of(user=request.user),
        "factor_required": settings.SECOND_FACTOR_REQUIRED,
        "keys": bool(units_for_token(request.user)) or tokens_of(user=request.user).exists(),
        "crumbs": [("Профиль", "")],
    }
    return render(request, "schools/profile.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """List one's keys and make a new one. Its text stands on the page once, right after it was made."""
    units = units_for_token(request.user)
    offered = {"units": units, "permissions": permissions_for_token(request.user, units)}
    form = TokenForm(request.POST or None, **offered)
    made = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        chosen = [unit for unit in units if unit.pk in said.pop("units")]
        try:
            made = create_token(**said, units=chosen, actor=request.user, now=timezone.now())
        except (TokenNotMade, NotAllowed) as refused:
            form.add_error(None, str(refused))
        else:
            form = TokenForm(**offered)
    context = {
        "tokens": [(token, words_of(token)) for token in tokens_of(user=request.user)],
        "form": form,
        "may_make": bool(units),
        "key": made[1] if made else "",
        "now": timezone.now(),
        "crumbs": [("Профиль", reverse("accounts:profile")), ("Ключи доступа", "")],
    }
    return render(request, "schools/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a key back."""
    token = get_object_or_404(ApiToken.objects.filter(user=request.user), pk=pk)
    revoke_token(token=token, actor=request.user, now=timezone.now())
    messages.success(request, f"Ключ «{token.title}» отозван: он больше ничего не открывает.")
    return redirect("accounts:token-list")
