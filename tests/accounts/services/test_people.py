"""Accounts are made with a password that only their owner learns; commands act as somebody who may."""

import pytest

from accounts.enums import Counted
from accounts.models import AuditEvent, SignInLimit, User
from accounts.services.limits import count_attempt
from accounts.services.people import (
    LoginTaken,
    NoSuchPerson,
    PasswordTooWeak,
    acting_user,
    change_password,
    create_user,
    generate_password,
    system_user,
)

pytestmark = pytest.mark.django_db


def test_system_is_one_and_cannot_sign_in():
    first, second = system_user(), system_user()

    assert first == second
    assert (first.login, first.is_system, first.has_usable_password()) == ("system", True, False)


def test_a_made_up_password_opens_the_account(now):
    user, password = create_user(login="ivanova", full_name="Иванова Анна Петровна", actor=system_user(), now=now)

    assert user.check_password(password)
    assert len(password) == 14
    assert user.password != password
    assert AuditEvent.objects.get().action == "user.created"


def test_made_up_passwords_differ():
    assert len({generate_password() for _ in range(50)}) == 50


def test_a_login_is_taken_once(now):
    create_user(login="ivanova", full_name="Иванова", actor=system_user(), now=now)

    with pytest.raises(LoginTaken, match="«ivanova» уже занят"):
        create_user(login=" ivanova ", full_name="Другая", actor=system_user(), now=now)


def test_a_weak_password_is_refused(now):
    with pytest.raises(PasswordTooWeak):
        create_user(login="ivanova", full_name="Иванова", actor=system_user(), now=now, password="12345678")
    assert not User.objects.filter(login="ivanova").exists()


def test_a_new_password_unlocks(now):
    user, _ = create_user(login="ivanova", full_name="Иванова", actor=system_user(), now=now)
    for _ in range(6):
        standing = count_attempt(kind=Counted.LOGIN, value="ivanova", now=now)
    assert standing.locked_until

    change_password(user=user, password="новый-длинный-пароль", actor=user, now=now)

    user.refresh_from_db()
    assert user.check_password("новый-длинный-пароль")
    assert not SignInLimit.objects.exists()


def test_a_new_password_leaves_wrong_codes_counted(now):
    user, _ = create_user(login="ivanova", full_name="Иванова", actor=system_user(), now=now)
    for _ in range(4):
        standing = count_attempt(kind=Counted.CODE, value=str(user.pk), now=now)

    change_password(user=user, password="новый-длинный-пароль", actor=user, now=now)

    assert count_attempt(kind=Counted.CODE, value=str(user.pk), now=now).left == standing.left - 1


def test_commands_act_as_the_system_or_as_somebody_who_works(now):
    user, _ = create_user(login="ivanova", full_name="Иванова", actor=system_user(), now=now)

    assert acting_user(None) == system_user()
    assert acting_user("ivanova") == user
    with pytest.raises(NoSuchPerson, match="«petrova» нет"):
        acting_user("petrova")


def test_nobody_acts_as_who_has_left(now):
    user, _ = create_user(login="ivanova", full_name="Иванова", actor=system_user(), now=now)
    user.is_active = False
    user.save()

    with pytest.raises(NoSuchPerson, match="закрыта"):
        acting_user("ivanova")
