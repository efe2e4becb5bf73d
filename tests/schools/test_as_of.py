"""«По состоянию на»: lists of a day, former names and codes that stay findable, facts of what schools were then."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.facts import Basis, Level, members_on
from indicators.facts.passports import number_of_schools, school_level
from indicators.models import Period
from reports.selectors.search import found
from schools.enums import Kind, OperationKind, SchoolLevel
from schools.models import Unit
from schools.services.operations import Part
from tests.factories.schools import make_school, make_user
from tests.schools.services.test_operations import DAY, EVE, Land, do, okrug
from tests.schools.tables import HEAD, school_row, xlsx_file

pytestmark = pytest.mark.django_db
LIST = "/schools/"


@pytest.fixture
def land() -> Land:
    return Land()


@pytest.fixture
def analyst(land):
    return make_user("analyst", Role.MINISTRY_ANALYST, land.region)


def rows(client, query: str) -> list[tuple[str, str, str]]:
    page = client.get(LIST + query).context["page"]
    return [(unit.code, unit.short_name, unit.parent.short_name) for unit in page]


def test_the_list_of_a_day_says_what_was_then(client, land, analyst):
    school = land.schools[2]
    do(OperationKind.RENAME, school, said={"name": "Лицей", "short_name": "Лицей", "code": "147100"})
    do(OperationKind.MOVE, school, parent=land.kansk)
    do(OperationKind.CLOSE, land.schools[3])
    client.force_login(analyst)

    assert rows(client, f"?on=2025-06-18&within={land.tasey.pk}") == [
        ("147001", "Школа 147001", "Тасеевский район"),
        ("147002", "Школа 147002", "Тасеевский район"),
    ]
    assert rows(client, f"?on=2025-06-19&within={land.tasey.pk}") == []
    assert ("147100", "Лицей", "город Канск") in rows(client, f"?on=2025-06-19&within={land.kansk.pk}")
    assert ("147100", "Лицей", "город Канск") in rows(client, "")
    text = client.get(LIST + "?on=2025-06-18&file=csv").content.decode("utf-8-sig")
    assert "147001;" in text
    assert "Лицей" not in text
    assert "По состоянию на 18.06.2025" in client.get(LIST + "?on=2025-06-18").content.decode()


def test_the_list_of_a_day_costs_no_more_queries(client, land, analyst, django_assert_num_queries):
    for number in range(3):
        do(OperationKind.RENAME, land.schools[number], said={"name": f"Имя {number}", "short_name": f"Имя {number}"})
    client.force_login(analyst)
    client.get(LIST)

    with django_assert_num_queries(9):
        client.get(LIST + "?on=2020-01-01")


def test_former_names_and_codes_are_found_and_marked(client, land, analyst):
    do(
        OperationKind.CHANGE,
        land.tasey,
        said={"name": "Тасеевский муниципальный округ", "short_name": "Тасеевский округ", "code": "199"},
    )
    do(OperationKind.CHANGE, land.schools[2], said={"code": "199001"})

    notes = {hit.title: hit.note for group in found(user=analyst, text="147") for hit in group.hits}
    assert notes["Тасеевский округ"] == (
        "муниципалитет, Округ vostochny, код 199, прежний код 147, до 18.06.2025, "
        "прежнее наименование «Тасеевский район», до 18.06.2025"
    )
    assert "прежний код 147001, до 18.06.2025" in notes["Школа 147001"]
    client.force_login(analyst)
    (row,) = client.get("/api/v1/units/?code=147").json()["results"]
    assert (row["code"], row["former"]) == (
        "199",
        [
            {
                "kind": "municipality",
                "code": "147",
                "name": "Тасеевский район",
                "short_name": "Тасеевский район",
                "until": "2025-06-18",
            }
        ],
    )
    assert [row["code"] for row in client.get("/api/v1/units/?search=тасеевский район").json()["results"]] == ["199"]
    told = client.get(f"/units/{land.schools[2].pk}/school/").content.decode()
    assert "код 147001, до 18.06.2025" in told


def load(tmp_path, *cells) -> str:
    path = tmp_path / "register.xlsx"
    path.write_bytes(xlsx_file([HEAD, *cells]))
    out, err = StringIO(), StringIO()
    try:
        call_command("import_schools", str(path), apply=True, stdout=out, stderr=err)
    except CommandError:
        return err.getvalue()
    return out.getvalue()


def test_an_old_file_knows_a_school_by_its_former_code_and_moves_nothing(land, tmp_path):
    school = land.schools[2]
    do(OperationKind.JOIN, land.dzer, land.tasey, new=okrug(land))
    do(OperationKind.CHANGE, school, said={"code": "162001"})
    row = {
        "place_code": "147",
        "place": "Тасеевский район",
        "login": "",
        "short": "Школа 147001",
        "name": "Школа 147001",
    }

    said = load(tmp_path, school_row("147001", **row))

    assert "Без изменений: 1" in said
    assert Unit.objects.select_related("parent").get(pk=school.pk).parent.code == "162"
    new = school_row("147050", **{**row, "short": "Новая", "name": "Новая СОШ"})
    load(tmp_path, new)
    assert Unit.objects.select_related("parent").get(code="147050").parent.code == "162"


def test_a_municipality_that_was_split_takes_no_new_schools(land, tmp_path):
    parts = (
        Part(into=land.kansk, members=(land.schools[0],)),
        Part(new=okrug(land, name="Новый округ"), takes_the_rest=True),
    )
    do(OperationKind.SPLIT, land.dzer, parts=parts)
    row = {"place_code": "121", "place": "Дзержинский район", "short": "Новая", "name": "Новая СОШ"}

    said = load(tmp_path, school_row("121050", **row))

    assert "Дзержинский район больше нет, вместо него — Новый округ или город Канск" in said.replace(
        "город Канск или Новый округ", "Новый округ или город Канск"
    )


def test_facts_are_of_what_the_school_was(land, now):
    before = Period.objects.create(code="2024", kind="year", starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    after = Period.objects.create(code="2025", kind="year", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    school = land.schools[0]
    do(OperationKind.CHANGE, school, said={"level": SchoolLevel.PRIMARY})
    do(OperationKind.CHANGE, land.schools[1], said={"kind": Kind.PRESCHOOL, "level": ""})

    def basic(period) -> dict[int, int]:
        basis = Basis(period, int(period.code), int(period.code) - 1, int(period.code))
        return dict(school_level(basis, level=SchoolLevel.SECONDARY))

    def schools(period) -> int:
        basis = Basis(period, int(period.code), int(period.code) - 1, int(period.code))
        return dict(number_of_schools(basis))[land.dzer.pk]

    assert (basic(before)[school.pk], basic(after)[school.pk]) == (1, 0)
    assert (schools(before), schools(after)) == (2, 1)
    assert land.schools[1] in members_on(Level.SCHOOL, EVE)
    assert land.schools[1] not in members_on(Level.SCHOOL, DAY)
    assert land.schools[1] in members_on(Level.ORGANISATION, DAY)


def test_two_namesakes_of_one_former_code_are_not_guessed(land, tmp_path):
    first, second = land.schools[0], make_school(land.dzer, "121003")
    do(OperationKind.CHANGE, first, on=date(2020, 1, 1), said={"code": "121777"})
    do(OperationKind.CHANGE, second, on=date(2021, 1, 1), said={"code": "121001"})
    do(OperationKind.CHANGE, second, on=date(2022, 1, 1), said={"code": "121888"})

    row = school_row("121001", login="", place_code="121", place="Дзержинский район")
    assert "прежде этот код был у нескольких организаций" in load(tmp_path, row)
    assert system_user().is_system
