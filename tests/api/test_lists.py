"""Lists of the API: whoever asks sees his own territory, in a constant number of queries, page by page."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from indicators.enums import Better, IndicatorKind, PeriodKind, ValueStatus
from indicators.models import Indicator, IndicatorEdition, IndicatorValue, Period, RecalculationRun
from jobs.models import Job
from tests.monitoring.drawn_region import DrawnRegion

TABLE = "ОГЭ математика 9 | 2021: 8/20"


@pytest.fixture
def region(db, now):
    return DrawnRegion(now)


def reader(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def give_values(region: DrawnRegion, units) -> None:
    period = Period.objects.get_or_create(
        code="2021", defaults={"kind": PeriodKind.YEAR, "starts_on": "2021-01-01", "ends_on": "2021-12-31"}
    )[0]
    indicator = Indicator.objects.create(code="share", name="Доля", sort_key="доля", search_key="доля")
    edition = IndicatorEdition.objects.create(
        indicator=indicator,
        number=1,
        valid_from="2020-01-01",
        kind=IndicatorKind.SHARE,
        better=Better.MORE,
        level="school",
        formula="доля(школы)",
    )
    run = RecalculationRun.objects.create(started_at=region.now, finished_at=region.now, reason="тест")
    for unit in units:
        IndicatorValue.objects.create(
            edition=edition, period=period, unit=unit, n=1, d=2, status=ValueStatus.KNOWN, run=run
        )


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("resource", "queries"), [("units", 5), ("schools", 5), ("school-years", 5), ("results", 5), ("values", 5)]
)
def test_list_shows_own_territory_in_constant_queries(region, django_assert_num_queries, resource, queries, count):
    figures = {2021: {"pupils": 100}}
    mine = [region.school(f"13100{n}", f"Школа {n}", TABLE, passports=figures) for n in range(count)]
    foreign = region.school("147001", "Чужая школа", TABLE, at=region.minusinsk, passports=figures)
    give_values(region, [*mine, foreign])
    client = reader(region.coordinator)

    # session, user, count, rows; of units what they were, of the rest whether at the root
    with django_assert_num_queries(queries):
        answer = client.get(f"/api/v1/{resource}/")

    seen = {row.get("code", row.get("unit_code")) for row in answer.json()["results"]}
    expected = {unit.code for unit in mine}
    assert seen == (expected | {"131"} if resource == "units" else expected)


@pytest.mark.parametrize("resource", ["units", "schools"])
def test_foreign_and_missing_answer_byte_for_byte_alike(region, resource):
    foreign = region.school("147001", "Чужая школа", at=region.minusinsk)
    client = reader(region.coordinator)

    answers = [client.get(f"/api/v1/{resource}/{key}/") for key in (foreign.pk, 999_999)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_filter_by_a_foreign_key_tells_nothing(region):
    foreign = region.school("147001", "Чужая школа", TABLE, at=region.minusinsk)
    client = reader(region.coordinator)

    answers = [client.get(f"/api/v1/results/?unit={key}") for key in (foreign.pk, 999_999)]

    assert answers[0].content == answers[1].content


def test_who_has_not_signed_in_gets_nothing(db):
    for resource in ("units", "schools", "values", "results", "jobs", "identification/findings"):
        answer = Client().get(f"/api/v1/{resource}/")
        assert (resource, answer.status_code) == (resource, 401)


def test_schema_is_for_those_who_have_come_in(db):
    assert Client().get("/api/schema/").status_code == 401


def test_jobs_are_seen_by_their_owner_only(region):
    for person in (region.coordinator, region.neighbour):
        Job.objects.create(kind="test", title=person.login, ordered_by=person, ordered_at=region.now)

    answer = reader(region.coordinator).get("/api/v1/jobs/")

    assert [row["title"] for row in answer.json()["results"]] == ["kezhma"]


def test_pages_hold_25_rows_and_never_more_than_200(region):
    for number in range(30):
        region.school(f"131{number:03}", f"Школа {number}")
    client = reader(region.coordinator)

    assert len(client.get("/api/v1/schools/").json()["results"]) == 25
    assert len(client.get("/api/v1/schools/?page_size=1000").json()["results"]) == 30


def test_names_are_found_whatever_the_case_and_yo(region):
    found = region.school("131001", "Берёзовская СОШ")
    region.school("131002", "Имбинская СОШ")

    answer = reader(region.coordinator).get("/api/v1/schools/?search=БЕРЕЗОВСКАЯ")

    assert [row["code"] for row in answer.json()["results"]] == [found.code]


def test_schema_names_every_resource(client, region):
    client.force_login(region.coordinator)

    answer = client.get("/api/schema/?format=json")

    paths = set(answer.json()["paths"])
    assert answer.status_code == 200
    assert {"/api/v1/units/", "/api/v1/schools/{id}/", "/api/v1/values/", "/api/v1/jobs/{id}/"} <= paths
