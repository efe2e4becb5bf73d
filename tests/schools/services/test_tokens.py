"""Keys of the API: never more than their maker at the moment of use, for a time, taken back at once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.permissions import READING, SIGNING, Permission, Role
from accounts.services.people import system_user
from accounts.services.token_use import TokenRefused, token_of
from schools.access import NotAllowed, can, held
from schools.models import Appointment, SchoolYear, Unit
from schools.querysets import granting
from schools.services.appointments import appoint, end_appointment
from schools.services.tokens import TokenNotMade, create_token, permissions_for_token, revoke_token
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
P = Permission
EXPIRES = date(2022, 5, 1)


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def coordinator(kezhma):
    return make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)


def make(actor, *units, now, permissions=READING, **fields):
    said = {"title": "Выгрузка", "expires_on": EXPIRES} | fields
    return create_token(**said, units=units, permissions=permissions, actor=actor, now=now)


def using(token) -> User:
    """The person, loaded anew, as a request signed by the token acts."""
    user = User.objects.get(pk=token.user_id)
    user.acting_token = ApiToken.objects.get(pk=token.pk)
    return user


def test_a_key_is_kept_as_a_hash_only(coordinator, kezhma, now):
    token, key = make(coordinator, kezhma, now=now)

    assert key.startswith("opora_")
    assert key not in str(ApiToken.objects.values().get())
    assert token.prefix == key[:8]
    assert token_of(key, now=now).user == coordinator


def test_a_key_acts_at_its_places_by_its_permissions(coordinator, kezhma):
    now = timezone.now()
    first, second, other = (make_school(kezhma, f"13100{number}") for number in (1, 2, 3))
    until = timezone.localdate(now) + timedelta(days=3)
    token, _ = make(coordinator, first, second, permissions=[P.UNIT_VIEW], expires_on=until, now=now)

    user = using(token)
    assert set(Unit.objects.visible_to(user, P.UNIT_VIEW)) == {first, second}
    assert [can(user, P.UNIT_VIEW, at=unit) for unit in (first, second, other, kezhma)] == [True, True, False, False]
    assert not can(user, P.PROGRAMME_VIEW, at=first)
    assert not can(user, P.PROGRAMME_EDIT, at=first)


def test_what_a_key_holds_is_what_can_says_of_each_permission(coordinator, kezhma):
    now = timezone.now()
    school = make_school(kezhma)
    until = timezone.localdate(now) + timedelta(days=3)
    token, _ = make(coordinator, school, permissions=[P.UNIT_VIEW, P.RESULT_LOAD], expires_on=until, now=now)

    for unit in (kezhma.parent, kezhma, school):
        assert held(using(token), at=unit) == {one for one in Permission if can(using(token), one, at=unit)}
    assert held(using(token), at=school) == {P.UNIT_VIEW, P.RESULT_LOAD}


def test_a_wide_key_reaches_no_further_than_its_person(kezhma):
    """The person has moved from the region to one school: the key of the region opens that school only."""
    now, school, person = timezone.now(), make_school(kezhma), make_user("anna", Role.OBSERVER, kezhma.parent)
    token = ApiToken.objects.create(
        user=person,
        title="a",
        digest="d",
        prefix="p",
        permissions=[P.UNIT_VIEW],
        created_at=now,
        expires_at=now + timedelta(days=9),
    )
    Appointment.objects.create(token=token, unit=kezhma.parent, starts_on=date(2020, 1, 1))
    make_school(kezhma, "131009")
    assert Unit.objects.visible_to(using(token), P.UNIT_VIEW).count() == 4

    person.appointments.update(unit=school)

    assert list(Unit.objects.visible_to(using(token), P.UNIT_VIEW)) == [school]
    assert list(granting(using(token), P.UNIT_VIEW).values_list("unit", flat=True)) == [school.pk]
    SchoolYear.objects.create(unit=school, academic_year=2021, entered_by=person, entered_at=now)
    assert SchoolYear.objects.visible_to(using(token), P.UNIT_VIEW).count() == 1
    assert SchoolYear.objects.visible_to(using(token), P.RESULT_VIEW).count() == 0


def test_a_key_ends_with_the_appointment_that_it_rests_on(kezhma):
    now, system, user = timezone.now(), system_user(), make_user("anna")
    today = timezone.localdate(now)
    appointment = appoint(
        user=user, role=Role.CENTRE_OPERATOR, unit=kezhma, starts_on=date(2021, 1, 1), actor=system, now=now
    )
    token, _ = make(user, kezhma, permissions=[P.UNIT_VIEW, P.METHOD_EDIT], expires_on=today, now=now)
    assert can(using(token), P.METHOD_EDIT, at=kezhma)

    end_appointment(appointment=appointment, on=today - timedelta(days=1), actor=system, now=now)
    assert not can(using(token), P.METHOD_EDIT, at=kezhma)
    assert not can(using(token), P.UNIT_VIEW, at=kezhma)

    appoint(user=user, role=Role.OBSERVER, unit=kezhma.parent, starts_on=today, actor=system, now=now)
    assert can(using(token), P.UNIT_VIEW, at=kezhma)
    assert not can(using(token), P.METHOD_EDIT, at=kezhma)
    assert not can(using(token), P.UNIT_VIEW, at=kezhma.parent)


@pytest.mark.parametrize("permission", [P.METHOD_EDIT, P.LIST_APPROVE, P.UNIT_EDIT])
def test_a_key_can_do_no_more_than_its_maker(coordinator, kezhma, now, permission):
    assert permission not in permissions_for_token(coordinator, [kezhma])
    with pytest.raises(NotAllowed, match="не может больше своего владельца"):
        make(coordinator, kezhma, permissions=[P.UNIT_VIEW, permission], now=now)


@pytest.mark.parametrize("permission", [*sorted(SIGNING), P.PEOPLE_MANAGE, P.TOKEN_MANAGE])
def test_a_key_neither_signs_nor_appoints_nor_makes_keys(kezhma, now, permission):
    both = make_user("both", Role.MUNICIPAL_COORDINATOR, kezhma)
    Appointment.objects.create(user=both, unit=kezhma, role=Role.MUNICIPAL_HEAD, starts_on=date(2020, 1, 1))

    assert permission not in permissions_for_token(both, [kezhma])
    with pytest.raises(NotAllowed, match="ключу не даётся"):
        make(both, kezhma, permissions=[permission], now=now)


def test_a_key_is_made_only_where_its_maker_works(coordinator, kezhma, now):
    with pytest.raises(NotAllowed):
        make(coordinator, kezhma, kezhma.parent, now=now)
    assert not ApiToken.objects.exists()


def test_a_school_makes_no_keys(kezhma, now):
    school = make_school(kezhma)
    with pytest.raises(NotAllowed):
        make(make_user("editor", Role.SCHOOL_EDITOR, school), school, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"expires_on": date(2021, 11, 14)},
        {"expires_on": date(2023, 1, 1)},
        {"permissions": []},
    ],
)
def test_a_key_has_a_purpose_a_scope_and_an_end(coordinator, kezhma, now, wrong):
    with pytest.raises(TokenNotMade):
        make(coordinator, kezhma, now=now, **wrong)
    with pytest.raises(TokenNotMade):
        make(coordinator, now=now)


def test_the_database_keeps_no_key_without_end(coordinator, kezhma, now):
    token, _ = make(coordinator, kezhma, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(expires_at=None)


def test_a_key_opens_nothing_once_revoked_expired_or_left_by_its_person(coordinator, kezhma, now):
    token, key = make(coordinator, kezhma, now=now)
    with pytest.raises(TokenRefused, match="Срок ключа истёк"):
        token_of(key, now=now + timedelta(days=200))
    revoke_token(token=token, actor=coordinator, now=now)
    with pytest.raises(TokenRefused, match="Ключ отозван"):
        token_of(key, now=now)

    _, second = make(coordinator, kezhma, now=now)
    coordinator.is_active = False
    coordinator.save()
    with pytest.raises(TokenRefused, match="закрыта"):
        token_of(second, now=now)
    with pytest.raises(TokenRefused, match="Такого ключа нет"):
        token_of("opora_выдуманный", now=now)


def test_use_is_noted_at_most_once_a_minute(coordinator, kezhma, now):
    _, key = make(coordinator, kezhma, now=now)

    token_of(key, now=now)
    token_of(key, now=now + timedelta(seconds=30))
    assert ApiToken.objects.get().last_used_at == now
    token_of(key, now=now + timedelta(minutes=2))
    assert ApiToken.objects.get().last_used_at == now + timedelta(minutes=2)


def test_a_key_of_another_is_not_revoked(coordinator, kezhma, now):
    token, _ = make(coordinator, kezhma, now=now)

    with pytest.raises(NotAllowed):
        revoke_token(token=token, actor=make_user("other", Role.MINISTRY_ANALYST, kezhma.parent), now=now)
