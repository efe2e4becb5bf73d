"""The journal of recalculations: the list, one run, the API, and who reads them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.permissions import Role
from indicators.models import RecalculationRequest
from indicators.selectors.run_journal import PART_KIND
from indicators.services.long_runs import lay_out
from indicators.services.recalculation import current_editions, fulfil_requests, request_recalculation
from indicators.services.runs import Wish
from jobs.enums import JobState
from jobs.models import Job
from tests.indicators.territory import person

LIST = reverse("indicators:recalculation-list")


def asked(system, now, reason="внесено: Имбинская СОШ", *, facts=frozenset({"сельская"}), units=None, years=(2021,)):
    return request_recalculation(facts=facts, unit_ids=units, years=years, actor=system, now=now, reason=reason)


@pytest.fixture
def fulfilled(rural, group_order, system, now):
    fulfil_requests(clock=lambda: now)


def run_once(system, now, **given):
    note = asked(system, now, **given)
    fulfil_requests(clock=lambda: now)
    note.refresh_from_db()
    return note.run


def test_a_run_says_when_why_of_what_and_what_came_of_it(client, fulfilled, place, analyst, system, now):
    run = run_once(system, now, units=[place["131001"].pk])
    client.force_login(analyst)

    page = client.get(LIST, {"q": "имбинская"})

    ((shown, state, took, notes, more, problems),) = page.context["runs"]
    assert (shown.pk, state.label, more, problems) == (run.pk, "посчитано", 0, "")
    assert took.endswith("с")
    assert [(one.facts, one.years, one.units) for one in notes] == [("сельская", "2021", "Имбинская СОШ")]
    assert (shown.written, shown.changed) == (4, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_queries(
    client, fulfilled, place, analyst, system, now, count, django_assert_num_queries
):
    for number in range(count):
        run_once(system, now + timedelta(hours=number), units=[place["131001"].pk])
    asked(system, now, reason="ждёт")
    client.force_login(analyst)

    # session, user, may one; years; count, runs, notes of each; what waits, its job; names of units; places
    with django_assert_num_queries(11):
        client.get(LIST)


def test_what_could_not_be_computed_is_said_with_its_reason(client, fulfilled, analyst, system, now):
    broken = current_editions().get(indicator__code="rural")
    broken.formula, broken.depends_on = "количество(школы, где такого_нет)", ["сельская"]
    broken.save()
    run = run_once(system, now)
    client.force_login(analyst)

    page = client.get(reverse("indicators:recalculation", args=[run.pk]))

    assert page.context["state"].label == "не всё посчитано"
    assert page.context["problems"] == [("rural", run.problems["rural"])]
    assert "такого_нет" in page.content.decode()
    assert [row[0].pk for row in client.get(LIST, {"state": "failed"}).context["runs"]] == [run.pk]


def test_a_long_run_waits_then_goes_and_says_why_its_last_worker_failed(client, fulfilled, analyst, system, now):
    note = asked(system, now, reason="всё")
    run = lay_out([Wish(edition) for edition in current_editions()], notes=[note], reason="всё", now=now)
    jobs = Job.objects.filter(kind=PART_KIND)
    client.force_login(analyst)

    def state() -> str:
        return client.get(LIST, {"q": "всё"}).context["runs"][0][1].label

    assert state() == "ждёт"
    jobs.update(state=JobState.RUNNING, lease_until=now)
    assert state() == "идёт"
    jobs.update(state=JobState.FAILED, lease_until=None, failure="Работа обрывалась 3 раза подряд.")
    page = client.get(reverse("indicators:recalculation", args=[run.pk]))
    assert (page.context["parts_left"], page.context["why_waiting"]) == (2, "Работа обрывалась 3 раза подряд.")


def test_notes_that_wait_stand_above_with_the_failure_of_their_worker(client, fulfilled, analyst, system, now):
    asked(system, now, reason="новые ответы", facts={"*"}, years=None)
    Job.objects.filter(kind="indicators.recalculate").update(state=JobState.FAILED, failure="Нет места на диске.")
    client.force_login(analyst)

    page = client.get(LIST)

    ((waiting,), said) = page.context["waiting"], page.context["why_waiting"]
    assert (waiting.note.reason, waiting.facts, waiting.years) == ("новые ответы", "все сведения", "все годы")
    assert said == "Нет места на диске."


def test_it_is_narrowed_by_person_year_and_day(client, fulfilled, analyst, system, now):
    run = run_once(system, now + timedelta(days=3), years=(2022,))
    client.force_login(analyst)

    def found(**narrowing: object) -> list[int]:
        return [row[0].pk for row in client.get(LIST, narrowing).context["runs"]]

    day = (now + timedelta(days=3)).date().isoformat()
    assert found(since=day) == found(who="SYSTEM", since=day) == found(year=2022, since=day) == [run.pk]
    assert found(year=2021, since=day) == found(who="никто") == found(since=day, q="ничего") == []


def test_the_file_has_the_same_rows(client, fulfilled, place, analyst, system, now):
    run = run_once(system, now, units=[place["131001"].pk, place["131002"].pk, place["147001"].pk])
    client.force_login(analyst)

    lines = client.get(LIST, {"q": "имбинская", "file": "csv"}).content.decode("utf-8-sig").splitlines()

    assert len(lines) == 2
    assert lines[1].startswith(f"{run.pk};")
    assert "Имбинская СОШ, Кодинская СОШ № 4 и ещё 1" in lines[1]


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [(Role.OBSERVER, "24", 200), (Role.MUNICIPAL_HEAD, "131", 404), (Role.SCHOOL_DIRECTOR, "131001", 404)],
)
def test_only_who_reads_the_history_of_the_region_reads_it(client, fulfilled, place, system, now, role, at, status):
    run = run_once(system, now)
    client.force_login(person("reader", role, place[at]))

    pages = [client.get(address).status_code for address in (LIST, reverse("indicators:recalculation", args=[run.pk]))]

    assert pages == [status, status]


def test_the_api_lists_the_same(client, fulfilled, place, analyst, coordinator, system, now):
    run = run_once(system, now, units=[place["131001"].pk])
    client.force_login(analyst)

    row = client.get("/api/v1/recalculations/", {"state": "done", "year": 2021}).json()["results"][0]
    none = client.get("/api/v1/recalculations/", {"year": 2020, "since": "2021-11-16"}).json()["results"]
    client.force_login(coordinator)
    others = client.get("/api/v1/recalculations/").json()["results"]

    assert (row["id"], row["state"], row["computed"], row["note_count"]) == (run.pk, "done", 4, 1)
    assert row["notes"][0]["units"] == [place["131001"].pk]
    assert (none, others) == ([], [])
    assert client.get(f"/api/v1/recalculations/{run.pk}/").status_code == 404
    assert RecalculationRequest.objects.filter(run=run).count() == 1
