"""Signing in: what is counted, what is told, what is remembered."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from accounts.enums import Counted
from accounts.models import AuditEvent, SignInLimit
from accounts.services.limits import count_attempt, sweep_limits
from accounts.services.people import system_user
from accounts.services.sign_in import (
    SignInRefused,
    check_own_password,
    check_sign_in,
    unlock_address,
    unlock_sign_in,
)
from tests.accounts.trail import no_trail
from tests.factories.schools import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "переправа-1982"
WRONG = "не тот"
HOME = "203.0.113.7"


def refused(now, login="anna", password=WRONG, address=HOME) -> str:
    with pytest.raises(SignInRefused) as refusal:
        check_sign_in(login=login, password=password, address=address, now=now)
    return str(refusal.value)


def enters(now, login="anna", address=HOME) -> bool:
    return check_sign_in(login=login, password=PASSWORD, address=address, now=now).login == login.strip()


def test_the_right_password_lets_in_and_forgets_failures(now):
    make_user("anna", password=PASSWORD)
    for _ in range(3):
        refused(now)

    assert enters(now, login=" anna ")
    assert [refused(now).endswith("Осталось попыток: 2.") for _ in range(3)] == [False, False, True]
    assert list(AuditEvent.objects.values_list("action", flat=True).distinct()) == ["sign_in.failed"]


def test_an_unknown_login_is_answered_as_a_wrong_password(now):
    make_user("anna", password=PASSWORD)

    assert refused(now, login="boris") == refused(now)
    unknown = AuditEvent.objects.get(actor_id=None)
    assert (unknown.action, unknown.actor_name, "boris" in str(unknown.__dict__)) == (
        "sign_in.failed",
        "неизвестный",
        False,
    )
    assert unknown.after == {"address": HOME}


@pytest.mark.parametrize("login", ["anna", "nobody"])
def test_five_failures_close_a_login_for_a_while_whether_or_not_somebody_has_it(now, login):
    make_user("anna", password=PASSWORD)
    said = [refused(now, login=login) for _ in range(5)]

    assert said[2].endswith(" Осталось попыток: 2.")
    assert said[3].endswith(" Осталось попыток: 1.")
    assert said[4].startswith("Слишком много неудачных попыток: вход закрыт до 10:45.")
    assert refused(now + timedelta(minutes=14), login=login, password=PASSWORD) == said[4]
    assert AuditEvent.objects.filter(action="sign_in.locked").count() == 1


def test_after_the_lock_the_right_password_lets_in_and_the_count_begins_anew(now):
    make_user("anna", password=PASSWORD)
    for _ in range(5):
        refused(now)

    assert "Слишком много" not in refused(now + timedelta(minutes=16))
    assert enters(now + timedelta(minutes=16))


def test_a_login_is_counted_whichever_way_its_letters_are_written(now):
    said = [refused(now, login=login) for login in ("Anna", "ANNA", " anna", "aNNa", "anna ")]

    assert said[4].startswith("Слишком много")


def test_failures_of_yesterday_are_forgotten(now):
    make_user("anna", password=PASSWORD)
    for _ in range(4):
        refused(now - timedelta(days=1))

    assert "Осталось" not in refused(now)


def test_an_address_is_closed_after_its_own_number_of_failures(now, settings):
    settings.SIGN_IN_ADDRESS_ATTEMPTS = 7
    make_user("anna", password=PASSWORD)
    said = [refused(now, login=f"guess-{number}") for number in range(7)]

    assert said[5].startswith("Логин или пароль не подходят")
    assert said[6].startswith("Слишком много неудачных попыток")
    assert refused(now, password=PASSWORD) == said[6]
    assert enters(now, address="198.51.100.9")
    locked = AuditEvent.objects.get(action="sign_in.address_locked")
    assert locked.after == {"address": HOME, "attempts": 7}


def test_those_who_come_in_take_nothing_from_the_others_of_their_address(now, settings):
    settings.SIGN_IN_ADDRESS_ATTEMPTS = 3
    make_user("anna", password=PASSWORD)

    assert all(enters(now) for _ in range(10))
    refused(now)
    assert enters(now)
    refused(now)
    assert refused(now).startswith("Слишком много")


def test_addresses_of_one_network_of_the_sixth_version_are_one(now, settings):
    settings.SIGN_IN_ADDRESS_ATTEMPTS = 2
    refused(now, login="a", address="2001:db8:1:2::1")

    assert refused(now, login="b", address="2001:db8:1:2:ffff::9").startswith("Слишком много")
    assert not refused(now, login="c", address="2001:db8:1:3::1").startswith("Слишком много")


def test_who_has_left_is_told_so_only_with_the_right_password(now):
    user = make_user("anna", password=PASSWORD)
    user.is_active = False
    user.save()

    assert refused(now, password=PASSWORD) == "Учётная запись закрыта. Обратитесь к тому, кто ведёт портал."
    assert "Учётная запись закрыта" not in refused(now)


def test_the_system_does_not_sign_in(now):
    system = system_user()
    system.set_password(PASSWORD)
    system.save()

    assert refused(now, login="system", password=PASSWORD).startswith("Логин или пароль не подходят")


def test_an_administrator_opens_a_login_and_says_why(now):
    user = make_user("anna", password=PASSWORD)
    for _ in range(5):
        refused(now)

    assert unlock_sign_in(user=user, actor=system_user(), now=now, reason="звонил сам")
    assert enters(now)
    assert AuditEvent.objects.get(action="sign_in.unlocked").reason == "звонил сам"
    assert not unlock_sign_in(user=user, actor=system_user(), now=now, reason="ещё раз")


def test_a_login_is_not_closed_where_that_cannot_be_written_down(now):
    make_user("anna", password=PASSWORD)
    for _ in range(4):
        refused(now)

    with no_trail(), pytest.raises(DatabaseError):
        check_sign_in(login="anna", password=WRONG, address=HOME, now=now)

    limit = SignInLimit.objects.get(kind=Counted.LOGIN)
    assert (limit.failures, limit.locked_until) == (5, None)


def test_an_administrator_opens_an_address(now, settings):
    settings.SIGN_IN_ADDRESS_ATTEMPTS = 1
    make_user("anna", password=PASSWORD)
    refused(now, login="guess")

    assert unlock_address(address=HOME, actor=system_user(), now=now, reason="это наша школа")
    assert enters(now)


def test_the_password_asked_once_more_is_counted_with_attempts_to_sign_in(now):
    user = make_user("anna", password=PASSWORD)
    for _ in range(4):
        with pytest.raises(SignInRefused, match="Введите тот, с которым вы вошли"):
            check_own_password(user=user, password=WRONG, address=HOME, now=now)

    with pytest.raises(SignInRefused, match="Слишком много"):
        check_own_password(user=user, password=WRONG, address=HOME, now=now)
    assert refused(now, password=PASSWORD).startswith("Слишком много")


def test_what_was_typed_is_kept_nowhere(now):
    refused(now, login="мой-пароль-2021")

    kept = [*SignInLimit.objects.values_list(), *AuditEvent.objects.values_list()]
    assert "мой-пароль-2021" not in str(kept)


def test_attempts_that_count_no_more_are_swept(now):
    count_attempt(kind=Counted.LOGIN, value="old", now=now - timedelta(days=2))
    count_attempt(kind=Counted.LOGIN, value="new", now=now)

    sweep_limits(now=now)

    assert SignInLimit.objects.get().since == now
