"""The register: what is opened has a path, a placement and its ancestry from one writer."""

from dataclasses import replace
from datetime import date

import pytest
from django.db.models import Q

from accounts.models import AuditEvent
from accounts.permissions import Permission, Role
from accounts.services.people import system_user
from schools.access import NotAllowed
from schools.enums import Kind, Locality, OperationKind, SchoolLevel
from schools.models import Alias, Ancestry, Placement, School, Unit
from schools.services.registry import (
    BEGINNING,
    AliasTaken,
    CodeTaken,
    NewUnit,
    SchoolDetails,
    UnitChange,
    UnitRefused,
    add_alias,
    change_units,
    details_of,
    move_unit,
    open_unit,
    open_units,
    rename_unit,
)
from tests.factories.schools import make_district, make_municipality, make_region, make_school, make_user
from tests.schools.services.test_operations import do

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


def under(ancestor: Unit, on: date) -> set[int]:
    """Keys of what stood under a unit on a day."""
    rows = Ancestry.objects.filter(ancestor=ancestor, valid_from__lte=on)
    return set(rows.filter(Q(valid_to=None) | Q(valid_to__gte=on)).values_list("unit", flat=True))


def stretches(unit: Unit) -> set[tuple[str, date, date | None]]:
    return set(Ancestry.objects.filter(unit=unit).values_list("ancestor__code", "valid_from", "valid_to"))


def test_a_municipality_moves_with_its_schools_and_its_past_stays(now):
    region = make_region()
    north, south = make_district(region, "severny"), make_district(region, "yuzhny")
    kezhma = make_municipality(north, "131")
    school = make_school(kezhma, "131001")

    move_unit(unit=kezhma, parent=south, on=date(2021, 1, 1), actor=system_user(), now=now)

    school.refresh_from_db()
    assert school.path == f"/{region.pk}/{south.pk}/{kezhma.pk}/{school.pk}/"
    assert under(north, date(2020, 12, 31)) == {north.pk, kezhma.pk, school.pk}
    assert under(south, date(2020, 12, 31)) == {south.pk}
    assert under(north, date(2021, 1, 1)) == {north.pk}
    assert under(south, date(2021, 1, 1)) == {south.pk, kezhma.pk, school.pk}
    assert stretches(school) == {
        ("24", BEGINNING, None),
        ("severny", BEGINNING, date(2020, 12, 31)),
        ("yuzhny", date(2021, 1, 1), None),
        ("131", BEGINNING, None),
        ("131001", BEGINNING, None),
    }
    placements = Placement.objects.filter(unit=school).order_by("valid_from")
    assert [(each.parent, each.valid_from, each.valid_to) for each in placements] == [
        (kezhma, BEGINNING, date(2020, 12, 31)),
        (kezhma, date(2021, 1, 1), None),
    ]
    assert AuditEvent.objects.get(action="unit.moved").before == {"parent": "severny"}


def test_a_school_opened_after_the_day_of_the_move_was_never_at_the_old_place(now):
    region = make_region()
    north, south = make_district(region, "severny"), make_district(region, "yuzhny")
    kezhma = make_municipality(north, "131")
    late = make_school(kezhma, "131001", since=date(2021, 9, 1))

    move_unit(unit=kezhma, parent=south, on=date(2021, 1, 1), actor=system_user(), now=now)

    assert ("yuzhny", date(2021, 9, 1), None) in stretches(late)
    assert Placement.objects.filter(unit=late).count() == 1
    assert not Ancestry.objects.filter(unit=late, ancestor=north).exists()


def test_moving_there_and_back_leaves_both_stretches(now):
    region = make_region()
    north, south = make_district(region, "severny"), make_district(region, "yuzhny")
    kezhma = make_municipality(north, "131")

    move_unit(unit=kezhma, parent=south, on=date(2020, 1, 1), actor=system_user(), now=now)
    move_unit(unit=kezhma, parent=north, on=date(2021, 1, 1), actor=system_user(), now=now)

    assert stretches(kezhma) == {
        ("24", BEGINNING, None),
        ("severny", BEGINNING, date(2019, 12, 31)),
        ("yuzhny", date(2020, 1, 1), date(2020, 12, 31)),
        ("severny", date(2021, 1, 1), None),
        ("131", BEGINNING, None),
    }


@pytest.mark.parametrize("on", [date(2022, 1, 1), date(2009, 1, 1)], ids=["ahead", "before it opened"])
def test_a_move_is_dated_within_what_is_known(now, on):
    region = make_region()
    kezhma = make_municipality(make_district(region, "severny"), "131")
    south = make_district(region, "yuzhny")

    with pytest.raises(UnitRefused):
        move_unit(unit=kezhma, parent=south, on=on, actor=system_user(), now=now)


def test_a_move_needs_the_right_at_both_ends(now):
    region = make_region()
    kezhma, kansk = make_municipality(region, "131"), make_municipality(region, "109")
    school = make_school(kezhma, "131001")
    operator = make_user("operator", Role.CENTRE_OPERATOR, kezhma)

    with pytest.raises(NotAllowed):
        move_unit(unit=school, parent=kansk, on=date(2021, 1, 1), actor=operator, now=now)


def test_people_lose_sight_of_what_has_moved_away(now):
    region = make_region()
    kezhma, kansk = make_municipality(region, "131"), make_municipality(region, "109")
    school = make_school(kezhma, "131001")
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)

    move_unit(unit=school, parent=kansk, on=date(2021, 1, 1), actor=system_user(), now=now)

    assert list(Unit.objects.visible_to(coordinator, Permission.UNIT_VIEW)) == [kezhma]


def test_a_closed_school_ends_with_its_last_day(db):
    kezhma = make_municipality(make_region())
    school = make_school(kezhma, "131001")

    do(OperationKind.CLOSE, school, on=date(2021, 9, 1))

    assert under(kezhma, date(2021, 8, 31)) == {kezhma.pk, school.pk}
    assert under(kezhma, date(2021, 9, 1)) == {kezhma.pk}
    assert not Unit.objects.open_on(date(2021, 9, 1)).filter(pk=school.pk).exists()


def test_a_municipality_with_open_schools_is_not_closed(db):
    kezhma = make_municipality(make_region())
    make_school(kezhma, "131001", name="Имбинская СОШ")

    with pytest.raises(UnitRefused, match="Имбинская СОШ"):
        do(OperationKind.CLOSE, kezhma, on=date(2021, 9, 1))


def test_a_new_name_is_found_and_the_old_one_is_still_known(now):
    school = make_school(make_municipality(make_region()), name="Ёлкинская СОШ")

    renamed = rename_unit(unit=school, name="МБОУ «Берёзовская СОШ № 7»", actor=system_user(), now=now)

    assert renamed.search_key.startswith("мбоу березовская сош 7")
    assert set(Alias.objects.filter(unit=school).values_list("key", flat=True)) == {
        "елкинская сош",
        "мбоу березовская сош 7",
    }
    assert AuditEvent.objects.get(action="unit.changed").before == {
        "name": "Ёлкинская СОШ",
        "short_name": "Ёлкинская СОШ",
    }


def test_changes_of_many_are_all_or_none(now):
    kezhma = make_municipality(make_region())
    first, second = make_school(kezhma, "131001"), make_school(kezhma, "131002")
    make_school(kezhma, "131003")
    changes = [UnitChange(unit=first, name="Новая"), UnitChange(unit=second, code="131003")]

    with pytest.raises(CodeTaken, match="131003"):
        change_units(changes=changes, actor=system_user(), now=now)
    first.refresh_from_db()
    assert first.name == "Школа 131001"


def details(school, **changes):
    return replace(details_of(school), **changes)


def test_two_schools_exchange_their_codes_and_logins(now):
    kezhma = make_municipality(make_region())
    first, second = make_school(kezhma, "131001", "edu240001"), make_school(kezhma, "131002", "edu240002")
    changes = [
        UnitChange(unit=first, code="131002", school=details(first, fisoko_login="edu240002")),
        UnitChange(unit=second, code="131001", school=details(second, fisoko_login="edu240001")),
    ]

    change_units(changes=changes, actor=system_user(), now=now)

    found = School.objects.order_by("unit_id").values_list("unit_id", "unit__code", "fisoko_login")
    assert list(found) == [(first.pk, "131002", "edu240002"), (second.pk, "131001", "edu240001")]


def test_codes_are_handed_round(now):
    kezhma = make_municipality(make_region())
    schools = [make_school(kezhma, f"13100{number}") for number in (1, 2, 3)]
    codes = ["131002", "131003", "131009"]
    changes = [UnitChange(unit=one, code=code) for one, code in zip(schools, codes, strict=True)]

    change_units(changes=changes, actor=system_user(), now=now)

    assert list(Unit.objects.filter(kind=Kind.SCHOOL).order_by("pk").values_list("code", flat=True)) == codes


def test_an_alias_of_a_municipality_is_one_in_the_region(now):
    region = make_region()
    kansk = make_municipality(region, "109", "город Канск")
    rayon = make_municipality(region, "129", "Канский район")
    add_alias(unit=kansk, name="Канск", actor=system_user(), now=now)

    with pytest.raises(AliasTaken, match="город Канск"):
        add_alias(unit=rayon, name="КАНСК", actor=system_user(), now=now)


def test_a_town_stands_beside_its_district_in_a_list():
    region = make_region()
    for code, name in (("112", "Абанский район"), ("102", "город Ачинск"), ("114", "Балахтинский район")):
        make_municipality(region, code, name)

    units = Unit.objects.of_kind(Kind.MUNICIPALITY).in_order()
    assert [unit.name for unit in units] == ["Абанский район", "город Ачинск", "Балахтинский район"]
