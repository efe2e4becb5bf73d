"""The register: what is opened has a path, a placement and its ancestry from one writer."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.people import system_user
from schools.access import NotAllowed
from schools.enums import Kind, Locality, SchoolLevel
from schools.models import Alias, Ancestry, Placement, Unit
from schools.services.registry import (
    BEGINNING,
    AliasTaken,
    CodeTaken,
    NewUnit,
    SchoolDetails,
    UnitRefused,
    open_unit,
    open_units,
)
from tests.factories.schools import make_district, make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
ORDINARY = SchoolDetails(level=SchoolLevel.SECONDARY, locality=Locality.RURAL)


def new_school(code: str, parent: Unit, name: str = "", **details) -> NewUnit:
    return NewUnit(
        kind=Kind.SCHOOL, code=code, name=name or f"Школа {code}", parent=parent, **{"school": ORDINARY, **details}
    )


def test_opening_writes_path_placement_and_ancestry():
    region = make_region()
    district = make_district(region)
    municipality = make_municipality(district)
    school = make_school(municipality, name="МКОУ «Имбинская СОШ»", login="edu240622")

    assert school.path == f"/{region.pk}/{district.pk}/{municipality.pk}/{school.pk}/"
    assert Unit.objects.get(pk=school.pk).path == school.path
    placed = Placement.objects.get(unit=school)
    assert (placed.parent, placed.path, placed.valid_from, placed.valid_to) == (
        municipality,
        school.path,
        BEGINNING,
        None,
    )
    ancestors = set(Ancestry.objects.filter(unit=school, valid_to=None).values_list("ancestor", flat=True))
    assert ancestors == {region.pk, district.pk, municipality.pk, school.pk}
    assert school.search_key == "мкоу имбинская сош мкоу имбинская сош 131001 edu240622"


def test_many_are_opened_in_a_few_statements(now, django_assert_max_num_queries):
    municipality = make_municipality(make_region())
    system = system_user()
    new = [new_school(f"131{number:03}", municipality) for number in range(1, 400)]

    with django_assert_max_num_queries(20):
        units = open_units(new=new, actor=system, now=now)

    assert [unit.code for unit in units] == [each.code for each in new]
    assert Ancestry.objects.filter(ancestor=municipality).count() == 400
    assert AuditEvent.objects.filter(action="units.opened", target_id=str(municipality.pk)).count() == 1


def test_a_code_is_taken_once(now):
    municipality = make_municipality(make_region())
    make_school(municipality, code="131001", login="edu240621")

    with pytest.raises(CodeTaken, match="131001"):
        open_unit(new=new_school("131001", municipality), actor=system_user(), now=now)
    with pytest.raises(CodeTaken, match="дважды"):
        open_units(
            new=[new_school("131002", municipality), new_school("131002", municipality)], actor=system_user(), now=now
        )
    taken = SchoolDetails(level=SchoolLevel.BASIC, locality=Locality.RURAL, fisoko_login="edu240621")
    with pytest.raises(CodeTaken, match="edu240621"):
        open_unit(new=new_school("131003", municipality, school=taken), actor=system_user(), now=now)


def test_all_or_none_are_opened(now):
    municipality = make_municipality(make_region())
    make_school(municipality, code="131001")

    with pytest.raises(CodeTaken):
        open_units(
            new=[new_school("131002", municipality), new_school("131001", municipality)], actor=system_user(), now=now
        )
    assert not Unit.objects.filter(code="131002").exists()


def test_a_town_and_a_district_of_one_name_never_mix(now):
    region = make_region()
    make_municipality(region, code="102", name="город Ачинск")

    with pytest.raises(AliasTaken, match="город Ачинск"):
        make_municipality(region, code="202", name="город Ачинск")
    assert make_municipality(region, code="203", name="Ачинский район").code == "203"


def test_two_schools_of_a_municipality_may_share_a_name():
    municipality = make_municipality(make_region())
    make_school(municipality, code="131001", name="СОШ № 1")
    make_school(municipality, code="131002", name="СОШ № 1")

    assert Alias.objects.filter(key="сош 1").count() == 2


@pytest.mark.parametrize("kind", [Kind.REGION, Kind.DISTRICT, Kind.SCHOOL])
def test_a_unit_stands_only_where_its_kind_may(now, kind):
    district = make_district(make_region())

    with pytest.raises(UnitRefused):
        open_unit(new=NewUnit(kind=kind, code="x", name="Лишняя", parent=district), actor=system_user(), now=now)


def test_opening_needs_the_right_at_the_parent(now):
    region = make_region()
    kezhma = make_municipality(region)
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, region)
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)

    with pytest.raises(NotAllowed):
        open_unit(new=new_school("131001", kezhma), actor=coordinator, now=now)
    with pytest.raises(NotAllowed):
        open_unit(new=NewUnit(kind=Kind.REGION, code="22", name="Край", parent=None), actor=analyst, now=now)
    assert open_unit(new=new_school("131001", kezhma), actor=analyst, now=now).code == "131001"


def test_a_school_that_opened_later_has_its_day(now):
    school = make_school(make_municipality(make_region()), since=date(2020, 9, 1))

    assert school.opened_on == date(2020, 9, 1)
    assert not Unit.objects.open_on(date(2020, 8, 31)).filter(pk=school.pk).exists()
