"""Whoever manages people opens a locked sign-in, ends sessions and takes a lost telephone off, within the own reach."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Counted
from accounts.models import AuditEvent, OpenSession, SecondFactor, SignInLimit
from accounts.permissions import Role
from accounts.services.invitations import accept_invitation
from accounts.services.limits import count_attempt
from accounts.services.people import PasswordTooWeak
from accounts.services.second_factor import new_secret, set_up_second_factor
from tests.accounts.telephone import code_at
from tests.factories.schools import make_municipality, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def kezhma():
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def administrator(kezhma, client):
    user = make_user("accounts", Role.ACCOUNT_ADMINISTRATOR, kezhma.parent)
    client.force_login(user)
    return user


@pytest.fixture
def person(kezhma, client, now):
    """Somebody who is signed in, has a telephone, and whose login is locked."""
    user, secret = make_user("person", Role.MUNICIPAL_COORDINATOR, kezhma), new_secret()
    set_up_second_factor(user=user, secret=secret, code=code_at(secret, now), now=now)
    type(client)().force_login(user)
    return user


def ask(client, person, act, reason="звонила сама"):
    return client.post(reverse("people:coming-in", args=[person.pk]), {"act": act, "reason": reason})


def lock(person, moment) -> None:
    for _ in range(6):
        count_attempt(kind=Counted.LOGIN, value=person.login, now=moment)


def test_a_lock_is_seen_and_opened(client, administrator, person):
    lock(person, timezone.now())
    page = reverse("people:person", args=[person.pk])
    assert "слишком много неудачных попыток" in client.get(page).text

    assert ask(client, person, "lock").headers["Location"] == page

    assert "вход открыт" in client.get(page).text
    assert not SignInLimit.objects.exists()
    assert AuditEvent.objects.get(action="sign_in.unlocked").reason == "звонила сама"


def test_sessions_are_ended(client, administrator, person):
    assert OpenSession.objects.filter(user=person).count() == 1

    ask(client, person, "sessions")

    assert not OpenSession.objects.filter(user=person).exists()
    assert AuditEvent.objects.get(action="sessions.ended").actor_id == administrator.pk


def test_a_lost_telephone_is_taken_off_and_sessions_are_ended(client, administrator, person):
    ask(client, person, "second_factor")

    assert not SecondFactor.objects.exists()
    assert not OpenSession.objects.filter(user=person).exists()
    assert AuditEvent.objects.get(action="second_factor.removed").reason == "звонила сама"


def test_a_forgotten_password_is_taken_away_and_a_link_gives_a_new_one(client, administrator, person):
    person.set_password("переправа-1982")
    person.save()

    page = client.post(
        reverse("people:coming-in", args=[person.pk]), {"act": "password", "reason": "забыла"}, follow=True
    )

    assert "Выдать новую ссылку" in page.text
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert not OpenSession.objects.filter(user=person).exists()
    key = re.search(r"/accounts/invitation/([\w-]+)/", client.post(reverse("people:link", args=[person.pk])).text)[1]
    with pytest.raises(PasswordTooWeak, match="уже был"):
        accept_invitation(key=key, full_name="", password="переправа-1982", now=timezone.now())
    accept_invitation(key=key, full_name="", password="берег-енисея-5", now=timezone.now())
    person.refresh_from_db()
    assert person.check_password("берег-енисея-5")


@pytest.mark.parametrize("act", ["sessions", "lock", "password", "second_factor"])
def test_nobody_does_it_without_a_reason_to_oneself_or_beyond_the_own_reach(client, administrator, person, kezhma, act):
    assert ask(client, person, act, reason=" ").status_code == 422
    assert ask(client, administrator, act).status_code == 422
    head = make_user("head", Role.MUNICIPAL_HEAD, make_municipality(kezhma.parent, "109"))
    client.force_login(head)
    assert ask(client, person, act).status_code == 404
    client.force_login(person)
    assert ask(client, person, act).status_code == 403

    assert SecondFactor.objects.count() == 1
    assert not AuditEvent.objects.filter(
        action__in=["sign_in.unlocked", "sessions.ended", "user.password_cleared"]
    ).exists()


def test_a_head_does_it_in_the_own_territory(client, person, kezhma):
    client.force_login(make_user("head", Role.MUNICIPAL_HEAD, kezhma))

    assert ask(client, person, "second_factor").status_code == 302
    assert not SecondFactor.objects.exists()
