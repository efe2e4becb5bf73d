"""What formulas learn of the roadmap: the region's own terms that ended in the year, and what was done in time."""

from datetime import date

import pytest

from documents.enums import DocumentKind
from documents.services.filing import Paper
from indicators.enums import PeriodKind
from indicators.facts import Basis
from indicators.models import Period, RecalculationRequest
from programmes.enums import ProgrammeStatus
from programmes.models import Programme
from roadmap.enums import Recurrence
from roadmap.facts import municipal_results_due, municipal_results_in_time, results_due, results_in_time
from roadmap.models import Activity
from roadmap.services.execution import report_execution, return_execution
from schools.enums import Kind
from schools.models import Unit
from tests.factories.roadmap import make_result

PROOF = Paper(DocumentKind.ORDER, "Приказ", "1", date(2021, 1, 10))
SPRING = (date(2021, 3, 1), date(2021, 5, 31))
OVER_THE_YEAR = (date(2020, 9, 1), date(2021, 5, 31))


@pytest.fixture
def basis(db):
    period = Period.objects.create(
        code="2021", kind=PeriodKind.YEAR, starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31)
    )
    return Basis(period, 2021, 2020, 2021)


def do(result, land, now, done_on, window_number=1, unit=None):
    return report_execution(
        result=result, unit=unit or land.region, actor=land.analyst, now=now, done_on=done_on,
        proof=PROOF, window_number=window_number,
    )  # fmt: skip


def said(basis, land):
    return dict(results_due(basis))[land.region.pk], dict(results_in_time(basis))[land.region.pk]


@pytest.mark.parametrize(
    ("done_on", "in_time"), [(date(2021, 5, 31), 1), (date(2021, 6, 1), 0), (date(2020, 12, 1), 1)]
)
def test_done_by_the_last_day_is_in_time(basis, land, now, done_on, in_time):
    do(make_result(land, now, windows=[SPRING]), land, now, done_on)
    assert said(basis, land) == (1, in_time)


def test_each_term_of_a_recurrent_result_counts(basis, land, now):
    halves = [(date(2021, 1, 1), date(2021, 6, 30)), (date(2021, 7, 1), date(2021, 10, 31))]
    result = make_result(land, now, windows=halves, recurrence=Recurrence.HALF_YEARLY)
    do(result, land, now, date(2021, 7, 1), window_number=1)  # late
    do(result, land, now, date(2021, 7, 1), window_number=2)  # in time
    assert said(basis, land) == (2, 1)


def test_a_term_counts_in_the_year_in_which_it_ends(basis, land, now):
    do(make_result(land, now, windows=[OVER_THE_YEAR]), land, now, date(2021, 5, 1))
    assert said(basis, land) == (1, 1)
    assert RecalculationRequest.objects.latest("pk").years == [2020, 2021]


def test_what_others_owe_and_what_is_on_demand_is_not_due(basis, land, now):
    do(make_result(land, now, level=Kind.MUNICIPALITY, windows=[SPRING]), land, now, date(2021, 5, 1), unit=land.kezhma)
    make_result(land, now, windows=[SPRING], recurrence=Recurrence.ON_DEMAND)
    assert said(basis, land) == (0, 0)


def test_a_municipality_owes_what_is_asked_of_municipalities(basis, land, now, django_assert_num_queries):
    owed = make_result(land, now, level=Kind.MUNICIPALITY, windows=[SPRING, (date(2021, 6, 1), date(2021, 6, 30))])
    make_result(land, now, level=Kind.MUNICIPALITY, windows=[(date(2022, 1, 1), date(2022, 3, 1))])
    make_result(land, now, windows=[SPRING])
    do(owed, land, now, date(2021, 5, 31), unit=land.kezhma)
    do(owed, land, now, date(2021, 7, 1), unit=land.kansk, window_number=2)  # late

    with django_assert_num_queries(2):
        due, in_time = dict(municipal_results_due(basis)), dict(municipal_results_in_time(basis))

    assert due == {land.kezhma.pk: 2, land.kansk.pk: 2}
    assert in_time == {land.kezhma.pk: 1, land.kansk.pk: 0}


def test_a_programme_of_another_municipality_asks_nothing(basis, land, now):
    owed = make_result(land, now, level=Kind.MUNICIPALITY, windows=[SPRING])
    do(owed, land, now, date(2021, 5, 31), unit=land.kezhma)
    Programme.objects.update(unit=land.kansk)

    assert dict(municipal_results_due(basis)) == {land.kezhma.pk: 0, land.kansk.pk: 1}
    assert dict(municipal_results_in_time(basis)) == {land.kezhma.pk: 0, land.kansk.pk: 0}


def test_who_answers_is_said_by_every_body_of_the_activity(basis, land, now):
    Activity.objects.filter(pk=make_result(land, now, windows=[SPRING]).activity_id).update(
        levels=[Kind.REGION, Kind.MUNICIPALITY]
    )

    assert dict(municipal_results_due(basis)) == {land.kezhma.pk: 1, land.kansk.pk: 1}


def test_returned_one_is_not_done(basis, land, now):
    execution = do(make_result(land, now, windows=[SPRING]), land, now, date(2021, 5, 1))
    return_execution(execution=execution, reason="Ссылка не открывается.", actor=land.approver, now=now)
    assert said(basis, land) == (1, 0)


def test_a_draft_promises_nothing(basis, land, now):
    make_result(land, now, windows=[SPRING])
    Programme.objects.update(status=ProgrammeStatus.DRAFT, approved_on=None)
    assert said(basis, land) == (0, 0)


def test_units_asked_for_are_the_ones_answered(basis, land, now):
    nobody = Unit.objects.none()
    assert (dict(results_due(basis, nobody)), dict(results_in_time(basis, nobody))) == ({}, {})
