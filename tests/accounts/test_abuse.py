"""
Who tries to come in without being let in: by guessing passwords and codes, and by asking who there is.

By another's browser or link: test_abuse_by_others.py; many attempts at once: test_abuse_at_once.py; through another
server: test_openid.py.
"""

import re
import time

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.services.people import system_user
from common.addresses import address_of
from tests.accounts.conftest import CODE, PASSWORD, SIGN_IN
from tests.accounts.hashers import CountingHasher
from tests.factories.schools import make_user

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/profile/"
LOCKED = "Слишком много неудачных попыток"
GUESSES = [f"догадка-{number}" for number in range(12)]


def is_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


def try_in(client: Client, login: str, password: str, **more: str):
    return client.post(SIGN_IN, {"login": login, "password": password, **more})


def words_of(answer, *, without: str = "") -> str:
    """The page without what differs from request to request: the token, and the login that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", answer.content.decode())
    text = re.sub(r"\d\d:\d\d", "…", text)
    return text.replace(without, "…") if without else text


def heads_of(answer) -> dict[str, str]:
    """The heads of an answer without its moment, and without its length, which the login that was typed makes."""
    return {name: value for name, value in answer.headers.items() if name not in {"Content-Length", "Expires"}}


# --- Guessing ---------------------------------------------------------------------------------------------------------


def test_one_login_is_guessed_five_times_and_no_more(anna, browser):
    said = [try_in(browser(), "anna", guess) for guess in GUESSES]

    assert [answer.status_code for answer in said] == [422] * 12
    assert [LOCKED in answer.content.decode() for answer in said] == [False] * 4 + [True] * 8
    assert LOCKED in try_in(browser(), "anna", PASSWORD).content.decode()
    assert AuditEvent.objects.filter(action="sign_in.failed").count() == 4
    assert AuditEvent.objects.filter(action="sign_in.locked").count() == 1


def test_other_browsers_and_addresses_are_no_new_beginning(anna, browser):
    for number, guess in enumerate(GUESSES):
        try_in(browser(address=f"203.0.113.{number}", agent=f"agent {number}"), "anna", guess)

    assert LOCKED in try_in(browser(address="198.51.100.1"), "anna", PASSWORD).content.decode()


def test_letters_and_spaces_of_the_login_are_no_new_beginning(anna, browser):
    for login in ("anna", " anna", "ANNA", "Anna ", "aNNa"):
        try_in(browser(), login, "догадка")

    assert LOCKED in try_in(browser(), "anna", PASSWORD).content.decode()


def test_one_password_is_tried_on_fifty_logins_and_no_more(anna, browser):
    for number in range(50):
        try_in(browser(), f"person-{number}", "Лето-2021-года")

    assert LOCKED in try_in(browser(), "anna", PASSWORD).content.decode()
    assert is_in(browser("anna", address="198.51.100.1"))
    assert AuditEvent.objects.filter(action="sign_in.address_locked").count() == 1


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.1:", ""),
        ("неизвестно", ""),
    ],
)
def test_a_port_is_no_part_of_an_address(rf, settings, told, meant):
    settings.PROXIES = 1

    assert address_of(rf.get("/", headers={"X-Forwarded-For": told})) == meant


@pytest.mark.parametrize("proxies", [0, 1])
def test_an_address_is_not_changed_by_saying_so(anna, browser, settings, proxies):
    settings.PROXIES, settings.SIGN_IN_ADDRESS_ATTEMPTS = proxies, 3
    for number in range(4):
        invented = f"10.0.0.{number}"
        told = f"{invented}, 203.0.113.7" if proxies else invented
        answer = browser().post(SIGN_IN, {"login": f"p{number}", "password": "x"}, headers={"X-Forwarded-For": told})

    assert LOCKED in answer.content.decode()


def test_who_comes_in_himself_opens_nothing_for_his_address(anna, browser, settings):
    settings.SIGN_IN_ADDRESS_ATTEMPTS = 6
    for number in range(6):
        try_in(browser(), f"person-{number}", "догадка")
        try_in(browser(), "anna", PASSWORD)

    assert LOCKED in try_in(browser(), "anna", PASSWORD).content.decode()


def test_the_present_password_is_not_guessed_where_it_is_changed(anna, browser):
    here = browser("anna")
    form = {"new": "берег-енисея-5", "again": "берег-енисея-5"}
    said = [here.post("/accounts/password/", {"current": guess, **form}) for guess in GUESSES]

    assert LOCKED in said[4].content.decode()
    assert LOCKED in here.post("/accounts/password/", {"current": PASSWORD, **form}).content.decode()
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


# --- Asking who there is ----------------------------------------------------------------------------------------------


def make_kind(kind: str) -> str:
    """Make somebody of a kind and return the login."""
    if kind == "left":
        User.objects.filter(pk=make_user("left", password=PASSWORD).pk).update(is_active=False)
    elif kind == "system":
        system_user()
    elif kind == "without a password":
        make_user("without a password")
    elif kind == "known":
        make_user("known", password=PASSWORD)
    return kind


KINDS = ["known", "left", "system", "without a password"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("attempts", [1, 3, 4, 5, 6, 9])
def test_a_login_that_somebody_has_is_answered_as_one_that_nobody_has(browser, kind, attempts):
    login, here, there = make_kind(kind), browser(), browser(address="198.51.100.1")
    for number in range(attempts):
        known = try_in(here, login, GUESSES[number])
        unknown = try_in(there, "nobody at all", GUESSES[number])

    assert (known.status_code, heads_of(known)) == (unknown.status_code, heads_of(unknown))
    assert words_of(known, without=login) == words_of(unknown, without="nobody at all")


@pytest.mark.parametrize("kind", [*KINDS, "unknown"])
def test_every_refusal_takes_the_same_work(browser, settings, kind):
    settings.PASSWORD_HASHERS = ["tests.accounts.hashers.CountingHasher"]
    login = make_kind(kind)
    CountingHasher.rounds.clear()

    try_in(browser(), login, "догадка")

    assert CountingHasher.rounds == [10]


def test_the_clock_tells_nothing_of_a_login(browser, settings):
    """With Django's own hasher, at its own number of rounds."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.SIGN_IN_ATTEMPTS = settings.SIGN_IN_ADDRESS_ATTEMPTS = 100
    make_user("known", password=PASSWORD)
    took: dict[str, list[float]] = {"known": [], "nobody": []}
    for _ in range(3):
        for login, times in took.items():
            begun = time.process_time()
            try_in(browser(), login, "догадка")
            times.append(time.process_time() - begun)

    known, nobody = (min(times) for times in took.values())
    assert 0.5 < known / nobody < 2


def test_a_second_factor_is_told_only_to_who_has_the_password(anna, browser, telephone):
    plain = words_of(try_in(browser(), "anna", "догадка"))
    telephone(anna)

    assert words_of(try_in(browser(), "anna", "догадка")).replace("1.", "2.") == plain.replace("1.", "2.")


def test_that_somebody_has_left_is_told_only_to_who_has_the_password(browser):
    login = make_kind("left")

    assert "Учётная запись закрыта" not in try_in(browser(), login, "догадка").content.decode()
    assert "Учётная запись закрыта" in try_in(browser(), login, PASSWORD).content.decode()


# --- Codes ------------------------------------------------------------------------------------------------------------


def test_codes_are_guessed_five_times_and_no_more(anna, browser, telephone):
    phone, here = telephone(anna), browser("anna")
    said = [here.post(CODE, {"code": f"{number:06}"}).content.decode() for number in range(8)]

    assert [LOCKED in one for one in said] == [False] * 4 + [True] * 4
    assert LOCKED in here.post(CODE, {"code": phone.show()}).content.decode()


def test_the_password_shown_again_is_no_new_beginning_for_codes(anna, browser, telephone):
    phone = telephone(anna)
    heard = 0
    for number in range(8):
        here = browser("anna", address=f"203.0.113.{number}")
        heard += LOCKED not in here.post(CODE, {"code": f"{number:06}"}).content.decode()

    assert heard == 4  # the fifth locks
    assert LOCKED in browser("anna").post(CODE, {"code": phone.codes[0]}).content.decode()


@pytest.mark.parametrize(
    "code",
    [
        "",
        " ",
        "000000",
        "12345",
        "1234567",
        "１２３４５６",
        "١٢٣٤٥٦",
        "٠" * 6,
        "abcde-fghjk",
        "' OR 1=1 --",
        "0" * 40,
        "🙂🙂",
        "-" * 30,
    ],
)
def test_what_is_no_code_opens_nothing_and_breaks_nothing(anna, browser, telephone, code):
    telephone(anna)
    here = browser("anna")

    assert here.post(CODE, {"code": code}).status_code == 422
    assert not is_in(here)


def test_a_code_seen_over_the_shoulder_opens_no_other_browser(anna, browser, telephone):
    phone = telephone(anna)
    code, first, second = phone.show(), browser("anna"), browser("anna")

    assert [one.post(CODE, {"code": code}).status_code for one in (first, second)] == [302, 422]


def test_a_code_of_paper_opens_no_second_browser(anna, browser, telephone):
    phone = telephone(anna)
    first, second = browser("anna"), browser("anna")

    assert [one.post(CODE, {"code": phone.codes[0]}).status_code for one in (first, second)] == [302, 422]


def test_a_code_belongs_to_the_person_whose_password_was_shown(anna, pyotr, browser, telephone):
    telephone(anna)
    theirs = telephone(pyotr)
    here = browser("anna")

    for form in ({"code": theirs.show()}, {"code": theirs.codes[0], "user": pyotr.pk, "login": "pyotr"}):
        assert here.post(CODE, form).status_code == 422
    assert not is_in(here)


def test_codes_are_not_guessed_where_the_second_factor_is_taken_off(anna, browser, telephone):
    phone, here = telephone(anna), browser("anna")
    here.post(CODE, {"code": phone.codes[0]})
    remove = "/accounts/second-factor/remove/"
    for number in range(5):
        here.post(remove, {"password": PASSWORD, "code": f"{number:06}"})

    assert LOCKED in here.post(remove, {"password": PASSWORD, "code": phone.show()}).content.decode()
