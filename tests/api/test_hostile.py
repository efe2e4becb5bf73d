"""Questions to the API that make no sense, or pry: an answer of the API, never an error of the server."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.permissions import Role
from tests.factories.schools import make_district, make_municipality, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    region = make_region()
    district = make_district(region)
    return {code: make_municipality(district, code=code) for code in ("131", "147")}


@pytest.fixture
def coordinator(client, places):
    client.force_login(make_user("coordinator", Role.MUNICIPAL_COORDINATOR, places["131"]))
    return client


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/programmes/?year=99999",
        "/api/v1/programmes/?year=0",
        "/api/v1/programmes/?year=2021.5",
        "/api/v1/programmes/?within=1.5",
        "/api/v1/schools/?within=1.5",
    ],
)
def test_a_number_that_is_no_key_finds_nothing(coordinator, address):
    answer = coordinator.get(address)

    assert (answer.status_code, answer.json()["count"]) == (200, 0)


def test_a_foreign_territory_is_as_one_that_does_not_exist(coordinator, places):
    def answer(unit: object) -> tuple[int, str]:
        file = SimpleUploadedFile("a.csv", b"x")
        said = coordinator.post("/api/v1/uploads/", {"file": file, "unit": str(unit)})
        return said.status_code, said.text.replace(str(unit), "unit")

    assert answer(places["147"].code) == answer("999")
    assert answer(places["147"].pk) == answer(10_000_000)


def test_json_that_is_nested_without_end_is_a_mistake_of_its_sender(coordinator):
    nested = '{"a":' * 50_000 + "1" + "}" * 50_000

    answer = coordinator.post("/api/v1/observations/", nested, content_type="application/json")

    assert (answer.status_code, answer.json()) == (400, {"detail": "JSON вложен слишком глубоко."})


@pytest.mark.parametrize(
    "address",
    [
        "/reports/?unit={}",
        "/charts/indicators/1/?unit={}",
        "/programmes/indicators/?programme={}",
        "/programmes/indicators/?direction={}",
        "/monitoring/recommendations/?municipality={}",
        "/monitoring/recommendations/?run={}",
        "/monitoring/results/?load={}",
        "/indicators/entry/?unit={}",
    ],
)
@pytest.mark.parametrize("number", ["9" * 4500, "-1", "²"], ids=["endless", "negative", "no digit"])
def test_a_number_in_the_address_of_a_page_breaks_nothing(coordinator, address, number):
    assert coordinator.get(address.format(number)).status_code in (200, 404)
