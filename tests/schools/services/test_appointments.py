"""Who works where, since when."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from accounts.permissions import Permission, Role
from accounts.services.people import open_account, system_user
from schools.access import NotAllowed, can
from schools.models import Appointment
from schools.services.appointments import AppointmentRefused, appoint
from tests.factories.schools import make_municipality, make_region, make_user

pytestmark = pytest.mark.django_db
SINCE = date(2020, 9, 1)


@pytest.fixture
def place():
    return make_municipality(make_region(), code="131")


@pytest.fixture
def person(now):
    return open_account(login="kezhma", full_name="Петрова Мария", actor=system_user(), now=now)


def test_an_appointment_gives_the_role_at_the_place(place, person, now):
    assert not can(person, Permission.OBSERVATION_ENTER, at=place)

    made = appoint(
        user=person, unit=place, role=Role.MUNICIPAL_COORDINATOR, starts_on=SINCE, actor=system_user(), now=now
    )

    assert can(person, Permission.OBSERVATION_ENTER, at=place)
    event = AuditEvent.objects.get(action="appointment.made")
    assert (event.target_id, event.after["unit"], event.after["role"]) == (str(made.pk), "131", "municipal_coordinator")


def test_the_same_role_is_not_given_twice(place, person, now):
    given = {"user": person, "unit": place, "role": Role.MUNICIPAL_COORDINATOR, "actor": system_user(), "now": now}

    assert appoint(**given, starts_on=SINCE) == appoint(**given, starts_on=date(2021, 9, 1))
    assert Appointment.objects.filter(user=person).count() == 1


def test_only_the_system_appoints(place, person, now):
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, place.parent)

    with pytest.raises(NotAllowed):
        appoint(user=person, unit=place, role=Role.SCHOOL_EDITOR, starts_on=SINCE, actor=analyst, now=now)


def test_an_end_before_the_beginning_is_refused(place, person, now):
    with pytest.raises(AppointmentRefused, match="раньше"):
        appoint(
            user=person,
            unit=place,
            role=Role.SCHOOL_EDITOR,
            starts_on=SINCE,
            ends_on=date(2020, 8, 31),
            actor=system_user(),
            now=now,
        )


def test_an_account_without_a_password_cannot_sign_in(person, client):
    assert not person.has_usable_password()
    assert not client.login(login="kezhma", password="")
