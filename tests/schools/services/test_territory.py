"""The territory that comes with the portal, and loading it."""

import json
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.services.people import system_user
from common.catalogues import CatalogueError
from schools.catalogue.territory import FILE, read_territory
from schools.enums import Kind, MunicipalityType
from schools.models import Alias, Ancestry, Municipality, Unit
from schools.services.registry import BEGINNING, move_unit
from schools.services.territory import load_territory
from tests.factories.schools import make_municipality, make_region

DISTRICTS = {
    "krasnoyarsk": 1,
    "zapadny": 14,
    "vostochny": 14,
    "yuzhny": 8,
    "tsentralny": 11,
    "severny": 13,
}


def test_the_file_has_every_municipality_of_its_time():
    places = [place for place in read_territory() if place.kind == Kind.MUNICIPALITY]

    assert Counter(place.parent for place in places) == DISTRICTS
    assert Counter(place.type for place in places) == {
        MunicipalityType.URBAN_DISTRICT: 17,
        MunicipalityType.MUNICIPAL_DISTRICT: 3,
        MunicipalityType.RAYON: 41,
    }
    codes = {place.code: place.name for place in places}
    assert (codes["131"], codes["147"], codes["109"]) == ("Кежемский район", "Тасеевский район", "город Канск")
    assert len({place.tile_label for place in places}) == 61


@pytest.mark.django_db
def test_loading_is_done_once(now):
    first = load_territory(actor=system_user(), now=now)
    second = load_territory(actor=system_user(), now=now)

    assert (len(first.added), first.changed, first.moved, first.left) == (68, [], [], [])
    assert (second.added, second.changed, second.moved, len(second.left)) == ([], [], [], 68)
    assert Municipality.objects.count() == 61
    assert Ancestry.objects.count() == 1 + 6 * 2 + 61 * 3


@pytest.mark.django_db
def test_a_name_by_which_files_call_a_town_finds_the_town_only(now):
    load_territory(actor=system_user(), now=now)

    assert [alias.unit.code for alias in Alias.objects.filter(key="ачинск").select_related("unit")] == ["102"]
    assert [alias.unit.code for alias in Alias.objects.filter(key="г канск").select_related("unit")] == ["109"]
    assert [alias.unit.code for alias in Alias.objects.filter(key="канский район").select_related("unit")] == ["129"]


@pytest.mark.django_db
def test_a_municipality_of_no_known_district_goes_under_its_own(now):
    kezhma = make_municipality(make_region(), "131", "Кежемский район")

    report = load_territory(actor=system_user(), now=now)

    kezhma.refresh_from_db()
    assert report.moved == ["131"]
    assert kezhma.parent.code == "severny"
    assert Ancestry.objects.get(unit=kezhma, ancestor__code="severny").valid_from == BEGINNING


@pytest.mark.django_db
def test_what_somebody_has_moved_is_left_where_it_is(now):
    load_territory(actor=system_user(), now=now)
    kezhma, south = Unit.objects.get(code="131"), Unit.objects.get(code="yuzhny")
    move_unit(unit=kezhma, parent=south, on=date(2021, 1, 1), actor=system_user(), now=now)

    report = load_territory(actor=system_user(), now=now)

    kezhma.refresh_from_db()
    assert (report.elsewhere, kezhma.parent) == (["131"], south)


@pytest.mark.django_db
def test_what_the_file_says_otherwise_is_changed(now, tmp_path):
    load_territory(actor=system_user(), now=now)
    other = tmp_path / "territory.yaml"
    text = FILE.read_text(encoding="utf-8")
    other.write_text(text.replace("name: Пировский муниципальный округ", "name: Пировский новый округ"), "utf-8")

    report = load_territory(actor=system_user(), now=now, path=other)

    assert report.changed == ["142"]
    assert Unit.objects.get(code="142").name == "Пировский новый округ"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('code: "102"', 'code: "101"', "«101» уже занято"),
        ("type: urban_district", "type: city", "значение «city» не подходит"),
        ("label: АЧИН", "label: КРСК", "«КРСК» уже занято"),
        ('code: "102"', "code: 102", "нужно: текст, а записано «102»"),
    ],
)
def test_mistakes_of_the_file_are_named_with_their_lines(tmp_path, old, new, problem):
    other = tmp_path / "territory.yaml"
    other.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(CatalogueError) as refused:
        read_territory(other)
    assert problem in str(refused.value)
    assert str(refused.value).startswith("territory.yaml, строка ")


@pytest.mark.django_db
def test_the_command_prints_what_it_did():
    out = StringIO()
    call_command("load_territory", json=True, stdout=out)

    assert len(json.loads(out.getvalue())["added"]) == 68
    out = StringIO()
    call_command("load_territory", stdout=out)
    assert out.getvalue() == "Добавлено: 0, изменено: 0, переведено в округ: 0, без изменений: 68.\n"


@pytest.mark.django_db
def test_the_command_says_what_is_wrong():
    with pytest.raises(CommandError, match="файл не читается"):
        call_command("load_territory", file=Path("/nowhere/territory.yaml"))
    with pytest.raises(CommandError, match="«petrova» нет"):
        call_command("load_territory", login="petrova")
