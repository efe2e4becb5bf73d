"""Signing in through a server of OpenID Connect, end to end: a real one of ours, on this machine."""

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import RSAKey

from accounts.models import AuditEvent, ExternalIdentity, User
from accounts.permissions import Role
from accounts.services.openid import link_identity
from accounts.services.people import system_user
from tests.accounts.conftest import CODE, SIGN_IN
from tests.accounts.openid_server import CLIENT, PASSWORD, OpenIdServer, serving
from tests.factories.schools import make_user

pytestmark = pytest.mark.django_db
BEGIN = "/accounts/openid/"
PROFILE = "/accounts/profile/"


@pytest.fixture
def server(settings) -> OpenIdServer:
    with serving() as running:
        settings.OIDC_SERVER_URL = running.address
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, PASSWORD
        settings.OIDC_NAME = "учётную запись края"
        yield running


@pytest.fixture
def anna(region) -> User:
    """Somebody who has neither a password nor a second factor here: a claim of the server is enough the first time."""
    return make_user("anna", Role.MINISTRY_ANALYST, region)


def link(user: User, subject: str) -> None:
    """Say by hand who a person is there."""
    link_identity(user=user, subject=subject, actor=system_user(), now=timezone.now())


def go_through(client, server, *, following="") -> object:
    """Do what the browser does: to the server, and back with a code."""
    there = client.get(BEGIN, {"next": following} if following else {})
    return client.get(server.visited(there.headers["Location"]))


def told(client) -> str:
    """What the sign-in page says after somebody was not let in."""
    page = client.get(SIGN_IN)
    return " ".join(str(message) for message in page.context["messages"])


def assert_refused(client, answer, words="Войти через внешнюю учётную запись не получилось") -> None:
    assert answer.headers["Location"] == SIGN_IN
    assert words in told(client)
    assert client.get(PROFILE).status_code == 302
    assert not ExternalIdentity.objects.exists()


def test_the_button_is_there_only_where_a_server_is_named(client, server, settings):
    assert "Войти через учётную запись края" in client.get(SIGN_IN).content.decode()
    settings.OIDC_SERVER_URL = ""
    assert "Войти через" not in client.get(SIGN_IN).content.decode()
    assert [client.get(page).status_code for page in (BEGIN, f"{BEGIN}return/")] == [404, 404]


def test_the_browser_is_sent_with_all_that_protects_it(client, server):
    there = urlsplit(client.get(BEGIN).headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}

    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{server.address}/authorise"
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid profile")
    assert asked["redirect_uri"] == "http://testserver/accounts/openid/return/"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20


def test_somebody_of_ours_comes_in_and_goes_on(client, server, anna):
    answer = go_through(client, server, following="/jobs/")

    assert answer.headers["Location"] == "/jobs/"
    assert client.get(PROFILE).context["user"] == anna
    assert (ExternalIdentity.objects.get().user, ExternalIdentity.objects.get().subject) == (anna, "77")
    signed = AuditEvent.objects.get(action="sign_in.succeeded")
    assert signed.after == {"way": "openid", "second_factor": "none", "address": "127.0.0.1"}
    assert "через внешнюю учётную запись" in client.get("/accounts/sessions/").content.decode()


def test_the_person_is_known_by_the_subject_whatever_the_login_is_called_there(browser, server, anna):
    go_through(browser(), server)
    server.person = {"sub": "77", "preferred_username": "ivanova.a"}
    here = browser()

    go_through(here, server)

    assert here.get(PROFILE).context["user"] == anna


def test_the_name_of_somebody_who_left_does_not_pass_on_to_another(browser, server, anna):
    go_through(browser(), server)
    server.person = {"sub": "78", "preferred_username": "anna"}
    here = browser()

    assert go_through(here, server).headers["Location"] == SIGN_IN
    assert "уже связана с другой внешней записью" in told(here)


def test_a_claim_does_not_get_round_a_password(client, server, anna):
    anna.set_password("переправа-1982")
    anna.save()

    assert_refused(client, go_through(client, server), "Войдите по паролю")
    failed = AuditEvent.objects.get(action="sign_in.failed")
    assert (failed.actor_id, failed.reason) == (None, "внешний вход: запись защищена и не связана")

    call_command("link_openid", "anna", "77", reason="по заявлению")
    go_through(client, server)
    assert client.get(PROFILE).context["user"] == anna


def test_a_claim_does_not_get_round_a_second_factor(client, server, anna, telephone):
    telephone(anna)

    assert_refused(client, go_through(client, server), "вторым фактором")


def test_a_password_set_after_the_first_time_changes_nothing(browser, server, anna):
    go_through(browser(), server)
    anna.set_password("переправа-1982")
    anna.save()
    here = browser()

    go_through(here, server)

    assert here.get(PROFILE).context["user"] == anna


def test_a_stranger_is_not_made_a_person(client, server, anna):
    server.person = {"sub": "99", "preferred_username": "stranger"}

    assert_refused(client, go_through(client, server), "На портале нет человека с такой внешней учётной записью")
    assert set(User.objects.values_list("login", flat=True)) <= {"anna", "system"}
    failed = AuditEvent.objects.get(action="sign_in.failed")
    assert (failed.actor_id, failed.reason) == (None, "внешний вход: человека здесь нет")


@pytest.mark.parametrize("login", ["system", "", None, ["anna"], {"a": 1}])
def test_no_login_is_nobodys_login(client, server, anna, login):
    server.person = {"sub": "99", "preferred_username": login}

    assert_refused(client, go_through(client, server), "На портале нет человека")


def test_who_has_left_is_not_let_in(client, server, anna):
    anna.is_active = False
    anna.save()

    assert_refused(client, go_through(client, server), "Учётная запись закрыта")


NOW = int(time.time())


@pytest.mark.parametrize(
    "lies",
    [
        pytest.param({"iss": "https://id.evil.example"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"nonce": "another"}, id="another nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"nonce": None, "nonce_supported": False}, id="no nonce, said to be unknown there"),
        pytest.param({"aud": "somebody-else"}, id="for another client"),
        pytest.param({"aud": None}, id="for no client"),
        pytest.param({"aud": ["opora", "other"], "azp": "other"}, id="given to another client"),
        pytest.param({"exp": NOW - 3600, "iat": NOW - 7200}, id="expired"),
        pytest.param({"exp": None}, id="for ever"),
        pytest.param({"iat": NOW + 7200, "exp": NOW + 9000}, id="of the future"),
        pytest.param({"sub": None}, id="of nobody"),
        pytest.param({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, id="of another access token"),
        pytest.param({"id_token": None}, id="no id_token"),
    ],
)
def test_what_the_server_must_not_say_lets_nobody_in(client, server, anna, lies):
    server.lies = lies

    assert_refused(client, go_through(client, server))


def test_a_token_signed_by_somebody_else_lets_nobody_in(client, server, anna):
    server.signer = RSAKey.generate_key(2048, {"kid": "one"})

    assert_refused(client, go_through(client, server))


def unsigned(claims: dict[str, object], alg: str) -> str:
    parts = [{"alg": alg, "kid": "one"}, claims]
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts) + "."


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_token_without_a_signature_lets_nobody_in_though_the_server_offers_that(client, server, anna, alg):
    there = client.get(BEGIN).headers["Location"]
    nonce = parse_qs(urlsplit(there).query)["nonce"][0]
    claims = {"iss": server.address, "aud": CLIENT, "sub": "77", "nonce": nonce, "iat": NOW, "exp": NOW + 9000}
    server.forged = unsigned(claims | {"preferred_username": "anna"}, alg)

    assert_refused(client, client.get(server.visited(there)))


def test_a_new_key_of_the_server_is_fetched(browser, server, anna):
    go_through(browser(), server)
    server.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    server.key = RSAKey.import_key({**server.key.as_dict(private=True), "kid": "two"})
    here = browser()

    there = here.get(BEGIN).headers["Location"]
    server.forged = signed_as_two(server, there)
    here.get(server.visited(there))

    assert here.get(PROFILE).status_code == 200


def signed_as_two(server, there) -> str:
    nonce = parse_qs(urlsplit(there).query)["nonce"][0]
    now = int(time.time())
    claims = {"iss": server.address, "aud": CLIENT, "sub": "77", "nonce": nonce, "iat": now, "exp": now + 300}
    return jwt.encode({"alg": "RS256", "kid": "two"}, claims, server.key)


@pytest.mark.parametrize("query", ["", "?state=invented&code=invented", "?error=access_denied&state=x"])
def test_who_comes_back_without_having_gone_is_not_let_in(client, server, anna, query):
    assert_refused(client, client.get(f"{BEGIN}return/{query}"))


def test_an_answer_to_another_browser_is_no_answer_to_this_one(browser, server, anna):
    """Whoever sends a victim the end of his own way there must not sign the victim in as himself."""
    villain, victim = browser(), browser()
    back = server.visited(villain.get(BEGIN).headers["Location"])

    assert_refused(victim, victim.get(back))


def test_an_answer_is_good_once(browser, server, anna):
    here = browser()
    back = server.visited(here.get(BEGIN).headers["Location"])
    here.get(back)
    here.post("/accounts/sign-out/")

    assert here.get(back).headers["Location"] == SIGN_IN
    assert here.get(PROFILE).status_code == 302


def test_a_code_without_its_proof_gives_no_token(server):
    there = f"{server.address}/authorise?redirect_uri=x&state=s&code_challenge=abc&code_challenge_method=S256&nonce=n"
    code = parse_qs(urlsplit(server.visited(there)).query)["code"][0]
    given = base64.b64encode(f"{CLIENT}:{PASSWORD}".encode()).decode()

    assert server.token({"code": code, "redirect_uri": "x", "code_verifier": "guess"}, f"Basic {given}") is None


def test_a_silent_server_is_said_to_be_silent(client, server, anna):
    server.is_silent = True

    assert client.get(BEGIN).headers["Location"] == SIGN_IN
    assert "не отвечает" in told(client)


def test_a_server_that_falls_silent_midway_is_said_to_be(client, server, anna):
    back = server.visited(client.get(BEGIN).headers["Location"])
    server.is_silent = True

    assert client.get(back).headers["Location"] == SIGN_IN
    assert client.get(PROFILE).status_code == 302


@pytest.mark.parametrize(
    "following", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_to_another_site(browser, server, anna, following):
    assert go_through(browser(), server, following=following).headers["Location"] == "/"


def test_the_code_of_the_telephone_is_asked_after_the_other_server(client, server, anna, telephone):
    phone = telephone(anna)
    link(anna, "77")

    assert go_through(client, server, following="/jobs/").headers["Location"] == CODE
    assert client.get(PROFILE).status_code == 302
    assert client.post(CODE, {"code": phone.show()}).headers["Location"] == "/jobs/"
    assert AuditEvent.objects.get(action="sign_in.succeeded").after["second_factor"] == "totp"


def test_a_server_that_asks_for_a_second_factor_itself_is_believed_if_the_setting_says_so(
    client, server, pyotr, telephone, settings
):
    settings.OIDC_SECOND_FACTOR = settings.SECOND_FACTOR_REQUIRED = True
    telephone(pyotr)
    link(pyotr, "1")
    server.person = {"sub": "1", "preferred_username": "pyotr"}

    go_through(client, server)

    assert client.get(PROFILE).status_code == 200
    assert AuditEvent.objects.get(action="sign_in.succeeded").after["second_factor"] == "elsewhere"


@pytest.mark.parametrize(("verified", "comes_in"), [(True, True), (False, False), (None, False), ("true", False)])
def test_an_email_is_a_login_only_if_the_server_has_verified_it(client, server, anna, settings, verified, comes_in):
    settings.OIDC_LOGIN_CLAIM = "email"
    User.objects.filter(pk=anna.pk).update(login="anna@example.ru")
    server.person = {"sub": "77", "email": "anna@example.ru", "email_verified": verified}

    go_through(client, server)

    assert (client.get(PROFILE).status_code == 200) == comes_in


def test_an_administrator_says_who_a_person_is_there(client, server, anna, capsys):
    server.person = {"sub": "1000000042", "preferred_username": "кто-то"}
    call_command("link_openid", "anna", "1000000042", reason="по заявлению")
    with pytest.raises(CommandError, match="уже связана"):
        call_command("link_openid", "anna", "другой", reason="по заявлению")

    go_through(client, server)
    assert client.get(PROFILE).context["user"] == anna

    call_command("link_openid", "anna", remove=True, reason="перешла в другой край")
    assert capsys.readouterr().out == "Связан.\nСвязь разорвана.\n"
    assert not ExternalIdentity.objects.exists()
