"""
Signing in through an OpenID Connect server: which one is said by settings, and who comes from it must exist here.

The protocol (authorisation code with PKCE, state, nonce, the signature and the times of the id_token) is Authlib's.
Here is decided whom the claims mean: by the server's own name of the person (`sub`), kept since the first time; the
first time by a claim that equals a login, and that only for who has neither a password nor a second factor here, so
that whoever can choose what the claim says does not get round them. Nobody is ever made.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

from accounts.models import ExternalIdentity, User
from accounts.selectors import second_factor_of
from accounts.services.audit import record, record_unknown
from accounts.services.sign_in import refuse_who_has_left

NAME = "opora"
PATIENCE = 10  # seconds
LEEWAY = 60  # seconds by which the clocks of two servers may differ
# Signatures that only the server can make: neither none at all nor a secret that both know.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
FAILED = "Войти через внешнюю учётную запись не получилось. Попробуйте ещё раз или войдите по паролю."
SILENT = "Сервер внешних учётных записей не отвечает. Войдите по паролю или попробуйте позже."
UNKNOWN = (
    "На портале нет человека с такой внешней учётной записью. "
    "Попросите того, кто ведёт портал, завести вас или связать вашу учётную запись."
)
NOT_LINKED = (
    "Ваша учётная запись портала ещё не связана с внешней, а вход в неё защищён паролем или вторым фактором. "
    "Войдите по паролю; чтобы входить через внешнюю, попросите того, кто ведёт портал, связать их."
)


class OpenIdRefused(Exception):
    """Nobody is let in; the message is for the person."""


def is_offered() -> bool:
    """Say whether a server is named in the settings."""
    return bool(settings.OIDC_SERVER_URL and settings.OIDC_CLIENT_ID)


def way_there(*, request: HttpRequest, back: str) -> HttpResponse:
    """Send the browser to the server, which sends it to `back`. :raises OpenIdRefused: if it does not answer."""
    try:
        return _client().authorize_redirect(request, back)
    except requests.RequestException as silent:
        raise OpenIdRefused(SILENT) from silent


def claims_brought(*, request: HttpRequest, now: datetime) -> Mapping[str, Any]:
    """
    Return what the server says of the person who comes back from it.

    :raises OpenIdRefused: if the server did not say it, not to us, not now, or not in answer to this browser
    """
    wanted = {
        "iss": {"essential": True, "value": settings.OIDC_SERVER_URL},
        "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
    }
    try:
        token = _client().authorize_access_token(request, claims_options=wanted, leeway=LEEWAY)
    except (AuthlibBaseError, JoseError, ValueError, KeyError) as wrong:
        _record_refusal(type(wrong).__name__, now)
        raise OpenIdRefused(FAILED) from wrong
    except requests.RequestException as silent:
        raise OpenIdRefused(SILENT) from silent
    if not token.get("userinfo"):
        _record_refusal("нет id_token", now)
        raise OpenIdRefused(FAILED)
    return token["userinfo"]


def person_of(*, claims: Mapping[str, Any], address: str, now: datetime) -> User:
    """
    Return whom the claims mean, and remember the server's name of the person.

    :raises OpenIdRefused: if nobody here, more than one name of the server for one person, or an account that must
        be linked by hand
    :raises SignInRefused: if the account is closed
    """
    issuer, subject = settings.OIDC_SERVER_URL, str(claims["sub"])
    known = ExternalIdentity.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    user = known.user if known else _by_login(claims)
    if user is None:
        _record_refusal("человека здесь нет", now)
        raise OpenIdRefused(UNKNOWN)
    refuse_who_has_left(user=user, address=address, now=now)
    if known is None:
        _refuse_who_is_guarded(user, now)
        link_identity(user=user, subject=subject, actor=user, now=now)
    return user


def link_identity(*, user: User, subject: str, actor: User, now: datetime, reason: str = "") -> None:
    """
    Remember who a person is to the server.

    :raises OpenIdRefused: if the person is known there by another name, or the name is another person's
    """
    try:
        with transaction.atomic():
            ExternalIdentity.objects.create(user=user, issuer=settings.OIDC_SERVER_URL, subject=subject, linked_at=now)
            record(actor=actor, action="identity.linked", target=user, now=now, reason=reason)
    except IntegrityError as taken:
        _record_refusal("запись связана иначе", now)
        raise OpenIdRefused(
            "Эта учётная запись портала уже связана с другой внешней записью. Обратитесь к тому, кто ведёт портал."
        ) from taken


@transaction.atomic
def unlink_identity(*, user: User, actor: User, now: datetime, reason: str) -> bool:
    """Forget who a person is to the server, and say whether that was known."""
    known = bool(ExternalIdentity.objects.filter(user=user, issuer=settings.OIDC_SERVER_URL).delete()[0])
    record(actor=actor, action="identity.unlinked", target=user, now=now, reason=reason)
    return known


def _by_login(claims: Mapping[str, Any]) -> User | None:
    login = str(claims.get(settings.OIDC_LOGIN_CLAIM) or "").strip()
    if settings.OIDC_LOGIN_CLAIM == "email" and claims.get("email_verified") is not True:
        return None  # anybody may have typed it there
    return User.objects.filter(login=login, is_system=False).first() if login else None


def _refuse_who_is_guarded(user: User, now: datetime) -> None:
    """Two proofs of ours are not got round by a word of the other server; who is linked by hand is asked no more."""
    is_linked = ExternalIdentity.objects.filter(user=user, issuer=settings.OIDC_SERVER_URL).exists()
    if not is_linked and (user.has_usable_password() or second_factor_of(user=user)):
        _record_refusal("запись защищена и не связана", now)
        raise OpenIdRefused(NOT_LINKED)


def _client() -> DjangoOAuth2App:
    return _client_of(settings.OIDC_SERVER_URL, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


@lru_cache(maxsize=4)
def _client_of(server: str, client_id: str, client_secret: str) -> DjangoOAuth2App:
    """Return the client, which reads what the server says of itself and its keys once."""
    client = OAuth().register(
        NAME,
        client_id=client_id,
        client_secret=client_secret or None,
        server_metadata_url=f"{server.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.OIDC_SCOPE,
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
        },
    )
    said = client.load_server_metadata()
    offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    said["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNATURES]
    return client


def _record_refusal(reason: str, now: datetime) -> None:
    record_unknown(
        action="sign_in.failed", target_kind="accounts.externalidentity", now=now, reason=f"внешний вход: {reason}"
    )
