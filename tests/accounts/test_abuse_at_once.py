"""Attempts made at the same moment, as a machine makes them: they pass no limit together, and a code is used once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import AuditEvent
from accounts.services.second_factor import CodeRefused, check_code, new_secret, set_up_second_factor
from accounts.services.sign_in import SignInRefused, check_sign_in
from tests.accounts.telephone import code_at
from tests.factories.schools import make_user

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "переправа-1982"
HOME = "203.0.113.7"
AT_ONCE = 12


def at_once(attempt: Callable[[int], object]) -> list[object]:
    """Make the attempts in as many threads, each on a connection of its own, begun together."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> object:
        start.wait(timeout=30)
        try:
            return attempt(number)
        except (SignInRefused, CodeRefused) as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def is_locked(said: object) -> bool:
    return str(said).startswith("Слишком много неудачных попыток")


@pytest.mark.parametrize("login", ["anna", "nobody"])
def test_twelve_guesses_at_once_are_heard_five_times(now, login):
    make_user("anna", password=PASSWORD)

    said = at_once(lambda number: check_sign_in(login=login, password=f"{number}", address=HOME, now=now))

    assert sum(map(is_locked, said)) == 8
    assert sorted(AuditEvent.objects.values_list("action", flat=True)) == ["sign_in.failed"] * 4 + ["sign_in.locked"]
    with pytest.raises(SignInRefused, match="Слишком много"):
        check_sign_in(login=login, password=PASSWORD, address="198.51.100.1", now=now)


def test_the_right_password_many_times_at_once_locks_nobody(now, settings):
    settings.SIGN_IN_ATTEMPTS = AT_ONCE
    user = make_user("anna", password=PASSWORD)

    said = at_once(lambda _: check_sign_in(login="anna", password=PASSWORD, address=HOME, now=now))

    assert said == [user] * AT_ONCE


def test_more_who_come_in_at_once_than_may_fail_lock_nobody(now, settings):
    settings.SIGN_IN_ADDRESS_ATTEMPTS = 4
    for number in range(AT_ONCE):
        make_user(f"person-{number}", password=PASSWORD)

    at_once(lambda number: check_sign_in(login=f"person-{number}", password=PASSWORD, address=HOME, now=now))

    assert check_sign_in(login="person-0", password=PASSWORD, address=HOME, now=now).login == "person-0"


@pytest.fixture
def phone(now):
    user, secret = make_user("anna", password=PASSWORD), new_secret()
    codes = set_up_second_factor(user=user, secret=secret, code=code_at(secret, now), now=now)
    return user, secret, codes


def test_one_code_of_the_telephone_at_once_lets_in_once(now, settings, phone):
    settings.SIGN_IN_ATTEMPTS = 2 * AT_ONCE
    user, secret, _ = phone
    later = now + timedelta(minutes=5)

    said = at_once(lambda _: check_code(user=user, code=code_at(secret, later), now=later))

    assert said.count("totp") == 1


def test_one_code_of_paper_at_once_lets_in_once(now, settings, phone):
    settings.SIGN_IN_ATTEMPTS = 2 * AT_ONCE
    user, _, codes = phone

    said = at_once(lambda _: check_code(user=user, code=codes[0], now=now))

    assert said.count("recovery") == 1


def test_twelve_codes_at_once_are_heard_five_times(now, phone):
    user, secret, _ = phone
    later = now + timedelta(minutes=5)

    said = at_once(lambda number: check_code(user=user, code=f"{number:06}", now=later))

    assert sum(map(is_locked, said)) == 8
    with pytest.raises(CodeRefused, match="Слишком много"):
        check_code(user=user, code=code_at(secret, later), now=later)


def test_two_who_set_up_at_once_leave_one_second_factor(now):
    user = make_user("anna", password=PASSWORD)
    secrets = [new_secret() for _ in range(AT_ONCE)]

    def attempt(number: int) -> list[str]:
        return set_up_second_factor(user=user, secret=secrets[number], code=code_at(secrets[number], now), now=now)

    with pytest.raises(Exception, match="уже включён"):
        at_once(attempt)
    assert user.recovery_codes.count() == 10
