"""What the database itself refuses of the roadmap, and who may answer for an activity."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from roadmap.enums import ExecutionState
from roadmap.models import Activity, Execution, ExpectedResult, ResultWindow
from schools.enums import Kind
from tests.factories.roadmap import make_result


def refused(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("level", "levels", "answering"),
    [
        (Kind.REGION, [], {Kind.REGION}),
        (Kind.MUNICIPALITY, ["municipality"], {Kind.REGION, Kind.MUNICIPALITY}),
        (Kind.REGION, ["municipality", "region", "school"], {Kind.REGION, Kind.MUNICIPALITY, Kind.SCHOOL}),
    ],
)
def test_every_body_of_an_activity_and_who_stands_above_it_may_answer(level, levels, answering):
    assert Activity(level=level, levels=levels).answering == answering


def test_terms_do_not_end_before_they_begin(land, now):
    result = make_result(land, now)
    with refused("window_ends_after_it_begins"), transaction.atomic():
        ResultWindow.objects.update(ends_on=date(2020, 1, 1))
    with refused("result_window_ends_after_it_begins"), transaction.atomic():
        ExpectedResult.objects.filter(pk=result.pk).update(ends_on=date(2020, 1, 1))


def test_numbers_are_given_once(land, now):
    result = make_result(land, now)
    with refused("result_numbered_once"), transaction.atomic():
        ExpectedResult.objects.create(activity=result.activity, year=2021, number=1, title="Другой")
    with refused("activity_numbered_once"), transaction.atomic():
        Activity.objects.create(programme=result.activity.programme, number=1, title="Другое")
    with refused("window_numbered_once"), transaction.atomic():
        ResultWindow.objects.create(result=result, number=1, starts_on=date(2021, 1, 1), ends_on=date(2021, 1, 2))


def test_a_unit_executes_a_result_once_a_term(land, now):
    result = make_result(land, now)
    given = {"result": result, "unit": land.region, "state": ExecutionState.IN_PROGRESS}
    Execution.objects.create(**given, reported_by=land.analyst, reported_at=now)
    with refused("execution_once_a_window"), transaction.atomic():
        Execution.objects.create(**given, reported_by=land.analyst, reported_at=now)
