"""Identification over the API: ordered by the centre, read by whoever sees the school, recommendations answered."""

import pytest
from rest_framework.test import APIClient

from jobs.models import Job
from jobs.services.running import run_pending
from monitoring.catalogue.method_files import method_files
from monitoring.models import IdentificationRun, Recommendation
from monitoring.services.identification_methods import load_methods
from tests.monitoring.drawn_region import DrawnRegion
from tests.monitoring.identified import LOW, approve, identify

ROOT = "/api/v1/identification"


@pytest.fixture
def region(db, now):
    drawn = DrawnRegion(now)
    load_methods(written=method_files(), actor=drawn.centre, now=now)
    drawn.low = drawn.school("131001", "Тагарская СОШ", LOW)
    drawn.foreign = drawn.school("147001", "Чужая СОШ", LOW, at=drawn.minusinsk)
    return drawn


def reader(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def test_run_is_ordered_and_its_answer_read(region):
    client = reader(region.centre)

    ordered = client.post(f"{ROOT}/runs/", {"academic_year": "2021/22"}, format="json")
    run_pending()

    assert ordered.status_code == 202
    job = client.get(f"/api/v1/jobs/{ordered.json()['id']}/").json()
    run = IdentificationRun.objects.get()
    assert (job["state"], job["result"]["run"]) == ("done", run.pk)
    answer = client.get(f"{ROOT}/runs/{run.pk}/answer/").json()
    assert {code: one["categories"] for code, one in answer["schools"].items()} == {
        "131001": ["low_results"],
        "147001": ["low_results"],
    }


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"academic_year": "2021/23"}, 400, "academic_year"),
        ({"academic_year": "2021/22", "method": "none"}, 400, "method"),
        ({}, 400, "academic_year"),
    ],
)
def test_orders_are_refused_field_by_field(region, body, status, field):
    refused = reader(region.centre).post(f"{ROOT}/runs/", body, format="json")

    assert (refused.status_code, list(refused.json())) == (status, [field])
    assert Job.objects.count() == 0


def test_coordinator_may_not_order(region):
    refused = reader(region.coordinator).post(f"{ROOT}/runs/", {"academic_year": "2021/22"}, format="json")

    assert (refused.status_code, Job.objects.count()) == (403, 0)


def test_coordinator_reads_own_schools_only(region):
    run = identify(region)
    approved = approve(region, run)
    client = reader(region.coordinator)

    runs = client.get(f"{ROOT}/runs/").json()["results"]
    findings = client.get(f"{ROOT}/findings/?run={run.pk}").json()["results"]
    entries = client.get(f"{ROOT}/list-entries/").json()["results"]

    assert [(one["id"], one["schools"]) for one in runs] == [(run.pk, 1)]
    assert [one["unit_code"] for one in findings] == ["131001"]
    assert [(one["unit_code"], one["categories"]) for one in entries] == [("131001", ["low_results"])]
    assert [one["id"] for one in client.get(f"{ROOT}/lists/").json()["results"]] == [approved.pk]
    assert list(client.get(f"{ROOT}/runs/{run.pk}/answer/").json()["schools"]) == ["131001"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("resource", "queries"),
    [
        ("identification/methods", 5),
        ("identification/runs", 5),
        ("identification/findings", 5),
        ("identification/lists", 5),
        ("identification/list-entries", 5),
        ("recommendations", 4),
    ],
)
def test_lists_take_constant_queries(region, django_assert_num_queries, resource, queries, count):
    for number in range(count):
        region.school(f"13110{number}", f"Ещё {number}", LOW)
        approve(region, identify(region))
    client = reader(region.coordinator)

    with django_assert_num_queries(queries):
        answer = client.get(f"/api/v1/{resource}/")

    assert answer.status_code == 200
    assert "147001" not in answer.text


@pytest.mark.parametrize("resource", ["findings", "runs"])
def test_foreign_and_missing_answer_byte_for_byte_alike(region, resource):
    region.low.school_results.all().delete()
    region.low.closed_on = region.now.date().replace(year=2020)
    region.low.save(update_fields=["closed_on"])
    run = identify(region)
    foreign = run.pk if resource == "runs" else run.findings.get().pk
    client = reader(region.coordinator)

    answers = [client.get(f"{ROOT}/{resource}/{key}/") for key in (foreign, 999_999)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_recommendation_is_answered_in_order(region):
    identify(region)
    mine = Recommendation.objects.filter(unit=region.kezhma).first()
    theirs = Recommendation.objects.filter(unit=region.foreign).first()
    client = reader(region.coordinator)
    address = f"/api/v1/recommendations/{mine.pk}/answer/"

    too_soon = client.post(address, {"state": "done", "answer": "сделано"}, format="json")
    silent = client.post(address, {"state": "declined"}, format="json")
    foreign = client.post(f"/api/v1/recommendations/{theirs.pk}/answer/", {"state": "accepted"}, format="json")
    accepted = client.post(address, {"state": "accepted"}, format="json")

    assert (too_soon.status_code, silent.status_code, foreign.status_code) == (409, 400, 404)
    assert silent.json() == {"answer": "Напишите, почему рекомендация отклонена."}
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")


def test_of_two_who_answer_the_second_is_told_how_it_stands(region):
    identify(region)
    address = f"/api/v1/recommendations/{Recommendation.objects.filter(unit=region.kezhma).first().pk}/"
    client = reader(region.coordinator)
    seen = client.get(address).headers["ETag"]
    first = client.post(f"{address}answer/", {"state": "accepted"}, format="json", headers={"If-Match": seen})

    said = {"state": "declined", "answer": "Нет денег"}
    late = client.post(f"{address}answer/", said, format="json", headers={"If-Match": seen})
    again = client.post(f"{address}answer/", said, format="json", headers={"If-Match": late.headers["ETag"]})

    assert (first.status_code, late.status_code, late.json()["state"]) == (200, 412, "accepted")
    assert (late.headers["ETag"] == first.headers["ETag"] != seen, again.status_code) == (True, 200)
