"""A long run is laid out in parts; several workers take them, each part once, and what one leaves another does."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from indicators.enums import IndicatorKind
from indicators.models import IndicatorValue, RecalculationPart, RecalculationRequest, RecalculationRun
from indicators.selectors.run_journal import PART_KIND
from indicators.services.definitions import Definition, define_indicator, set_basis
from indicators.services.long_runs import do_parts, lay_out, unfinished_runs
from indicators.services.recalculation import current_editions, recalculate, request_recalculation
from indicators.services.runs import Wish
from jobs.enums import Queue
from jobs.models import Job
from jobs.services.running import run_pending
from tests.indicators.services.test_at_once import together
from tests.indicators.territory import Territory, draw_territory, person

pytestmark = pytest.mark.django_db(transaction=True)

FORMULAS = {
    "сельских": "количество(школы, где сельская)",
    "школ": "количество(школы)",
    "наименьшее": "минимум_по(муниципалитет, количество(школы, где сельская))",
    "не_сельских": "количество(школы, где не сельская)",
}


class Died(Exception):
    """A worker that came to its end."""


@pytest.fixture
def place() -> Territory:
    return draw_territory()


@pytest.fixture
def indicators(place: Territory, now: datetime) -> list[str]:
    system = person("system", is_system=True)
    for year in (2020, 2021):
        set_basis(year=year, academic_year=year - 1, cohort_year=year, actor=system, now=now)
    for code, formula in FORMULAS.items():
        definition = Definition(kind=IndicatorKind.COUNT, formula=formula, unit_of_measure="школ", precision=0)
        define_indicator(code=code, name=code, definition=definition, valid_from=now.date(), actor=system, now=now)
    RecalculationRequest.objects.all().delete()
    Job.objects.all().delete()
    return list(FORMULAS)


def laid_out(now: datetime) -> RecalculationRun:
    note = request_recalculation(facts={"*"}, actor=person("asker", is_system=True), now=now, reason="всё")
    return lay_out([Wish(edition) for edition in current_editions()], notes=[note], reason="всё", now=now)


def computed() -> set[tuple]:
    return set(
        IndicatorValue.objects.values_list("edition__indicator__code", "period__code", "unit__code", "n", "status")
    )


def test_two_workers_share_the_parts_and_one_of_them_closes_the_run(indicators, now):
    recalculate(reason="в один приём", now=now)
    expected = computed()
    IndicatorValue.objects.all().delete()
    run = laid_out(now)

    shares = together(lambda: do_parts(run, clock=lambda: now), lambda: do_parts(run, clock=lambda: now))

    assert sum(shares) == len(FORMULAS)
    assert computed() == expected
    run.refresh_from_db()
    assert (run.editions, run.written, run.changed, run.problems) == (8, len(expected), len(expected), {})
    assert run.finished_at == now
    assert RecalculationRequest.objects.get().fulfilled_at == now
    assert RecalculationPart.objects.count() == 0


def test_what_a_dead_worker_leaves_another_does(indicators, now):
    run = laid_out(now)
    calls = iter([now])

    def clock() -> datetime:
        for moment in calls:
            return moment
        raise Died

    with pytest.raises(Died):
        do_parts(run, clock=clock)
    half = {row[0] for row in computed()}
    assert len(half) == 1
    assert RecalculationRequest.objects.get().fulfilled_at is None
    assert unfinished_runs() == [run]

    assert do_parts(run, clock=lambda: now) == len(FORMULAS) - 1
    assert {row[0] for row in computed()} == set(FORMULAS)
    assert unfinished_runs() == []


def test_a_formula_that_makes_no_sense_any_more_is_told_and_stops_nothing(indicators, now):
    broken = current_editions().get(indicator__code="школ")
    broken.formula = "количество(школы, где такого_нет)"
    broken.save()
    run = laid_out(now)

    do_parts(run, clock=lambda: now)

    run.refresh_from_db()
    assert list(run.problems) == ["школ"]
    assert {row[0] for row in computed()} == set(FORMULAS) - {"школ"}


def test_its_workers_are_those_of_long_work_and_are_ordered_once(indicators, now):
    laid_out(now)
    jobs = Job.objects.filter(kind=PART_KIND)
    assert [job.queue for job in jobs] == [Queue.LONG, Queue.LONG]
    Job.objects.exclude(kind=PART_KIND).delete()

    run_pending(clock=lambda: now)

    assert sorted(job.result["parts"] for job in jobs.all()) == [0, len(FORMULAS)]
    assert unfinished_runs() == []


def test_a_school_that_moves_meanwhile_is_counted_where_it_stands(indicators, place, now):
    run = laid_out(now)
    parts = iter([now])

    def clock() -> datetime:
        for moment in parts:
            return moment
        raise Died

    with pytest.raises(Died):
        do_parts(run, clock=clock)
    place["109002"].ancestry.exclude(ancestor=place["109002"]).exclude(ancestor=place["24"]).delete()
    request_recalculation(facts={"*"}, actor=person("mover", is_system=True), now=now, reason="перевод")

    do_parts(run, clock=lambda: now + timedelta(minutes=1))

    left = IndicatorValue.objects.filter(unit__code="109", period__code="2021", edition__indicator__code="не_сельских")
    assert [value.n for value in left] == [0]


def test_nothing_is_left_in_the_session(indicators, now):
    do_parts(laid_out(now), clock=lambda: now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname LIKE 'opora%%'")
        assert cursor.fetchone() == (0,)
