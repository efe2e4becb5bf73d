"""Who asks, by the key in the request's head: `Authorization: Token opora_…`."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.services.token_use import TokenRefused, token_of
from common.session_facts import learn

WORDS = ("token", "bearer")


class TokenAuthentication(BaseAuthentication):
    """The request acts by the token's own appointments, and never by its person's."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token's person, or None where the request has no token. A wrong one is refused."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower().decode("latin-1") not in WORDS:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Заголовок записывается так: «Authorization: Token ключ».")
        try:
            token = token_of(parts[1].decode("latin-1"), now=timezone.now())
        except TokenRefused as refused:
            raise AuthenticationFailed(str(refused)) from refused
        token.user.acting_token = token
        learn(actor=token.user.pk, reader=token.user.pk, token=token.pk)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Say how to come in, so that the answer is 401."""
        return 'Token realm="opora"'


class TokenScheme(OpenApiAuthenticationExtension):
    """The same for the schema."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Describe the head of the request."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Ключ доступа со страницы «Ключи доступа» профиля: `Token opora_…`.",
        }
