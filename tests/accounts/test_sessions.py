"""Browsers in which one has signed in: the list, ending them, and how long they last."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from accounts.models import AuditEvent, OpenSession
from accounts.services.people import change_password
from accounts.services.sessions import SEEN, STARTED, sweep_sessions
from tests.factories.schools import make_user

pytestmark = pytest.mark.django_db
LIST = "/accounts/sessions/"
PROFILE = "/accounts/profile/"


def is_in(client) -> bool:
    return client.get(PROFILE).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_own_sessions_only_in_constant_queries(anna, browser, count, django_assert_num_queries):
    make_user("boris", password="переправа-1982")
    browser("boris", agent="чужой")
    browsers = [browser("anna", agent=f"Chrome/{number} (Android 15)") for number in range(count)]

    with django_assert_num_queries(4):  # session, user, sessions, appointments for the top bar
        page = browsers[0].get(LIST)

    assert [one.browser for one in page.context["sessions"]] == [
        f"Chrome/{number} (Android 15)" for number in reversed(range(count))
    ]
    text = page.content.decode()
    assert (text.count("Chrome, Android"), text.count("203.0.113.7"), text.count(">этот<")) == (count, count, 1)


def test_another_browser_is_signed_out_from_here(anna, browser):
    here, there = browser("anna"), browser("anna")
    other = OpenSession.objects.get(session_key=there.session.session_key)

    assert here.post(f"{LIST}{other.pk}/end/").headers["Location"] == LIST

    assert (is_in(here), is_in(there)) == (True, False)
    assert AuditEvent.objects.filter(action="session.ended").count() == 1


def test_this_browser_is_signed_out_from_the_list(anna, browser):
    here = browser("anna")

    assert here.post(f"{LIST}{OpenSession.objects.get().pk}/end/").headers["Location"] == "/accounts/sign-in/"
    assert not is_in(here)


def test_a_foreign_session_is_as_a_missing_one(anna, browser):
    make_user("boris", password="переправа-1982")
    boris, here = browser("boris"), browser("anna")
    foreign = OpenSession.objects.get(session_key=boris.session.session_key)

    answers = [here.post(f"{LIST}{pk}/end/") for pk in (foreign.pk, foreign.pk + 1000)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert is_in(boris)


def test_all_others_are_signed_out(anna, browser):
    here, *others = (browser("anna") for _ in range(4))

    here.post(f"{LIST}end-others/")

    assert [is_in(one) for one in (here, *others)] == [True, False, False, False]
    assert AuditEvent.objects.get(action="sessions.ended").before == {"count": 3}


def test_an_administrator_signs_somebody_out_everywhere(anna, browser, capsys):
    browsers = [browser("anna") for _ in range(2)]

    call_command("end_sessions", "anna", reason="уволилась")

    assert [is_in(one) for one in browsers] == [False, False]
    assert capsys.readouterr().out == "Завершено сеансов: 2.\n"
    assert AuditEvent.objects.get(action="sessions.ended").reason == "уволилась"


def test_a_new_password_signs_out_every_other_browser(anna, browser):
    here, there = browser("anna"), browser("anna")
    form = {"current": "переправа-1982", "new": "берег-енисея-5", "again": "берег-енисея-5"}

    assert here.post("/accounts/password/", form).headers["Location"] == PROFILE

    assert (is_in(here), is_in(there)) == (True, False)
    assert [one.session_key for one in OpenSession.objects.all()] == [here.session.session_key]


def test_a_password_given_by_an_administrator_signs_out_everywhere(anna, browser, now):
    here = browser("anna")

    change_password(user=anna, password="берег-енисея-5", actor=anna, now=now)

    assert not is_in(here)


def test_who_has_left_is_out_at_the_next_request(anna, browser):
    here = browser("anna")
    anna.is_active = False
    anna.save()

    assert not is_in(here)


def moved_back(client, name, delta) -> None:
    session = client.session
    session[name] -= delta.total_seconds()
    session.save()


@pytest.mark.parametrize(
    ("name", "delta", "stays"),
    [
        (SEEN, timedelta(minutes=119), True),
        (SEEN, timedelta(minutes=121), False),
        (STARTED, timedelta(hours=11, minutes=59), True),
        (STARTED, timedelta(hours=12, minutes=1), False),
    ],
)
def test_a_session_ends_when_it_is_left_and_when_it_is_old(anna, browser, name, delta, stays):
    here = browser("anna")
    moved_back(here, name, delta)

    assert is_in(here) == stays
    assert is_in(here) == stays
    assert OpenSession.objects.exists() == stays


def test_a_session_in_use_is_noted_once_in_a_while(anna, browser, django_assert_num_queries):
    here = browser("anna")
    seen = OpenSession.objects.get().last_seen_at
    is_in(here)
    assert OpenSession.objects.get().last_seen_at == seen

    moved_back(here, SEEN, timedelta(minutes=6))
    is_in(here)
    assert OpenSession.objects.get().last_seen_at > seen


def test_going_out_takes_the_browser_from_the_list(anna, browser):
    browser("anna").post("/accounts/sign-out/")

    assert not OpenSession.objects.exists()


def test_what_is_over_is_swept(anna, browser):
    browser("anna")
    alive = browser("anna").session.session_key
    Session.objects.exclude(session_key=alive).update(expire_date=timezone.now() - timedelta(hours=1))

    sweep_sessions(now=timezone.now())

    assert [one.session_key for one in OpenSession.objects.all()] == [alive]
    assert Session.objects.count() == 1
