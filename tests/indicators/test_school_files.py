"""Files about schools through the commands: what they say, what they do, and what is left of a refused one."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.models import RecalculationRequest
from indicators.services.recalculation import EVERY_FACT
from indicators.services.school_files import enter_school_passport
from jobs.models import Upload
from schools.enums import Kind, SchoolType
from schools.models import Alias, Ancestry, School, SchoolYear, Unit
from tests.factories.schools import make_municipality, make_region, make_school, make_user
from tests.schools.tables import HEAD, SAMPLES, school_row, xlsx_file

pytestmark = pytest.mark.django_db
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))


def run(command: str, *files: Path, **options) -> str:
    out = StringIO()
    call_command(command, *map(str, files), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def register(tmp_path):
    """Write a register of the given rows and return its path."""

    def write(*rows) -> Path:
        path = tmp_path / "schools.xlsx"
        path.write_bytes(xlsx_file([HEAD, *rows]))
        return path

    return write


@pytest.fixture
def kezhma():
    return make_municipality(make_region(), "131", "Кежемский район")


def spooled() -> list[Path]:
    return [*(Path(settings.DATA_DIR) / "spool").glob("*"), *(Path(settings.DATA_DIR) / "staging").glob("schools-*")]


def test_the_sample_register_is_shown_and_then_taken():
    sample = SAMPLES / "schools.csv"

    shown = json.loads(run("import_schools", sample, as_json=True))["schools.csv"]
    assert (len(shown["added"]), shown["changed"], shown["left"], shown["opened"]) == (26, {}, 0, [])
    assert not Unit.objects.exists()
    assert not Upload.objects.exists()

    run("import_schools", sample, apply=True)
    assert School.objects.count() == 26
    assert Unit.objects.of_kind(Kind.MUNICIPALITY).count() == 61
    tagara = Unit.objects.get(code="131001")
    assert (tagara.name, tagara.short_name, tagara.school.fisoko_login, tagara.parent.code) == (
        "МКОУ «Тагарская СОШ»",
        "Тагарская СОШ",
        "edu240621",
        "131",
    )
    assert Ancestry.objects.filter(unit=tagara, ancestor__code="severny").exists()
    event = AuditEvent.objects.get(action="register.imported")
    assert (event.after["added"], event.via, event.actor_name) == (26, "command", "Система")


def test_taking_a_register_twice_changes_nothing_and_says_so():
    run("import_schools", SAMPLES / "schools.csv", apply=True)
    requests = RecalculationRequest.objects.count()

    said = run("import_schools", SAMPLES / "schools.csv", apply=True)

    assert said.endswith("Ничего не изменилось: всё уже так и записано.\n")
    assert RecalculationRequest.objects.count() == requests == 1
    assert RecalculationRequest.objects.get().facts == [EVERY_FACT]


def test_nothing_is_left_of_the_bytes(kezhma, register, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")  # other tests' files come and go in the usual folder
    before = spooled()
    run("import_schools", register(school_row("131001")))
    # The spool gives up a file when the transaction commits, which a test never does; its key is forgotten at once.
    assert not Upload.objects.exists()
    assert [path for path in spooled() if path not in before and path.name.startswith("schools-")] == []


def test_changes_are_named_from_what_to_what(kezhma, register):
    make_school(kezhma, "131001", "edu241001", "МКОУ «Школа 131001»")

    row = school_row("131001", name="МБОУ «Тагарская СОШ»", short="Тагарская СОШ", level="ООО", locality="город")
    said = json.loads(run("import_schools", register(row), apply=True, as_json=True))["schools.xlsx"]

    assert said["changed"] == {
        "131001": {
            "наименование": ["МКОУ «Школа 131001»", "МБОУ «Тагарская СОШ»"],
            "краткое наименование": ["МКОУ «Школа 131001»", "Тагарская СОШ"],
            "уровень": ["СОО", "ООО"],
            "местность": ["село", "город"],
        }
    }
    assert Unit.objects.get(code="131001").name == "МБОУ «Тагарская СОШ»"
    assert Alias.objects.filter(unit__code="131001", key="мкоу школа 131001").exists()


def test_a_school_is_known_by_its_login_when_its_code_is_new(kezhma, register):
    school = make_school(kezhma, "131001", "edu240621", "Тагарская СОШ")

    run("import_schools", register(school_row("131101", login="edu240621", name="Тагарская СОШ", short="")), apply=True)

    school.refresh_from_db()
    assert (school.code, Unit.objects.of_kind(Kind.SCHOOL).count()) == ("131101", 1)


def test_two_schools_exchange_their_logins_in_one_file(kezhma, register):
    first, second = make_school(kezhma, "131001", "edu240621"), make_school(kezhma, "131002", "edu240622")
    rows = [school_row("131001", login="edu240622"), school_row("131002", login="edu240621")]

    said = json.loads(run("import_schools", register(*rows), as_json=True))["schools.xlsx"]
    run("import_schools", register(*rows), apply=True)

    assert {code: change["логин ФИС ОКО"] for code, change in said["changed"].items()} == {
        "131001": ["edu240621", "edu240622"],
        "131002": ["edu240622", "edu240621"],
    }
    assert list(School.objects.order_by("pk").values_list("unit_id", "fisoko_login")) == [
        (first.pk, "edu240622"),
        (second.pk, "edu240621"),
    ]


def test_a_new_school_takes_the_login_that_another_gives_up(kezhma, register):
    first = make_school(kezhma, "131001", "edu240621")
    rows = [school_row("131001", login="edu240999"), school_row("131002", login="edu240621")]

    run("import_schools", register(*rows), apply=True)

    assert dict(School.objects.values_list("unit__code", "fisoko_login")) == {
        first.code: "edu240999",
        "131002": "edu240621",
    }


def test_a_login_that_its_school_keeps_is_not_taken(kezhma, register):
    make_school(kezhma, "131001", "edu240621")
    make_school(kezhma, "131002", "edu240622")
    path, errors = register(school_row("131002", login="edu240621")), StringIO()

    with pytest.raises(CommandError):
        call_command("import_schools", str(path), stdout=StringIO(), stderr=errors)

    assert "логин принадлежит другой школе: Школа 131001, код 131001" in errors.getvalue()
    assert sorted(School.objects.values_list("fisoko_login", flat=True)) == ["edu240621", "edu240622"]


def test_the_old_spelling_of_a_login_is_the_same_school(kezhma, register):
    make_school(kezhma, "131001", "edu240621")

    row = school_row("", login="sch240621", name="Школа 131001", short="")
    said = json.loads(run("import_schools", register(row), as_json=True))["schools.xlsx"]

    assert said["changed"] == {"131001": {"логин ФИС ОКО": ["edu240621", "sch240621"]}}


def test_a_name_is_used_last_and_never_silently(kezhma, register):
    make_school(kezhma, "131001", "edu240621", "Тагарская СОШ")
    make_school(make_municipality(kezhma.parent, "109", "город Канск"), "109001", "edu240181", "Тагарская СОШ")

    row = school_row("", login="", name="тагарская  сош", short="", level="ООО", locality="")
    said = json.loads(run("import_schools", register(row), as_json=True))["schools.xlsx"]

    assert list(said["changed"]) == ["131001"]
    assert said["warnings"] == ["Узнаны по названию внутри муниципалитета, а не по коду: строки 2. Проверьте."]


def test_a_name_never_overrules_a_code(kezhma, register):
    make_school(kezhma, "131001", "edu240621", "Тагарская СОШ")

    with pytest.raises(CommandError, match="Ошибок: 1"):
        run("import_schools", register(school_row("131009", login="", name="Тагарская СОШ")), apply=True)
    assert Unit.objects.of_kind(Kind.SCHOOL).count() == 1


def test_an_unknown_municipality_is_shown_and_added_under_the_region(kezhma, register):
    rows = school_row("777001", place_code="777", place="Новый муниципальный округ")
    said = json.loads(run("import_schools", register(rows), apply=True, as_json=True))["schools.xlsx"]

    assert (said["opened"], said["added"]) == (["777"], ["777001"])
    place = Unit.objects.get(code="777")
    assert (place.parent.code, place.municipality.type, place.name) == (
        "24",
        "municipal_district",
        "Новый муниципальный округ",
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (school_row("109001"), "код ОО начинается не с кода муниципалитета 131"),
        (school_row("132001", place_code="132"), "у муниципалитета «Кежемский район» в реестре код 131"),
        (school_row("131007", level="", name="Школа", short=""), "уровень не указан и из названия не виден"),
        (school_row("", login="edu249999"), "школы с таким названием нет"),
        (school_row("131005", login="edu240621"), None),
    ],
)
def test_one_row_that_is_wrong_stops_the_whole_file(kezhma, register, row, reason):
    make_school(kezhma, "131001", "edu240621", "Тагарская СОШ")
    make_school(kezhma, "131005", "edu240625", "Кодинская СОШ № 4")
    out = StringIO()

    with pytest.raises(CommandError, match="schools.xlsx: Ошибок: 1"):
        call_command(
            "import_schools", str(register(school_row("131002"), row)), apply=True, stdout=StringIO(), stderr=out
        )
    assert (reason or "логин принадлежит другой школе: Тагарская СОШ") in out.getvalue()
    assert not Unit.objects.filter(code="131002").exists()
    assert not Upload.objects.exists()


def test_a_school_written_twice_is_a_mistake(kezhma, register):
    with pytest.raises(CommandError, match="Ошибок: 1"):
        run("import_schools", register(school_row("131001"), school_row("131001")))


def test_a_school_that_the_file_puts_elsewhere_moves(kezhma, register):
    region = kezhma.parent
    school = make_school(region, "131001", "edu241001", "МКОУ «Школа 131001»")

    run("import_schools", register(school_row("131001", short="МКОУ «Школа 131001»")), apply=True)

    school.refresh_from_db()
    assert school.parent == kezhma


def test_what_a_register_does_not_say_of_a_new_school_is_taken_from_its_name(kezhma, register):
    run("import_schools", register(school_row("131001", name="МБОУ «Лицей № 7»", level="", locality="")), apply=True)

    school = School.objects.get()
    assert (school.level, school.type, school.locality) == ("secondary", SchoolType.ADVANCED, "rural")


def test_a_register_is_taken_only_by_who_keeps_it(kezhma, register):
    make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)
    make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent)

    with pytest.raises(CommandError, match="Нет права «вести реестр организаций»"):
        run("import_schools", register(school_row("131001")), apply=True, login="coordinator")
    run("import_schools", register(school_row("131001")), apply=True, login="analyst")
    assert AuditEvent.objects.get(action="register.imported").actor_name == "Иванова Анна Analyst"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("schools.xlsx", b"PK\x03\x04 cut", "повреждён или обрезан"),
        ("schools.pdf", b"%PDF-1.7", "принимаются xlsx, xls, ods, csv и txt"),
        ("schools.csv", b"", "пуст"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(tmp_path, name, data, reason):
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(CommandError, match=reason):
        run("import_schools", path, apply=True)
    assert not Upload.objects.exists()
    assert not Unit.objects.exists()


def test_a_thousand_schools_are_taken_in_few_statements(kezhma, register, django_assert_max_num_queries):
    path = register(*(school_row(f"131{number:03}") for number in range(1, 1000)))

    with django_assert_max_num_queries(60):
        run("import_schools", path, apply=True)
    assert School.objects.count() == 999


def test_the_sample_passports_equal_what_is_expected():
    run("import_schools", SAMPLES / "schools.csv", apply=True)
    name = "social-passport-2021.xlsx"

    printed = json.loads(run("import_passports", SAMPLES / name, as_json=True))
    assert printed == {name: EXPECTED[name]}
    assert not SchoolYear.objects.exists()

    run("import_passports", SAMPLES / name, apply=True)
    passport = SchoolYear.objects.get(unit__code="131001")
    assert (passport.academic_year, passport.pupils, passport.source, passport.source_row) == (
        2021,
        242,
        "social-passport-2021.xlsx, лист «Соцпаспорт»",
        4,
    )
    assert passport.upload_id == Upload.objects.get(name=name).pk
    assert "обучающиеся" in RecalculationRequest.objects.latest("pk").facts

    assert "Ничего не изменилось" in run("import_passports", SAMPLES / name, apply=True)


PASSPORT = ["Код ОО", "Обучающихся всего", "малообеспеченные", "Учителей всего"]


@pytest.fixture
def passports(tmp_path):
    def write(*rows) -> Path:
        path = tmp_path / "passports.xlsx"
        path.write_bytes(xlsx_file([["2021/22 учебный год"], PASSPORT, *rows]))
        return path

    return write


def test_an_empty_cell_leaves_what_is_known(kezhma, passports):
    make_school(kezhma, "131001")
    run("import_passports", passports(["131001", 100, 40, 9]), apply=True)

    said = run("import_passports", passports(["131001", 101, "", "н/д"]), apply=True)

    passport = SchoolYear.objects.get()
    assert (passport.pupils, passport.low_income, passport.teachers, passport.on_record) == (101, 40, 9, None)
    assert "обучающихся всего: 100 → 101" in said


def test_a_coordinator_loads_passports_of_the_own_municipality_only(kezhma, passports):
    make_school(kezhma, "131001")
    make_school(make_municipality(kezhma.parent, "109", "город Канск"), "109001")
    make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)

    with pytest.raises(CommandError, match="Ошибок: 1"):
        run("import_passports", passports(["131001", 9, 1, 1], ["109001", 9, 1, 1]), apply=True, login="coordinator")
    assert not SchoolYear.objects.exists()
    run("import_passports", passports(["131001", 9, 1, 1]), apply=True, login="coordinator")
    assert SchoolYear.objects.get().unit.code == "131001"


def test_a_year_that_has_not_begun_is_refused(kezhma, tmp_path):
    make_school(kezhma, "131001")
    path = tmp_path / "passports.xlsx"
    path.write_bytes(xlsx_file([["2090/91 учебный год"], PASSPORT, ["131001", 9, 1, 1]]))

    with pytest.raises(CommandError, match="Ошибок: 1"):
        run("import_passports", path, apply=True)


def test_a_passport_from_a_form_leaves_a_note(kezhma, now):
    school = make_school(kezhma, "131001")

    enter_school_passport(
        unit=school, academic_year=2021, values={"pupils": 10}, seen_at=None, actor=system_user(), now=now
    )

    note = RecalculationRequest.objects.get()
    assert (note.unit_ids, "обучающиеся" in note.facts) == ([school.pk], True)
