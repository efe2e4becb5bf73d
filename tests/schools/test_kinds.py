"""Organisations that are no schools, and those directly under the region, are read and shown."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.permissions import Role
from schools.enums import Kind, SchoolType
from schools.layouts.values import kind_of
from schools.models import Unit
from tests.factories.schools import (
    make_district,
    make_municipality,
    make_organisation,
    make_region,
    make_school,
    make_user,
)
from tests.schools.tables import HEAD, school_row, xlsx_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_district(make_region()), "131", "Кежемский район")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("МКОУ «Имбинская СОШ»", Kind.SCHOOL),
        ("Начальная школа — детский сад № 5", Kind.SCHOOL),
        ("МКДОУ «Детский сад „Солнышко“»", Kind.PRESCHOOL),
        ("МБДОУ ДС № 12", Kind.PRESCHOOL),
        ("Кодинская ДШИ", Kind.EXTRACURRICULAR),
        ("Детская музыкальная школа № 1", Kind.EXTRACURRICULAR),
        ("МБУ ДО «Дом детского творчества»", Kind.EXTRACURRICULAR),
        ("учреждение дополнительного образования", Kind.EXTRACURRICULAR),
        ("КГБПОУ «Приангарский политехнический техникум»", Kind.COLLEGE),
        ("Профессиональный лицей № 91", Kind.COLLEGE),
        ("СПО", Kind.COLLEGE),
        ("Лицей № 1", Kind.SCHOOL),
        ("Солнышко", None),
    ],
)
def test_a_kind_is_told_by_words(said, kind):
    assert kind_of(said) == kind


def load(tmp_path, *rows, head=HEAD, apply=True) -> dict:
    path = tmp_path / "register.xlsx"
    path.write_bytes(xlsx_file([head, *rows]))
    out, err = StringIO(), StringIO()
    try:
        call_command("import_schools", str(path), apply=apply, as_json=True, stdout=out, stderr=err)
    except CommandError as refused:
        raise AssertionError(err.getvalue()) from refused
    return json.loads(out.getvalue())["register.xlsx"]


def test_a_register_brings_organisations_of_every_kind(kezhma, tmp_path):
    load(
        tmp_path,
        [*school_row("131001", name="МКОУ «Имбинская СОШ»"), "школа"],
        [*school_row("131002", name="Гимназия"), "гимназия"],
        [*school_row("131701", name="МКДОУ «Солнышко»", level=""), "детский сад"],
        [*school_row("131801", name="Дом творчества", level=""), "УДО"],
        [
            *school_row("900001", name="Приангарский техникум", level="", place_code="", place="Красноярский край"),
            "СПО",
        ],
        head=[*HEAD, "Вид организации"],
    )

    units = {unit.code: unit for unit in Unit.objects.select_related("school", "parent").exclude(school=None)}
    assert {code: unit.kind for code, unit in units.items()} == {
        "131001": Kind.SCHOOL,
        "131002": Kind.SCHOOL,
        "131701": Kind.PRESCHOOL,
        "131801": Kind.EXTRACURRICULAR,
        "900001": Kind.COLLEGE,
    }
    assert units["131002"].school.type == SchoolType.ADVANCED
    assert (units["131701"].school.level, units["131701"].parent) == ("", kezhma)
    assert units["900001"].parent.kind == Kind.REGION


def test_a_register_read_twice_changes_nothing_and_a_kind_is_not_changed_by_it(kezhma, tmp_path):
    row = school_row("131701", name="МКДОУ «Детский сад „Солнышко“»", level="")
    first = load(tmp_path, row)
    assert first["warnings"][-1] == "Вид взят из названия, дошкольная организация: 1\N{NO-BREAK SPACE}организация."

    assert load(tmp_path, row)["left"] == 1
    with pytest.raises(AssertionError, match="в реестре это дошкольная организация, а в файле — профессиональная"):
        load(tmp_path, [*row, "СПО"], head=[*HEAD, "Вид организации"])


def test_the_list_is_of_schools_unless_another_kind_is_asked_for(client, kezhma):
    region = kezhma.parent.parent
    make_school(kezhma, "131001")
    make_organisation(kezhma, "131701", Kind.PRESCHOOL)
    college = make_organisation(region, "900001", Kind.COLLEGE, "Приангарский техникум")
    client.force_login(make_user("analyst", Role.MINISTRY_ANALYST, region))

    def found(query: str) -> set[str]:
        return {unit.code for unit in client.get(f"/schools/{query}").context["page"]}

    assert found("") == {"131001"}
    assert found("?kind=preschool") == {"131701"}
    assert found("?kind=any") == {"131001", "131701", "900001"}
    page = client.get(f"/units/{college.pk}/", follow=True)
    assert page.status_code == 200
    assert "Профессиональная организация, город" in page.content.decode()
    assert client.get(f"/indicators/schools/{college.pk}/register/").status_code == 200


def test_organisations_directly_under_the_region_are_chosen_by_a_word(client, kezhma):
    region = kezhma.parent.parent
    make_municipality(kezhma.parent, "147", "Тасеевский район")
    make_school(kezhma, "131001")
    make_school(region, "900002", name="Краевая кадетская школа")
    client.force_login(make_user("analyst", Role.MINISTRY_ANALYST, region))

    page = client.get("/schools/?within=directly").context["page"]

    assert [unit.code for unit in page] == ["900002"]


def test_the_api_gives_schools_and_other_kinds_when_asked(client, kezhma):
    make_school(kezhma, "131001")
    garden = make_organisation(kezhma, "131701", Kind.PRESCHOOL)
    client.force_login(make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma))

    def codes(query: str) -> list[str]:
        return [row["code"] for row in client.get(f"/api/v1/schools/{query}").json()["results"]]

    assert codes("") == ["131001"]
    assert codes("?kind=preschool") == ["131701"]
    assert client.get(f"/api/v1/schools/{garden.pk}/").json()["level"] == ""
