"""Files of past years after the map has changed: schools are found by their codes and municipalities of then."""

import pytest

from common.spreadsheets.cells import key
from monitoring.selectors.parsing import directory_for
from schools.enums import Kind, MunicipalityType, OperationKind
from schools.services.registry import MunicipalityDetails, NewUnit
from tests.factories.schools import make_municipality
from tests.schools.services.test_operations import Land, do, okrug

pytestmark = pytest.mark.django_db


def test_a_school_is_found_by_its_code_and_municipality_of_then():
    land = Land()
    school, other = land.schools[2], land.schools[0]
    do(OperationKind.JOIN, land.dzer, land.tasey, new=okrug(land))
    do(OperationKind.CHANGE, school, said={"code": "162001"})

    given = directory_for(land.region)

    assert (given["by_code"]["147001"], given["by_code"]["162001"]) == (school.pk, school.pk)
    assert given["by_alias"]["147"][key("Школа 147001")] == school.pk
    assert given["by_alias"]["162"][key("Школа 121001")] == other.pk
    assert given["municipalities"][key("Тасеевский район")] == "147"


def test_a_name_that_is_borne_again_is_of_who_bears_it_now():
    land = Land()
    kansky = make_municipality(land.east, "129", "Канский")
    details = MunicipalityDetails(type=MunicipalityType.MUNICIPAL_DISTRICT, tile_label="Канс", tile_order=51)
    new = NewUnit(
        kind=Kind.MUNICIPALITY,
        code="171",
        name="Канский муниципальный округ",
        parent=land.east,
        aliases=("Канский",),
        municipality=details,
    )
    do(OperationKind.JOIN, land.kansk, kansky, new=new)

    assert directory_for(land.region)["municipalities"][key("Канский")] == "171"
