"""Programmes and the roadmap in the API: own territory and what is published above it, in a few queries."""

from datetime import date

import pytest
from rest_framework.test import APIClient

from documents.enums import DocumentKind
from documents.services.filing import Paper
from indicators.enums import Better, IndicatorKind, PeriodKind
from indicators.models import Indicator, IndicatorEdition, IndicatorValue, Period, RecalculationRun
from programmes.enums import ProgrammeStatus, TargetOperator
from programmes.models import Direction, ProgrammeIndicator, Target
from roadmap.services.execution import report_execution
from schools.enums import Kind
from tests.factories.programmes import make_land, make_programme, make_unit
from tests.factories.roadmap import make_result

PROOF = Paper(DocumentKind.ORDER, "Приказ", "12", date(2021, 10, 20), "https://kezhma.example.ru/12.pdf")


@pytest.fixture
def land(db):
    return make_land()


def reader(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def give_target(programme):
    direction, _ = Direction.objects.get_or_create(programme=programme, number=1, defaults={"title": "Управление"})
    number = programme.programme_indicators.count() + 1
    code = f"{programme.code}-{number}"
    indicator = Indicator.objects.create(code=code, name=f"Доля {code}", sort_key="", search_key="")
    IndicatorEdition.objects.create(
        indicator=indicator, number=1, valid_from="2020-01-01", kind=IndicatorKind.SHARE, better=Better.MORE,
        level="school", formula="доля(школы)",
    )  # fmt: skip
    place = ProgrammeIndicator.objects.create(
        programme=programme, direction=direction, indicator=indicator, number=f"1.{number}", sort_order=number
    )
    period, _ = Period.objects.get_or_create(
        code="2021", defaults={"kind": PeriodKind.YEAR, "starts_on": "2021-01-01", "ends_on": "2021-12-31"}
    )
    return Target.objects.create(
        programme_indicator=place, period=period, operator=TargetOperator.AT_LEAST, value=20, verbatim="не менее 20%"
    )


def draw(land, now, count):
    """Things of Кежма, `count` of each, and one of each of the neighbour."""
    foreign = make_programme(land.kansk, land.neighbour, now)
    own = make_programme(land.kezhma, land.coordinator, now, status=ProgrammeStatus.DRAFT)
    for programme in (foreign, *[own] * count):
        give_target(programme)
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    units = [land.kezhma, *(make_unit("municipality", f"20{n}", f"Район {n}", land.kezhma) for n in range(count - 1))]
    for unit in units:
        report_execution(result=result, unit=unit, actor=land.analyst, now=now, done_on=date(2021, 10, 25), proof=PROOF)
    report_execution(
        result=result, unit=land.kansk, actor=land.neighbour, now=now, done_on=date(2021, 10, 25), proof=PROOF
    )
    for number in range(count - 1):
        make_programme(make_unit("school", f"13110{number}", f"Школа {number}", land.kezhma), land.editor, now)
        make_result(land, now)
        Direction.objects.create(programme=own, number=number + 2, title="Другое")


EXPECTED = {
    "programmes": (5, lambda count: count + 1),  # the region's own is read from below
    "directions": (5, lambda count: count + 1),
    "targets": (5, lambda count: count),
    "activities": (5, lambda count: count),
    "activity-results": (6, lambda count: count),
    "executions": (5, lambda count: count),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("resource", EXPECTED)
def test_list_shows_own_territory_in_constant_queries(land, now, django_assert_num_queries, resource, count):
    draw(land, now, count)
    queries, expected = EXPECTED[resource]
    client = reader(land.coordinator)

    with django_assert_num_queries(queries):  # session, user, whether at the root, count, rows, [terms]
        answer = client.get(f"/api/v1/{resource}/").json()

    assert answer["count"] == expected(count)
    assert "147" not in {row.get("unit_code") for row in answer["results"]}


@pytest.mark.parametrize("resource", EXPECTED)
def test_foreign_and_missing_answer_byte_for_byte_alike(land, now, resource):
    draw(land, now, 1)
    own = {row["id"] for row in reader(land.coordinator).get(f"/api/v1/{resource}/").json()["results"]}
    foreign = [
        row["id"]
        for row in reader(land.neighbour).get(f"/api/v1/{resource}/").json()["results"]
        if row["id"] not in own
    ] or [888_888]

    answers = [reader(land.coordinator).get(f"/api/v1/{resource}/{key}/") for key in (foreign[0], 999_999)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("programmes/?kind=municipal", 1),
        ("programmes/?status=draft", 1),
        ("programmes/?year=2019", 0),
        ("programmes/?search=КЕЖЕМСКИЙ", 1),
        ("targets/?period=2021", 1),
        ("targets/?period=2022", 0),
        ("activities/?level=municipality", 1),
        ("activity-results/?year=2021&due_by=2021-10-31", 1),
        ("activity-results/?due_by=2021-10-30", 0),
        ("executions/?state=reported&unit_code=131", 1),
        ("executions/?state=accepted", 0),
        ("executions/?unit_code=147", 0),
    ],
)
def test_lists_are_narrowed(land, now, address, found):
    draw(land, now, 1)
    assert reader(land.coordinator).get(f"/api/v1/{address}").json()["count"] == found


def test_a_target_says_what_is_promised_and_an_execution_by_which_document(land, now):
    draw(land, now, 1)
    client = reader(land.coordinator)
    (target,) = client.get("/api/v1/targets/").json()["results"]
    assert {key: target[key] for key in ("number", "period", "operator", "value", "scope", "verbatim")} == {
        "number": "1.1",
        "period": "2021",
        "operator": "at_least",
        "value": "20.0000",
        "scope": "whole",
        "verbatim": "не менее 20%",
    }
    (execution,) = client.get("/api/v1/executions/").json()["results"]
    assert (execution["document"]["number"], execution["done_on"]) == ("12", "2021-10-25")


def test_nothing_is_written_through_reads(land, now):
    draw(land, now, 1)
    for resource in EXPECTED:
        assert reader(land.analyst).post(f"/api/v1/{resource}/", {}).status_code == 405


def test_standings_of_a_territory_through_the_one_enum(land, now, django_assert_num_queries):
    programme = make_programme(land.region, land.analyst, now)
    target = give_target(programme)
    period, edition = target.period, IndicatorEdition.objects.get()
    run = RecalculationRun.objects.create(started_at=now, reason="проба")
    IndicatorValue.objects.create(edition=edition, period=period, unit=land.kezhma, n=1, d=4, status="known", run=run)
    IndicatorValue.objects.create(edition=edition, period=period, unit=land.region, n=1, d=8, status="known", run=run)
    client, address = reader(land.coordinator), f"/api/v1/programmes/{programme.pk}/standings/"

    with django_assert_num_queries(10):
        answer = client.get(address)

    (told,) = answer.json()
    assert told == {
        "number": "1.1", "indicator": edition.indicator.code, "name": edition.indicator.name, "unit": land.kezhma.pk,
        "period": "2021", "target": target.pk, "promise": "≥\xa020\xa0%", "n": "1.0000", "d": "4.0000",
        "standing": "met", "cause": "", "forecast": None, "forecast_in_words": "", "lacking": [], "is_stale": False,
    }  # fmt: skip
    assert client.get(address, {"unit": land.region.pk}).status_code == 404
    assert client.get(address, {"unit": land.kansk.pk}).status_code == 404
    assert client.get(address, {"year": 2030}).json() == []
    (of_region,) = reader(land.analyst).get(address).json()
    assert (of_region["unit"], of_region["standing"]) == (land.region.pk, "missed")
    assert of_region["lacking"] == [
        {"unit": land.region.pk, "count": "1.0000", "needed": "2.0000", "whole": "8.0000", "is_to_leave": False,
         "is_impossible": False},
    ]  # fmt: skip
