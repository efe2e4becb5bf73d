"""What the system itself sees: commands act as it and have no appointment."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import ApiToken, User
from accounts.permissions import Permission, Role
from programmes.models import Programme
from reports.selectors.overview import regional_programme
from schools.access import can, held
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.reach import people_within_reach
from tests.factories.programmes import make_land, make_person, make_programme, make_unit


def test_the_system_sees_everything_but_not_by_a_token(db, now):
    land = make_land()
    programme = make_programme(land.kezhma, land.coordinator, now)
    land.analyst.is_system = True
    land.analyst.appointments.all().delete()

    assert Unit.objects.visible_to(land.analyst, Permission.UNIT_VIEW).count() == 7
    assert Programme.objects.visible_to(land.analyst, Permission.PROGRAMME_VIEW).get() == programme
    assert can(land.analyst, Permission.LIST_APPROVE, at=land.kezhma)

    land.analyst.acting_token = ApiToken.objects.create(
        user=land.analyst, title="скрипт", digest="0" * 64, prefix="op_12345", created_at=now, expires_at=now
    )
    assert not Unit.objects.visible_to(land.analyst, Permission.UNIT_VIEW).exists()
    assert not Programme.objects.visible_to(land.analyst, Permission.PROGRAMME_VIEW).exists()


def test_what_is_held_is_what_can_says_of_each_permission(db):
    land = make_land()
    people = [land.analyst, land.coordinator, AnonymousUser()]

    for person in people:
        for unit in Unit.objects.all():
            asked = {permission for permission in Permission if can(person, permission, at=unit)}
            assert held(person, at=unit) == asked
    assert held(land.coordinator, at=land.kezhma)
    land.analyst.is_system = True
    assert held(land.analyst, at=land.kezhma) == set(Permission)


def test_the_whole_of_one_region_is_not_the_whole_of_another(db, now):
    land = make_land()
    foreign = make_unit(Kind.REGION, "77", "Соседний край")
    programmes = [make_programme(unit, land.analyst, now) for unit in (land.region, foreign)]
    everything = {"user": land.analyst, "permission": Permission.PROGRAMME_VIEW}

    assert list(Programme.objects.visible_to(**everything)) == programmes[:1]
    assert list(Programme.objects.known_to(**everything)) == programmes[:1]
    assert regional_programme(2021, over=land.kezhma) == programmes[0]
    assert regional_programme(2021, over=foreign) == programmes[1]


def test_who_administers_accounts_of_one_region_does_not_reach_those_of_another(db):
    land = make_land()
    administrator = make_person("accounts", Role.ACCOUNT_ADMINISTRATOR, land.region)
    everybody = set(User.objects.all())
    assert set(people_within_reach(administrator)) == everybody

    foreign = make_unit(Kind.REGION, "77", "Соседний край")
    stranger = make_person("stranger", Role.MINISTRY_ANALYST, foreign)
    administrator = User.objects.get(pk=administrator.pk)

    assert stranger not in people_within_reach(administrator)
    assert set(people_within_reach(administrator)) == everybody
