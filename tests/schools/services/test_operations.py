"""Changes of the network: what each does, what it refuses, and that undoing leaves no trace."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Q

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.people import system_user
from schools.access import NotAllowed
from schools.enums import Kind, Locality, MunicipalityType, OperationKind, SchoolLevel
from schools.models import (
    Alias,
    Ancestry,
    Municipality,
    Placement,
    School,
    SchoolYear,
    Succession,
    Unit,
    UnitVersion,
)
from schools.selectors.network import heirs_of, steps_in_words
from schools.services.operations import Asked, Part, apply_operation, preview_operation
from schools.services.registry import (
    MunicipalityDetails,
    NewUnit,
    SchoolDetails,
    UnitRefused,
    move_unit,
    open_unit,
)
from schools.services.undoing import CannotUndo, undo_operation
from tests.factories.schools import make_district, make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 9, 1, 10, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))
DAY = date(2025, 6, 19)
EVE = date(2025, 6, 18)


class Land:
    """Two districts, three municipalities, five schools."""

    def __init__(self) -> None:
        self.region = make_region()
        self.north, self.east = make_district(self.region, "severny"), make_district(self.region, "vostochny")
        self.dzer = make_municipality(self.east, "121", "Дзержинский район")
        self.tasey = make_municipality(self.east, "147", "Тасеевский район")
        self.kansk = make_municipality(self.east, "109", "город Канск", MunicipalityType.URBAN_DISTRICT)
        self.schools = [
            make_school(self.dzer, "121001"),
            make_school(self.dzer, "121002"),
            make_school(self.tasey, "147001"),
            make_school(self.tasey, "147002"),
            make_school(self.kansk, "109001"),
        ]


@pytest.fixture
def land() -> Land:
    return Land()


def do(kind: OperationKind, *units: Unit, on: date = DAY, actor=None, **said):
    asked = Asked(kind=kind, on=on, units=units, **said)
    return apply_operation(asked=asked, actor=actor or system_user(), now=NOW)


def undo(operation, reason: str = "ошибка"):
    return undo_operation(operation=operation, reason=reason, actor=system_user(), now=NOW)


def okrug(land: Land, code: str = "162", name: str = "Дзержинско-Тасеевский муниципальный округ") -> NewUnit:
    details = MunicipalityDetails(type=MunicipalityType.MUNICIPAL_DISTRICT, tile_label=code, tile_order=50)
    return NewUnit(kind=Kind.MUNICIPALITY, code=code, name=name, parent=land.east, municipality=details)


def snapshot() -> dict[str, list]:
    """Everything that the tree consists of, keys of rows aside."""
    return {
        "units": list(
            Unit.objects.order_by("pk").values_list(
                "pk", "kind", "code", "name", "short_name", "parent", "path", "sort_key", "search_key", "closed_on"
            )
        ),
        "placements": sorted(Placement.objects.values_list("unit", "path", "valid_from", "valid_to"), key=str),
        "ancestry": sorted(Ancestry.objects.values_list("unit", "ancestor", "valid_from", "valid_to"), key=str),
        "aliases": sorted(Alias.objects.values_list("unit", "key", "until"), key=str),
        "schools": list(School.objects.order_by("pk").values_list("pk", "level", "type")),
        "types": list(Municipality.objects.order_by("pk").values_list("pk", "type")),
        "versions": list(UnitVersion.objects.values_list("unit", "valid_to")),
        "successions": list(Succession.objects.values_list("former", "successor")),
    }


def municipality_on(unit: Unit, day: date) -> list[str]:
    rows = Ancestry.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        unit=unit,
        ancestor__kind=Kind.MUNICIPALITY,
        valid_from__lte=day,
    )
    return list(rows.values_list("ancestor__code", flat=True))


def test_joining_moves_what_stood_there_and_keeps_the_past(land):
    closed = make_school(land.tasey, "147009")
    do(OperationKind.CLOSE, closed, on=date(2020, 9, 1))
    before = snapshot()

    operation = do(OperationKind.JOIN, land.dzer, land.tasey, new=okrug(land), order="закон края № 9-3800")

    heir = Unit.objects.get(code="162")
    assert operation.title == (
        "Объединены: Дзержинский район, Тасеевский район → Дзержинско-Тасеевский муниципальный округ"
    )
    assert [municipality_on(school, DAY) for school in land.schools] == [["162"]] * 4 + [["109"]]
    assert [municipality_on(school, EVE) for school in land.schools] == [
        ["121"], ["121"], ["147"], ["147"], ["109"],
    ]  # fmt: skip
    for former in (land.dzer, land.tasey):
        former.refresh_from_db()
        assert (former.closed_on, former.parent) == (EVE, heir)
    closed.refresh_from_db()
    assert closed.path.startswith(heir.path)
    assert municipality_on(closed, date(2020, 8, 31)) == ["147"]
    assert heirs_of([land.dzer]) == {land.dzer.pk: [heir.pk]}
    came_from = Succession.objects.filter(successor=heir).order_by("pk")
    assert [one.former for one in came_from] == [land.dzer, land.tasey]
    assert "из «Дзержинский район» в «Дзержинско-Тасеевский муниципальный округ» переходят 2" in "; ".join(
        steps_in_words(operation.steps)
    )

    undo(operation)
    assert snapshot() == before
    assert AuditEvent.objects.filter(action__in=["network.joined", "network.undone"]).count() == 2


def test_a_preview_promises_what_is_done_and_keeps_nothing(land):
    before = snapshot()
    asked = Asked(kind=OperationKind.JOIN, on=DAY, units=(land.dzer, land.tasey), new=okrug(land))
    SchoolYear.objects.create(
        unit=land.schools[0], academic_year=2020, entered_by=system_user(), entered_at=NOW, pupils=10
    )

    shown = preview_operation(asked=asked, actor=system_user(), now=NOW)

    assert snapshot() == before
    assert shown.affected == [("социальные паспорта", 1)]
    done = apply_operation(asked=asked, actor=system_user(), now=NOW)
    assert steps_in_words(done.steps) == steps_in_words(shown.steps)


def test_a_municipality_splits_between_one_that_stands_and_a_new_one(land):
    before = snapshot()
    parts = (
        Part(into=land.kansk, members=(land.schools[0],)),
        Part(new=okrug(land, name="Новый муниципальный округ"), takes_the_rest=True),
    )

    operation = do(OperationKind.SPLIT, land.dzer, parts=parts)

    assert [municipality_on(school, DAY) for school in land.schools[:2]] == [["109"], ["162"]]
    shares = {one.successor.code: one.share for one in Succession.objects.select_related("successor")}
    assert {code: float(share) for code, share in shares.items()} == {"109": 0.5, "162": 0.5}
    land.dzer.refresh_from_db()
    assert (land.dzer.closed_on, land.dzer.parent.code) == (EVE, "162")
    undo(operation)
    assert snapshot() == before


def test_a_part_may_leave_while_the_municipality_stays(land):
    operation = do(
        OperationKind.SPLIT, land.dzer, stays=True, parts=(Part(into=land.kansk, members=(land.schools[0],)),)
    )

    land.dzer.refresh_from_db()
    assert land.dzer.closed_on is None
    assert [municipality_on(school, DAY) for school in land.schools[:2]] == [["109"], ["121"]]
    assert operation.title == "Разделена: Дзержинский район → город Канск (и сама остаётся)"


def test_schools_join_and_the_past_of_the_closed_one_is_found_beside_its_heir(land):
    before = snapshot()
    small, heir = land.schools[0], land.schools[2]

    operation = do(OperationKind.JOIN, small, into=heir)

    small.refresh_from_db()
    assert (small.closed_on, small.parent) == (EVE, land.tasey)
    assert municipality_on(small, EVE) == ["121"]
    assert municipality_on(small, DAY) == []
    undo(operation)
    assert snapshot() == before


def test_a_new_name_code_and_type_hold_from_the_day(land):
    before = snapshot()
    said = {
        "name": "Тасеевский муниципальный округ",
        "short_name": "Тасеевский округ",
        "code": "199",
        "municipality_type": "municipal_district",
    }

    operation = do(OperationKind.CHANGE, land.tasey, said=said)

    unit = Unit.objects.get(pk=land.tasey.pk)
    assert (unit.name, unit.code, unit.municipality.type) == (said["name"], "199", "municipal_district")
    told = {day: Unit.objects.as_of(day).get(pk=unit.pk) for day in (EVE, DAY)}
    assert (told[EVE].name_then, told[EVE].code_then, told[EVE].municipality_type_then) == (
        "Тасеевский район",
        "147",
        "rayon",
    )
    assert (told[DAY].name_then, told[DAY].code_then) == (said["name"], "199")
    assert Alias.objects.get(unit=unit, key="тасеевский район").until == EVE
    assert list(unit.versions.values_list("short_name", "code", "valid_to")) == [("Тасеевский район", "147", EVE)]
    undo(operation)
    assert snapshot() == before


def test_two_changes_of_one_unit_part_its_days(land):
    do(OperationKind.RENAME, land.tasey, on=date(2020, 1, 1), said={"name": "Второе имя", "short_name": "Второе"})
    do(OperationKind.RENAME, land.tasey, on=date(2022, 1, 1), said={"name": "Третье имя", "short_name": "Третье"})

    def name(day: date) -> str:
        return Unit.objects.as_of(day).get(pk=land.tasey.pk).short_name_then

    days = (date(2019, 12, 31), date(2020, 1, 1), date(2021, 12, 31), date(2022, 1, 1))
    assert [name(day) for day in days] == ["Тасеевский район", "Второе", "Второе", "Третье"]
    with pytest.raises(UnitRefused, match="уже менялась позже"):
        do(OperationKind.RENAME, land.tasey, on=date(2021, 1, 1), said={"name": "Ещё", "short_name": "Ещё"})


def test_a_school_changes_its_kind_and_counts_as_what_it_was(land):
    school = land.schools[0]
    do(OperationKind.CHANGE, school, said={"kind": Kind.PRESCHOOL, "level": ""})

    def kinds(day: date) -> set[str]:
        return {unit.code for unit in Unit.objects.of_kind_on(day, Kind.SCHOOL)}

    assert "121001" in kinds(EVE)
    assert "121001" not in kinds(DAY)


def test_a_school_is_opened_moved_and_closed(land):
    before = snapshot()
    new = NewUnit(
        kind=Kind.SCHOOL,
        code="109050",
        name="Новая школа",
        parent=land.kansk,
        school=SchoolDetails(level=SchoolLevel.BASIC, locality=Locality.URBAN),
    )
    opened = do(OperationKind.OPEN, new=new, on=date(2024, 9, 1))
    school = Unit.objects.get(code="109050")
    moved = do(OperationKind.MOVE, school, parent=land.dzer, on=date(2025, 1, 1))
    closed = do(OperationKind.CLOSE, school)

    assert (school.opened_on, Unit.objects.get(pk=school.pk).closed_on) == (date(2024, 9, 1), EVE)
    days = (date(2024, 8, 31), date(2024, 9, 1), date(2025, 1, 1), EVE, DAY)
    assert [municipality_on(school, day) for day in days] == [[], ["109"], ["121"], ["121"], []]

    with pytest.raises(CannotUndo, match=f"Сначала отмените то, что сделано позже.*№ {closed.pk}"):
        undo(moved)
    for operation in (closed, moved, opened):
        undo(operation)
    assert snapshot() == before
    with pytest.raises(CannotUndo, match="уже отменена"):
        undo(opened)


def test_what_was_opened_stays_while_something_stands_on_it(land):
    operation = do(OperationKind.JOIN, land.dzer, land.tasey, new=okrug(land))
    heir = Unit.objects.get(code="162")

    newcomer = make_school(heir, "162001", since=date(2025, 8, 1))
    with pytest.raises(CannotUndo, match="уже есть «Школа 162001»"):
        undo(operation)
    newcomer.delete()
    make_user("head", Role.MUNICIPAL_COORDINATOR, heir)
    with pytest.raises(CannotUndo, match=r"уже относятся: назначения \(1\)"):
        undo(operation)
    with pytest.raises(CannotUndo):
        undo(operation, reason=" ")


def test_a_reason_is_asked(land):
    operation = do(OperationKind.CLOSE, land.schools[0])

    with pytest.raises(CannotUndo, match="впишите причину"):
        undo(operation, reason=" ")


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        (OperationKind.CLOSE, {"units": "dzer"}, "сначала закройте или переведите"),
        (OperationKind.CLOSE, {"units": "region"}, "Край не открывают"),
        (OperationKind.MOVE, {"units": "dzer", "parent": "kansk"}, "не может входить"),
        (OperationKind.MOVE, {"units": "dzer", "parent": "east"}, "и так входит"),
        (OperationKind.MOVE, {"units": "dzer"}, "куда переводится"),
        (OperationKind.JOIN, {"units": "dzer"}, "во что объединяются"),
        (OperationKind.JOIN, {"units": "dzer", "into": "dzer"}, "сама в себя"),
        (OperationKind.SPLIT, {"units": "dzer"}, "не меньше чем на две"),
        (OperationKind.RENAME, {"units": "dzer", "said": {"name": "Дзержинский район"}}, "менять нечего"),
        (OperationKind.RENAME, {"units": "dzer", "said": {"code": "147"}}, "уже занят"),
        (OperationKind.CLOSE, {"units": "schools", "on": date(2026, 1, 1)}, "невозможен"),
        (OperationKind.CLOSE, {}, "с чем это происходит"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(land, kind, said, words):
    def real(value):
        found = getattr(land, value) if isinstance(value, str) else value
        return found[0] if isinstance(found, list) else found

    given = {name: real(value) for name, value in said.items()}
    units = [given.pop("units")] if "units" in given else []
    before = snapshot()

    with pytest.raises(UnitRefused, match=words):
        do(kind, *units, **given)

    assert snapshot() == before


def test_town_and_district_of_one_name_never_mix(land):
    kansky = make_municipality(land.east, "129", "Канский район")
    with pytest.raises(UnitRefused, match="уже называется"):
        do(OperationKind.RENAME, kansky, said={"name": "город Канск", "short_name": "г. Канск"})
    details = MunicipalityDetails(type=MunicipalityType.MUNICIPAL_DISTRICT, tile_label="Канс", tile_order=51)
    new = NewUnit(
        kind=Kind.MUNICIPALITY, code="163", name="Канский муниципальный округ", parent=land.east, municipality=details
    )

    do(OperationKind.JOIN, land.kansk, kansky, new=new)

    assert municipality_on(land.schools[4], EVE) == ["109"]
    assert municipality_on(land.schools[4], DAY) == ["163"]


def test_who_does_not_keep_the_register_there_changes_nothing(land):
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, land.dzer)
    with pytest.raises(NotAllowed):
        do(OperationKind.CLOSE, land.schools[0], actor=coordinator)
    operation = do(OperationKind.CLOSE, land.schools[0])
    with pytest.raises(NotAllowed):
        undo_operation(operation=operation, reason="так", actor=coordinator, now=NOW)


def test_a_keeper_of_one_place_does_not_take_from_another(land):
    keeper = make_user("keeper", Role.CENTRE_OPERATOR, land.dzer)
    assert do(OperationKind.CLOSE, land.schools[0], actor=keeper).made_by == keeper
    with pytest.raises(NotAllowed):
        do(OperationKind.MOVE, land.schools[2], parent=land.dzer, actor=keeper)
    with pytest.raises(NotAllowed):
        do(OperationKind.JOIN, land.dzer, into=land.tasey, actor=keeper)


def test_a_change_of_today_is_written_in_the_small_hours_too(land):
    now = datetime(2025, 9, 2, 2, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))  # the first of September still, by Greenwich
    asked = Asked(kind=OperationKind.MOVE, on=date(2025, 9, 2), units=(land.schools[0],), parent=land.tasey)
    now = now.astimezone(UTC)
    assert apply_operation(asked=asked, actor=system_user(), now=now).on == date(2025, 9, 2)
    moved = move_unit(unit=land.schools[1], parent=land.tasey, on=date(2025, 9, 2), actor=system_user(), now=now)
    assert moved.parent_id == land.tasey.pk


def test_a_name_that_nobody_bears_any_more_is_free(land):
    do(OperationKind.JOIN, land.dzer, land.tasey, new=okrug(land))

    again = okrug(land, "170", "Тасеевский район")
    assert open_unit(new=again, actor=system_user(), now=NOW).code == "170"
