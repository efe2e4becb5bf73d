"""Keys of the API: never more than their maker, for a time, taken back at once."""

from datetime import date, timedelta

import pytest

from accounts.models import ApiToken
from accounts.permissions import Permission, Role
from accounts.services.people import system_user
from accounts.services.token_use import TokenRefused, token_of
from schools.access import NotAllowed, can
from schools.models import Unit
from schools.services.appointments import AppointmentRefused, appoint, end_appointment
from schools.services.tokens import TokenNotMade, create_token, revoke_token, roles_for_token
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
EXPIRES = date(2022, 5, 1)


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def coordinator(kezhma):
    return make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)


def make(actor, unit, now, role=Role.SYSTEM, **fields):
    said = {"title": "Выгрузка", "expires_on": EXPIRES} | fields
    return create_token(**said, unit=unit, role=role, actor=actor, now=now)


def test_a_key_is_kept_as_a_hash_only(coordinator, kezhma, now):
    token, key = make(coordinator, kezhma, now)

    assert key.startswith("opora_")
    assert key not in str(ApiToken.objects.values().get())
    assert token.prefix == key[:8]
    assert token_of(key, now=now).user == coordinator


def test_a_key_acts_by_its_own_appointment(coordinator, kezhma, now):
    school, other = make_school(kezhma, "131001"), make_school(kezhma, "131002")
    _, key = make(coordinator, school, now)
    user = token_of(key, now=now).user
    user.acting_token = ApiToken.objects.get()

    ApiToken.objects.get().appointments.update(starts_on=date(2021, 1, 1), ends_on=None)
    assert list(Unit.objects.visible_to(user, Permission.UNIT_VIEW)) == [school]
    assert not can(user, Permission.UNIT_VIEW, at=other)
    assert not can(user, Permission.PROGRAMME_EDIT, at=school)


@pytest.mark.parametrize("role", [Role.MINISTRY_ANALYST, Role.CENTRE_OPERATOR, Role.INSTITUTE_METHODIST])
def test_a_key_can_do_no_more_than_its_maker(coordinator, kezhma, now, role):
    assert role not in roles_for_token(coordinator, kezhma)
    with pytest.raises(NotAllowed):
        make(coordinator, kezhma, now, role=role)


def test_a_key_is_made_only_where_its_maker_works(coordinator, kezhma, now):
    with pytest.raises(NotAllowed):
        make(coordinator, kezhma.parent, now)


def test_a_school_makes_no_keys(kezhma, now):
    school = make_school(kezhma)
    with pytest.raises(NotAllowed):
        make(make_user("editor", Role.SCHOOL_EDITOR, school), school, now)


@pytest.mark.parametrize(
    "wrong", [{"title": " "}, {"expires_on": date(2021, 11, 14)}, {"expires_on": date(2023, 1, 1)}]
)
def test_a_key_has_a_purpose_and_an_end(coordinator, kezhma, now, wrong):
    with pytest.raises(TokenNotMade):
        make(coordinator, kezhma, now, **wrong)


def test_a_key_opens_nothing_once_revoked_expired_or_left_by_its_person(coordinator, kezhma, now):
    token, key = make(coordinator, kezhma, now)
    with pytest.raises(TokenRefused, match="Срок ключа истёк"):
        token_of(key, now=now + timedelta(days=200))
    revoke_token(token=token, actor=coordinator, now=now)
    with pytest.raises(TokenRefused, match="Ключ отозван"):
        token_of(key, now=now)

    _, second = make(coordinator, kezhma, now)
    coordinator.is_active = False
    coordinator.save()
    with pytest.raises(TokenRefused, match="закрыта"):
        token_of(second, now=now)
    with pytest.raises(TokenRefused, match="Такого ключа нет"):
        token_of("opora_выдуманный", now=now)


def test_use_is_noted_at_most_once_a_minute(coordinator, kezhma, now):
    _, key = make(coordinator, kezhma, now)

    token_of(key, now=now)
    token_of(key, now=now + timedelta(seconds=30))
    assert ApiToken.objects.get().last_used_at == now
    token_of(key, now=now + timedelta(minutes=2))
    assert ApiToken.objects.get().last_used_at == now + timedelta(minutes=2)


def test_a_key_of_another_is_not_revoked(coordinator, kezhma, now):
    token, _ = make(coordinator, kezhma, now)

    with pytest.raises(NotAllowed):
        revoke_token(token=token, actor=make_user("other", Role.MINISTRY_ANALYST, kezhma.parent), now=now)


def test_a_key_ends_with_the_appointment_that_it_rests_on(kezhma, now):
    system = system_user()
    user = make_user("anna")
    appointment = appoint(
        user=user, role=Role.CENTRE_OPERATOR, unit=kezhma, starts_on=date(2021, 1, 1), actor=system, now=now
    )
    token, _ = make(user, kezhma, now, role=Role.CENTRE_OPERATOR)

    end_appointment(appointment=appointment, on=now.date(), actor=system, now=now)

    assert token.appointments.get().ends_on == now.date()


def test_a_key_goes_on_while_another_appointment_allows_all_that_it_may(kezhma, now):
    system, user = system_user(), make_user("anna")
    one = appoint(user=user, role=Role.CENTRE_OPERATOR, unit=kezhma, starts_on=date(2021, 1, 1), actor=system, now=now)
    appoint(
        user=user, role=Role.INSTITUTE_METHODIST, unit=kezhma.parent, starts_on=date(2021, 1, 1), actor=system, now=now
    )
    token, _ = make(user, kezhma, now, role=Role.SYSTEM)

    end_appointment(appointment=one, on=now.date(), actor=system, now=now)

    assert token.appointments.get().ends_on == EXPIRES


@pytest.mark.parametrize(
    ("role", "code", "reason"),
    [
        (Role.MUNICIPAL_COORDINATOR, "24", "место другого вида"),
        (Role.SCHOOL_EDITOR, "131", "место другого вида"),
    ],
)
def test_a_role_has_its_kind_of_place(kezhma, now, role, code, reason):
    with pytest.raises(AppointmentRefused, match=reason):
        appoint(
            user=make_user("anna"),
            role=role,
            unit=Unit.objects.get(code=code),
            starts_on=now.date(),
            actor=system_user(),
            now=now,
        )
