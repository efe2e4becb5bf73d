"""Who works where, since when, in whose place; who may say so."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import READING, Permission, Role
from accounts.services.people import open_account, system_user
from schools.access import NotAllowed, can, held, require
from schools.models import Appointment, Unit
from schools.querysets import ANY_DIRECTION
from schools.selectors.reach import manages_all
from schools.services.appointments import (
    AppointmentRefused,
    LastAdministrator,
    appoint,
    appoint_to_several,
    end_appointment,
    keep_an_administrator,
    substitute,
)
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
P = Permission
SINCE = date(2020, 9, 1)
TODAY = timezone.localdate()


@pytest.fixture
def place() -> Unit:
    return make_municipality(make_region(), code="131", name="Кежемский район")


@pytest.fixture
def administrator(place) -> User:
    return make_user("accounts", Role.ACCOUNT_ADMINISTRATOR, place.parent)


@pytest.fixture
def person(now) -> User:
    return open_account(login="kezhma", full_name="Петрова Мария Ивановна", actor=system_user(), now=now)


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


def test_an_appointment_gives_the_role_at_the_place(place, person, now):
    assert not can(person, P.OBSERVATION_ENTER, at=place)

    made = appoint(
        user=person, unit=place, role=Role.MUNICIPAL_COORDINATOR, starts_on=SINCE, actor=system_user(), now=now
    )

    assert can(person, P.OBSERVATION_ENTER, at=place)
    event = AuditEvent.objects.get(action="appointment.made")
    assert (event.target_id, event.after["unit"], event.after["role"]) == (str(made.pk), "131", "municipal_coordinator")


def test_the_same_role_is_not_given_twice(place, person, now):
    given = {"user": person, "unit": place, "role": Role.MUNICIPAL_COORDINATOR, "actor": system_user(), "now": now}

    assert appoint(**given, starts_on=SINCE) == appoint(**given, starts_on=date(2021, 9, 1))
    assert Appointment.objects.filter(user=person).count() == 1


def test_a_person_holds_several_appointments(place, person, now):
    school = make_school(place)
    for unit, role in ((place, Role.OBSERVER), (school, Role.SCHOOL_EDITOR)):
        appoint(user=person, unit=unit, role=role, starts_on=SINCE, actor=system_user(), now=now)

    assert can(person, P.PASSPORT_EDIT, at=school)
    assert not can(person, P.PASSPORT_EDIT, at=place)
    assert can(person, P.UNIT_VIEW, at=place)


def test_an_expert_from_outside_is_appointed_to_schools_that_are_no_subtree(place, person, administrator, now):
    """One act over schools of two municipalities; the form about each may be filled, the neighbour's is not seen."""
    far = make_municipality(place.parent, "109", "город Канск")
    chosen, other = [make_school(place, "131001"), make_school(far, "109001")], make_school(place, "131002")

    made = appoint_to_several(
        user=person, units=chosen, role=Role.EXPERT, starts_on=SINCE, order="№ 5", actor=administrator, now=now
    )

    assert [one.order for one in made] == ["№ 5", "№ 5"]
    assert set(Unit.objects.visible_to(person, P.OBSERVATION_ENTER)) == set(chosen)
    assert not can(person, P.UNIT_VIEW, at=other)
    assert AuditEvent.objects.filter(action="appointment.made").count() == 2


def test_several_are_appointed_all_or_none(place, person, now):
    head = make_user("head", Role.MUNICIPAL_HEAD, place)
    far = make_school(make_municipality(place.parent, "109"), "109001")
    given = {"user": person, "role": Role.EXPERT, "starts_on": SINCE, "actor": head, "now": now}

    with pytest.raises(NotAllowed):
        appoint_to_several(units=[make_school(place), far], **given)
    with pytest.raises(AppointmentRefused, match="хотя бы одно место"):
        appoint_to_several(units=[], **given)
    assert not Appointment.objects.filter(user=person).exists()
    assert not AuditEvent.objects.filter(action="appointment.made").exists()


@pytest.mark.parametrize(
    ("role", "unit", "given", "allowed"),
    [
        (Role.ACCOUNT_ADMINISTRATOR, "24", Role.MINISTRY_APPROVER, True),
        (Role.ACCOUNT_ADMINISTRATOR, "24", Role.SYSTEM, False),
        (Role.MUNICIPAL_HEAD, "131", Role.MUNICIPAL_COORDINATOR, True),
        (Role.MUNICIPAL_HEAD, "131", Role.MUNICIPAL_HEAD, False),
        (Role.MUNICIPAL_HEAD, "131", Role.ACCOUNT_ADMINISTRATOR, False),
        (Role.MUNICIPAL_HEAD, "109", Role.MUNICIPAL_COORDINATOR, False),
        (Role.MUNICIPAL_COORDINATOR, "131", Role.OBSERVER, False),
        (Role.MINISTRY_ANALYST, "24", Role.OBSERVER, False),
    ],
)
def test_nobody_appoints_above_or_beyond_the_own_place(place, person, now, role, unit, given, allowed):
    make_municipality(place.parent, "109")
    actor = make_user("actor", role, Unit.objects.get(code=unit))
    at = place.parent if given in (Role.MINISTRY_APPROVER, Role.SYSTEM) else place
    act = {"user": person, "unit": at, "role": given, "starts_on": SINCE, "actor": actor, "now": now}

    if allowed:
        assert appoint(**act).role == given
    else:
        with pytest.raises(NotAllowed):
            appoint(**act)
        assert not Appointment.objects.filter(user=person).exists()


def test_nobody_appoints_himself(place, administrator, now):
    mine = administrator.appointments.get()
    other = make_user("boss", Role.MINISTRY_APPROVER, place.parent).appointments.get()
    with pytest.raises(NotAllowed, match="Себе роль не дают"):
        appoint(
            user=administrator,
            unit=place.parent,
            role=Role.MINISTRY_APPROVER,
            starts_on=SINCE,
            actor=administrator,
            now=now,
        )
    with pytest.raises(NotAllowed, match="Себе роль не дают"):
        end_appointment(appointment=mine, on=TODAY, actor=administrator, now=now)
    with pytest.raises(NotAllowed, match="Себе роль не дают"):
        substitute(
            appointment=other,
            user=administrator,
            starts_on=TODAY,
            ends_on=TODAY,
            order="№ 1",
            actor=administrator,
            now=now,
        )


def test_the_last_administrator_stays(place, administrator, now):
    second = make_user("second", Role.ACCOUNT_ADMINISTRATOR, place.parent)

    end_appointment(appointment=second.appointments.get(), on=TODAY - timedelta(days=1), actor=administrator, now=now)
    with pytest.raises(LastAdministrator):
        end_appointment(appointment=administrator.appointments.get(), on=TODAY, actor=system_user(), now=now)
    assert administrator.appointments.get().ends_on is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ends_on": date(2020, 8, 31)}, "раньше"),
        ({"role": Role.MUNICIPAL_COORDINATOR}, "место другого вида"),
        ({"unit": "24"}, "место другого вида"),
        ({"starts_on": date(2026, 1, 1), "closed_on": date(2025, 12, 31)}, "закрыто 31.12.2025"),
        ({"is_active": False}, "закрыта"),
    ],
)
def test_what_cannot_be_so_is_refused_in_words(place, person, now, change, reason):
    given = {"unit": make_school(place), "role": Role.SCHOOL_EDITOR, "starts_on": SINCE} | change
    if given["unit"] == "24":
        given["unit"] = place.parent
    given["unit"].closed_on = given.pop("closed_on", None)
    person.is_active = given.pop("is_active", True)

    with pytest.raises(AppointmentRefused, match=reason):
        appoint(**given, user=person, actor=system_user(), now=now)


def test_an_account_without_a_password_cannot_sign_in(person, client):
    assert not person.has_usable_password()
    assert not client.login(login="kezhma", password="")


class TestSubstitution:
    @pytest.fixture
    def head(self, place) -> User:
        return make_user("head", Role.MUNICIPAL_HEAD, place, full_name="Зайцев Виктор Степанович")

    @pytest.fixture
    def given(self, head, person, administrator, now):
        return {
            "appointment": head.appointments.get(),
            "user": person,
            "starts_on": TODAY,
            "ends_on": TODAY + timedelta(days=9),
            "order": "№ 12-к от 01.11.2026",
            "actor": administrator,
            "now": now,
        }

    def test_it_gives_the_role_for_these_days(self, given, place, person):
        made = substitute(**given)

        assert (made.role, made.unit, made.absent) == (Role.MUNICIPAL_HEAD, place, "замещает: Зайцев В. С.")
        assert held(person, at=place) == held(given["appointment"].user, at=place)
        assert made.in_words == "руководитель муниципального органа, Кежемский район, замещает: Зайцев В. С."
        made.starts_on = made.ends_on = TODAY - timedelta(days=1)
        made.save()
        assert not held(fresh(person), at=place)
        event = AuditEvent.objects.get(action="appointment.substituted")
        assert (event.after["order"], event.after["substitutes"]) == (given["order"], str(given["appointment"].user))

    def test_the_trail_says_in_whose_place(self, given, place, person, now, administrator):
        substitute(**given)
        person = fresh(person)

        require(person, P.PROGRAMME_APPROVE, at=place)
        assert person.acting_for == "замещает: Зайцев В. С."
        other = open_account(login="other", full_name="Ильин", actor=system_user(), now=now)
        appoint(user=other, unit=place, role=Role.OBSERVER, starts_on=TODAY, actor=person, now=now)
        assert AuditEvent.objects.get(action="appointment.made").reason == "замещает: Зайцев В. С."

    def test_the_own_right_is_used_before_the_absent_persons(self, given, place, person, now):
        substitute(**given)
        appoint(user=person, unit=place, role=Role.MUNICIPAL_COORDINATOR, starts_on=SINCE, actor=system_user(), now=now)
        person = fresh(person)

        require(person, P.PROGRAMME_APPROVE, at=place)
        assert person.acting_for == ""
        require(person, P.PROGRAMME_SIGN, at=place)
        assert person.acting_for == "замещает: Зайцев В. С."

    def test_it_ends_with_what_it_substitutes(self, given):
        made = substitute(**given)

        end_appointment(
            appointment=given["appointment"], on=TODAY + timedelta(days=2), actor=given["actor"], now=given["now"]
        )

        made.refresh_from_db()
        assert made.ends_on == TODAY + timedelta(days=2)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"order": " "}, "Нет приказа"),
            ({"ends_on": TODAY - timedelta(days=1)}, "раньше, чем начинается"),
            ({"starts_on": date(2000, 1, 1)}, "вне назначения"),
            ({"user": "head"}, "самого себя"),
            ({"appointment": "substitution"}, "Это само замещение"),
        ],
    )
    def test_what_cannot_be_so_is_refused_in_words(self, given, head, place, now, change, reason):
        if change.get("user") == "head":
            change = {"user": head}
        if change.get("appointment") == "substitution":
            third = make_user("third", full_name="Третий")
            change = {"appointment": substitute(**given), "user": third}

        with pytest.raises(AppointmentRefused, match=reason):
            substitute(**(given | change))

    def test_the_database_keeps_no_substitution_without_end(self, given):
        made = substitute(**given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.filter(pk=made.pk).update(ends_on=None)


class TestDirection:
    @pytest.fixture
    def curator(self, place, person, now) -> User:
        appoint(
            user=person,
            unit=place,
            role=Role.INSTITUTE_METHODIST,
            starts_on=SINCE,
            direction=3,
            actor=system_user(),
            now=now,
        )
        return fresh(person)

    def test_everything_is_read_and_only_the_direction_is_written(self, curator, place):
        assert held(curator, at=place) == READING
        assert held(curator, at=place, direction=2) == READING
        assert held(curator, at=place, direction=3) - READING == {
            P.OBSERVATION_ENTER,
            P.EXECUTION_ENTER,
            P.EXECUTION_ACCEPT,
            P.PROGRAMME_EDIT,
        }
        for permission in Permission:
            for direction in (None, 2, 3):
                asked = permission in held(curator, at=place, direction=direction)
                assert can(curator, permission, at=place, direction=direction) == asked
        assert not can(curator, P.RESULT_ROWS, at=place, direction=ANY_DIRECTION)
        assert can(curator, P.OBSERVATION_ENTER, at=place, direction=ANY_DIRECTION)

    def test_the_refusal_says_that_it_is_another_direction(self, curator, place):
        require(curator, P.EXECUTION_ENTER, at=place, direction=3)
        with pytest.raises(NotAllowed, match="по другому направлению"):
            require(curator, P.EXECUTION_ENTER, at=place, direction=2)
        with pytest.raises(NotAllowed, match="по другому направлению"):
            require(curator, P.EXECUTION_ENTER, at=place)
        with pytest.raises(NotAllowed, match="^Нет права"):
            require(curator, P.UNIT_EDIT, at=place)

    def test_a_role_that_no_direction_limits_is_not_limited(self, place, person, now):
        given = {"user": person, "unit": place, "starts_on": SINCE, "direction": 3, "actor": system_user(), "now": now}
        for role in (Role.ACCOUNT_ADMINISTRATOR, Role.OBSERVER):
            with pytest.raises(AppointmentRefused, match="направлением не ограничивается"):
                appoint(role=role, **given)

    def test_an_administrator_of_a_direction_alone_is_none(self, place, person, administrator, now):
        region = Unit.objects.get(parent=None)
        left = {"user": person, "unit": region, "role": Role.ACCOUNT_ADMINISTRATOR, "starts_on": SINCE}
        Appointment.objects.create(**left, direction=3)
        assert manages_all(administrator)
        assert not manages_all(person)
        with pytest.raises(LastAdministrator):
            keep_an_administrator(without=administrator)

    def test_whoever_is_not_limited_does_it_in_every_direction(self, place):
        whole = make_user("whole", Role.INSTITUTE_METHODIST, place)

        assert all(can(whole, P.EXECUTION_ENTER, at=place, direction=one) for one in (None, 2, ANY_DIRECTION))
