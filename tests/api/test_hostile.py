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
