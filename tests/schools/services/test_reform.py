"""The reform of 2025 on the whole territory: 61 become 39, each school stands in one place a day, nothing mixes."""

from collections import Counter
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from accounts.services.people import system_user
from schools.catalogue.operations import REFORM_2025, read_journal
from schools.catalogue.territory import read_territory
from schools.enums import Kind, Locality, MunicipalityType, SchoolLevel
from schools.models import Ancestry, Placement, Succession, Unit, UnitOperation
from schools.selectors.network import counts_on
from schools.services.operation_files import JournalRefused, apply_journal
from schools.services.registry import NewUnit, SchoolDetails, open_units
from schools.services.territory import load_territory
from schools.services.undoing import undo_operation
from tests.schools.services.test_operations import snapshot

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 7, 1, 10, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))
EVE, DAY = date(2025, 6, 18), date(2025, 6, 19)
IN_KRASNOYARSK = {"115001": "Берёзовская СОШ № 1", "122001": "Солонцовская СОШ", "122002": "Элитовская СОШ"}


@pytest.fixture
def land() -> dict[str, Unit]:
    """The territory with three schools in each municipality; some of the split ones have real names."""
    load_territory(actor=system_user(), now=NOW)
    places = Unit.objects.of_kind(Kind.MUNICIPALITY).order_by("code")
    school = SchoolDetails(level=SchoolLevel.BASIC, locality=Locality.RURAL)
    new = [
        NewUnit(
            kind=Kind.SCHOOL,
            code=f"{place.code}00{number}",
            name=IN_KRASNOYARSK.get(f"{place.code}00{number}", f"Школа {place.code}-{number}"),
            parent=place,
            school=school,
        )
        for place in places
        for number in (1, 2, 3)
    ]
    return {unit.code: unit for unit in open_units(new=new, actor=system_user(), now=NOW)}


def reform(apply: bool = True):
    return apply_journal(path=REFORM_2025, actor=system_user(), now=NOW, apply=apply)


def standing(day: date) -> dict[str, str]:
    """The municipality of each school on a day, by codes."""
    rows = Ancestry.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        valid_from__lte=day,
        unit__kind=Kind.SCHOOL,
        ancestor__kind=Kind.MUNICIPALITY,
    ).values_list("unit__code", "ancestor__code")
    found = dict(rows)
    assert len(found) == len(rows)
    return found


def test_sixty_one_become_six_and_thirty_three(land):
    report = reform()

    assert counts_on(EVE) == Counter(
        {MunicipalityType.URBAN_DISTRICT: 17, MunicipalityType.MUNICIPAL_DISTRICT: 3, MunicipalityType.RAYON: 41}
    )
    assert counts_on(DAY) == Counter({MunicipalityType.URBAN_DISTRICT: 6, MunicipalityType.MUNICIPAL_DISTRICT: 33})
    still = Unit.objects.of_kind(Kind.MUNICIPALITY).filter(closed_on=None)
    assert still.count() == 39
    urban = set(still.filter(municipality__type=MunicipalityType.URBAN_DISTRICT).values_list("code", flat=True))
    assert urban == {"101", "105", "107", "108", "158", "159"}
    assert {
        "Дзержинско-Тасеевский муниципальный округ",
        "Казачинско-Пировский муниципальный округ",
        "Большемуртинско-Сухобузимский муниципальный округ",
        "Манско-Уярский муниципальный округ",
        "Ирбейско-Саянский муниципальный округ",
        "Иланско-Нижнеингашский муниципальный округ",
        "Балахтинско-Новосёловский муниципальный округ",
        "Идринско-Краснотуранский муниципальный округ",
    } <= set(still.values_list("name", flat=True))
    assert (len(report.done), report.inferred) == (len(read_journal(REFORM_2025).rows), 12)


def test_each_school_stands_once_a_day_and_the_sums_agree(land):
    reform()

    for day, municipalities in ((EVE, 61), (DAY, 39)):
        there = standing(day)
        assert set(there) == set(land)
        assert len(set(there.values())) == municipalities
        placed = Placement.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, unit__kind=Kind.SCHOOL
        )
        assert placed.count() == len(land) == 183
    assert all(code.startswith(place) for code, place in standing(EVE).items())


def test_a_municipality_splits_and_the_rest_stays_together(land):
    reform()
    there = standing(DAY)

    assert {code for code, place in there.items() if place == "101"} == {"101001", "101002", "101003", *IN_KRASNOYARSK}
    assert {there[code] for code in ("115002", "115003", "160001")} == {"178"}
    assert {there[code] for code in ("122003", "110001", "110002")} == {"179"}
    shares = Succession.objects.filter(former__code="122").values_list("successor__code", "share")
    assert {code: round(float(share), 2) for code, share in shares} == {"101": 0.67, "179": 0.33}


def test_town_and_district_of_one_name_meet_only_from_the_day_on(land):
    before = standing(EVE)
    assert (before["109001"], before["129001"]) == ("109", "129")
    reform()

    before, after = standing(EVE), standing(DAY)
    assert (before["109001"], before["129001"]) == ("109", "129")
    assert (after["109001"], after["129001"]) == ("171", "171")
    named = Unit.objects.as_of(EVE).filter(code__in=["109", "129"]).order_by("code")
    assert [unit.name_then for unit in named] == ["город Канск", "Канский район"]


def test_codes_of_new_municipalities_and_names_are_free_and_districts_hold_all(land):
    known = {place.code for place in read_territory()}
    reform()

    new = Unit.objects.of_kind(Kind.MUNICIPALITY).exclude(code__in=known)
    assert {unit.code for unit in new} == {str(code) for code in range(162, 180)}
    assert (
        not Unit.objects.of_kind(Kind.MUNICIPALITY).filter(closed_on=None).exclude(parent__kind=Kind.DISTRICT).exists()
    )
    labels = Unit.objects.of_kind(Kind.MUNICIPALITY).filter(closed_on=None).values_list("municipality__tile_label")
    assert len(set(labels)) == 39


def test_undoing_it_backwards_leaves_no_trace(land):
    before = snapshot()
    reform()
    assert snapshot() != before

    for operation in UnitOperation.objects.order_by("-pk"):
        undo_operation(operation=operation, reason="проверка", actor=system_user(), now=NOW)

    assert snapshot() == before


def test_a_dry_run_changes_nothing_and_the_second_run_neither(land):
    before = snapshot()
    out = StringIO()
    call_command("apply_operations", str(REFORM_2025), dry_run=True, stdout=out)
    assert "Это предварительный просмотр" in out.getvalue()
    assert snapshot() == before

    call_command("apply_operations", str(REFORM_2025), stdout=StringIO())
    after = snapshot()
    out = StringIO()
    call_command("apply_operations", str(REFORM_2025), stdout=out)
    assert "Журнал уже применён" in out.getvalue()
    assert snapshot() == after


def test_a_territory_loaded_again_after_the_reform_leaves_it(land):
    reform()
    after = snapshot()

    report = load_territory(actor=system_user(), now=NOW)

    assert snapshot() == after
    assert (report.added, report.changed, report.moved) == ([], [], [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- kind: close\n    units: ['777']", "строка 5: в реестре нет кода 777"),
        ("- kind: close\n    units: ['109']", "строка 5: г. Канск: сначала закройте"),
        ("- kind: fly\n    units: ['109']", "«fly» не подходит"),
        ("- kind: close\n    units: ['109']\n    since: '2025-02-30'", "дня «2025-02-30» нет"),
    ],
)
def test_a_journal_with_a_mistake_is_refused_whole(land, tmp_path, text, words):
    before = snapshot()
    path = tmp_path / "journal.yaml"
    path.write_text(f"journal: trial\ntitle: Проба\nsince: '2025-06-19'\noperations:\n  {text}\n", encoding="utf-8")

    with pytest.raises(CommandError, match=words):
        call_command("apply_operations", str(path), stdout=StringIO())

    assert snapshot() == before


def test_a_journal_half_undone_is_not_done_again_over_itself(land):
    reform()
    last = UnitOperation.objects.order_by("-pk").first()
    undo_operation(operation=last, reason="проверка", actor=system_user(), now=NOW)

    with pytest.raises(JournalRefused, match="применён не весь"):
        reform()
