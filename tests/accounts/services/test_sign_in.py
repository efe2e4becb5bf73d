"""Signing in: what is counted, what is told, what is remembered."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from accounts.services.people import system_user
from accounts.services.sign_in import SignInRefused, check_sign_in
from tests.factories.schools import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "переправа-1982"


WRONG = "не тот"


def refused(now, login="anna", password=WRONG) -> str:
    with pytest.raises(SignInRefused) as refusal:
        check_sign_in(login=login, password=password, now=now)
    return str(refusal.value)


def test_the_right_password_lets_in_and_forgets_failures(now):
    user = make_user("anna", password=PASSWORD)
    refused(now)

    assert check_sign_in(login=" anna ", password=PASSWORD, now=now) == user

    user.refresh_from_db()
    assert user.failed_sign_ins == 0
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "actor_id")) == [
        ("sign_in.failed", user.pk),
        ("sign_in.succeeded", user.pk),
    ]


def test_an_unknown_login_is_answered_as_a_wrong_password(now):
    make_user("anna", password=PASSWORD)

    assert refused(now, login="boris") == refused(now)
    unknown = AuditEvent.objects.get(actor_id=None)
    assert (unknown.action, unknown.actor_name, "boris" in str(unknown.__dict__)) == (
        "sign_in.failed",
        "неизвестный",
        False,
    )


def test_five_failures_close_the_account_for_a_while(now):
    make_user("anna", password=PASSWORD)
    said = [refused(now) for _ in range(5)]

    assert said[2].endswith(" Осталось попыток: 2.")
    assert said[3].endswith(" Осталось попыток: 1.")
    assert said[4].startswith("Слишком много неудачных попыток: вход закрыт до 10:45.")
    assert refused(now + timedelta(minutes=14), password=PASSWORD) == said[4]
    assert check_sign_in(login="anna", password=PASSWORD, now=now + timedelta(minutes=16)).login == "anna"
    assert AuditEvent.objects.filter(action="sign_in.locked").count() == 1


def test_after_the_lock_the_count_begins_anew(now):
    make_user("anna", password=PASSWORD)
    for _ in range(5):
        refused(now)

    assert "Слишком много" not in refused(now + timedelta(minutes=16))


def test_who_has_left_is_told_so_only_with_the_right_password(now):
    user = make_user("anna", password=PASSWORD)
    user.is_active = False
    user.save()

    assert refused(now, password=PASSWORD) == "Учётная запись закрыта. Обратитесь к тому, кто ведёт портал."
    assert "закрыта" not in refused(now)


def test_the_system_does_not_sign_in(now):
    system = system_user()
    system.set_password(PASSWORD)
    system.save()

    assert refused(now, login="system", password=PASSWORD).startswith("Логин или пароль не подходят")
