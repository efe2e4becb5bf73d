"""A small server of OpenID Connect on this machine: discovery, keys, authorisation with PKCE, tokens really signed."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, PASSWORD = "opora", "the-secret-of-the-client"


@dataclass
class OpenIdServer:
    """What the server knows, and what a test makes it say."""

    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "77", "preferred_username": "anna"})
    lies: dict[str, Any] = field(default_factory=dict)  # claims that are not as they should be; None leaves one out
    signer: RSAKey | None = None  # another key than the one that is published
    forged: str = ""  # an id_token that is said as it stands
    is_silent: bool = False
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)

    def visited(self, url: str) -> str:
        """Do what the browser does there: the person agrees, and is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = secrets.token_urlsafe(16)
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorise",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Answer a code once, to the client that it was given to and that proves it (RFC 7636)."""
        asked = self.asked.pop(form.get("code", ""), None)
        given = base64.b64encode(f"{CLIENT}:{PASSWORD}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or authorization != f"Basic {given}":
            return None
        if (asked["code_challenge"], asked["code_challenge_method"]) != (challenge, "S256"):
            return None
        if asked["redirect_uri"] != form.get("redirect_uri"):
            return None
        told = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300}
        return told if self.lies.get("id_token", True) is None else told | {"id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {**claims, **self.person, **self.lies}
        told = {name: value for name, value in claims.items() if value is not None}
        signed = self.forged or jwt.encode({"alg": "RS256", "kid": "one"}, told, self.signer or self.key)
        self.answered.append(signed)
        return signed


@contextmanager
def serving() -> Iterator[OpenIdServer]:
    """Run the server while the block lasts."""
    server = OpenIdServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = {
                "/.well-known/openid-configuration": server.metadata,
                "/keys": lambda: {"keys": [server.key.as_dict(private=False)]},
            }.get(self.path)
            self.answer(told() if told else None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(server.token(form, self.headers.get("Authorization", "")))

        def answer(self, told: dict[str, Any] | None) -> None:
            if server.is_silent:
                self.send_response(503)
                self.end_headers()
                return
            self.send_response(200 if told is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told or {"error": "invalid_grant"}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.address = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
