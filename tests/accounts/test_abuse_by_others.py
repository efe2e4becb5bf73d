"""
Who tries to come in by another's browser, link or form; and what a browser and a server keep to themselves.

Guessing is in test_abuse.py.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import OpenSession, User
from accounts.services.people import change_password
from tests.accounts.conftest import CODE, PASSWORD, SIGN_IN
from tests.factories.schools import make_user
from tests.platform.processes import PROJECT

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/profile/"


def is_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


def try_in(client: Client, login: str, password: str, **more: str):
    return client.post(SIGN_IN, {"login": login, "password": password, **more})


# --- Another's session ------------------------------------------------------------------------------------------------


def test_a_session_that_was_known_before_is_not_the_one_that_came_in(anna, browser):
    here = browser()
    here.get("/jobs/?year=2021")
    session = here.session
    session["programme_year"] = 2021
    session.save()
    known = session.session_key
    try_in(here, "anna", PASSWORD)

    thief = browser()
    thief.cookies["sessionid"] = known
    assert (is_in(here), is_in(thief)) == (True, False)


def test_a_session_that_was_known_before_the_code_is_not_the_one_that_came_in(anna, browser, telephone):
    phone, here = telephone(anna), browser()
    session = here.session
    session["programme_year"] = 2021
    session.save()
    keys = [session.session_key]
    try_in(here, "anna", PASSWORD)
    keys.append(here.session.session_key)
    here.post(CODE, {"code": phone.show()})
    keys.append(here.session.session_key)

    assert len(set(keys)) == 3
    for key in keys[:2]:
        thief = browser()
        thief.cookies["sessionid"] = key
        assert (is_in(thief), thief.get(CODE).status_code) == (False, 302)


@pytest.mark.parametrize("key", ["x" * 32, "../../etc/passwd", "' OR 1=1 --", ""])
def test_an_invented_key_is_nobodys_session_and_is_not_kept(anna, browser, key):
    here = browser()
    here.cookies["sessionid"] = key
    assert not is_in(here)

    try_in(here, "anna", PASSWORD)
    assert here.cookies["sessionid"].value != key


def test_a_new_sign_in_while_somebody_is_in_changes_nobody(anna, browser):
    """A villain's form, sent by a victim's browser, must not make the victim work under the villain's name."""
    make_user("villain", password=PASSWORD)
    here = browser("anna")

    try_in(here, "villain", PASSWORD)

    assert here.get(PROFILE).context["user"] == anna


def test_going_out_leaves_no_session_behind(anna, browser):
    here = browser("anna")
    key = here.session.session_key
    here.post("/accounts/sign-out/")

    thief = browser()
    thief.cookies["sessionid"] = key
    assert (is_in(thief), OpenSession.objects.count()) == (False, 0)


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_nobody_is_signed_out_by_a_link_or_a_picture(anna, browser, method):
    here = browser("anna")

    assert getattr(here, method)("/accounts/sign-out/").status_code == 405
    assert is_in(here)


@pytest.mark.parametrize("event", ["deactivated", "new password", "signed out from elsewhere"])
@pytest.mark.parametrize("step", ["password shown", "signed in"])
def test_what_ends_an_account_ends_its_browsers_and_those_half_way_in(anna, browser, telephone, now, event, step):
    phone, here = telephone(anna), browser("anna")
    if step == "signed in":
        here.post(CODE, {"code": phone.codes[0]})
        assert is_in(here)
    if event == "deactivated":
        User.objects.filter(pk=anna.pk).update(is_active=False)
    elif event == "new password":
        change_password(user=anna, password="берег-енисея-5", actor=anna, now=now)
    else:
        here.session.delete()

    answer = here.post(CODE, {"code": phone.codes[1]}) if step == "password shown" else here.get(PROFILE)
    assert answer.headers["Location"].partition("?")[0] == SIGN_IN
    assert not is_in(here)


# --- Another's link and form ------------------------------------------------------------------------------------------


ELSEWHERE = [
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "https:evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "vbscript:x", "\tjavascript:alert(1)", " //evil.example", "/\t/evil.example", "http:///evil.example",
    "https://testserver@evil.example/", "https://testserver.evil.example/", "https://evil.example\\@testserver/",
    "ftp://testserver/", "//testserver:80@evil.example",
]  # fmt: skip


@pytest.mark.parametrize("following", ELSEWHERE)
@pytest.mark.parametrize("by", ["form", "address", "code"])
def test_nobody_is_sent_elsewhere_after_coming_in(anna, browser, telephone, following, by):
    here = browser()
    if by == "code":
        phone = telephone(anna)
        try_in(here, "anna", PASSWORD, next=following)
        answer = here.post(CODE, {"code": phone.show()})
    elif by == "form":
        answer = try_in(here, "anna", PASSWORD, next=following)
    else:
        answer = here.post(SIGN_IN, {"login": "anna", "password": PASSWORD}, query_params={"next": following})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


POSTS = [
    "sign-in", "sign-in-code", "sign-out", "password", "second-factor-set-up", "second-factor-remove", "recovery-codes",
    "recovery-codes-renew", "sessions-end-others",
]  # fmt: skip


@pytest.mark.parametrize("name", POSTS)
def test_a_form_of_another_site_does_nothing(anna, name):
    villain = Client(enforce_csrf_checks=True)
    if name not in {"sign-in", "sign-in-code"}:
        villain.force_login(anna)

    assert villain.post(reverse(f"accounts:{name}"), {"login": "anna", "password": PASSWORD}).status_code == 403


def test_every_form_of_oneself_is_among_those_tried():
    parts = ("sign", "second", "recovery", "sessions", "password")
    own = {one.name for one in get_resolver("accounts.urls").url_patterns if one.name.startswith(parts)}

    assert own - {"second-factor", "recovery-codes-file"} == set(POSTS)


# --- Half way in ------------------------------------------------------------------------------------------------------


def pages(patterns: list | None = None, space: str = "") -> dict[str, str]:
    """Every address of the portal that needs no key, by its name."""
    found = {}
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            found |= pages(one.url_patterns, one.namespace or space)
        elif one.name:
            name = f"{space}:{one.name}" if space else one.name
            with suppress(NoReverseMatch):
                found[name] = reverse(name)
    return found


def test_the_password_alone_opens_no_page(anna, browser, telephone):
    telephone(anna)
    here, stranger = browser("anna"), browser()
    assert len(pages()) > 40

    seen = {
        name: (here.get(address).status_code, stranger.get(address).status_code) for name, address in pages().items()
    }

    assert seen.pop("accounts:sign-in-code") == (200, 302)
    assert {name: codes for name, codes in seen.items() if codes[0] != codes[1]} == {}


# --- What is typed, and what browser and server keep ------------------------------------------------------------------


@pytest.mark.parametrize(
    "login",
    ["", " ", "а" * 101, "anna\x00", "' OR 1=1 --", "<script>alert(1)</script>", "\u202eanna", "anna\n", "🙂", "%00"],
)
def test_what_is_no_login_breaks_nothing(anna, browser, login):
    answer = try_in(browser(), login, "догадка")

    assert answer.status_code in {400, 422}
    assert "<script>alert" not in answer.content.decode()


def test_pages_of_secrets_are_kept_by_no_cache(anna, browser):
    here = browser("anna")
    for page in ("/accounts/second-factor/set-up/", "/accounts/sessions/", "/accounts/password/"):
        assert "no-store" in here.get(page).headers["Cache-Control"]
    assert "no-store" in browser().get(SIGN_IN).headers["Cache-Control"]


def test_cookies_of_a_session_are_not_read_by_scripts_nor_sent_by_other_sites(anna, browser):
    here = browser("anna")
    told = {name: here.cookies[name] for name in ("sessionid", "csrftoken")}

    kept = {name: (one["httponly"], one["samesite"], one["path"], one["domain"]) for name, one in told.items()}
    assert kept == {"sessionid": (True, "Lax", "/", ""), "csrftoken": (True, "Lax", "/", "")}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> dict[str, object]:
    """The settings of a server, read from a new .env by a process of their own."""
    text = subprocess.run([PROJECT / "scripts" / "new_env.sh"], capture_output=True, text=True, check=True).stdout
    told = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    told |= {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path_factory.mktemp("server"))}
    names = [
        *("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"),
        *("CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE", "DEBUG"),
        *("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECOND_FACTOR_REQUIRED", "PROXIES", "SESSION_COOKIE_AGE"),
    ]
    code = f"import json; from config.settings import base; print(json.dumps({{n: getattr(base, n) for n in {names}}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=told, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_NAME", "__Host-sessionid"),
        ("SESSION_COOKIE_SECURE", True),
        ("SESSION_COOKIE_HTTPONLY", True),
        ("SESSION_COOKIE_SAMESITE", "Lax"),
        ("SESSION_COOKIE_AGE", 12 * 60 * 60),
        ("CSRF_COOKIE_NAME", "__Host-csrftoken"),
        ("CSRF_COOKIE_SECURE", True),
        ("CSRF_COOKIE_HTTPONLY", True),
        ("CSRF_COOKIE_SAMESITE", "Lax"),
        ("SECURE_SSL_REDIRECT", True),
        ("SECURE_HSTS_SECONDS", 31_536_000),
        ("SECOND_FACTOR_REQUIRED", True),
        ("PROXIES", 1),
        ("DEBUG", False),
    ],
)
def test_a_server_is_strict_without_being_told(server, name, value):
    assert server[name] == value
