"""Two at the same time, each with a connection of its own: nothing is lost and nothing is counted twice."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from accounts.permissions import Role
from indicators.enums import ElementType, IndicatorKind
from indicators.models import IndicatorValue, Observation, Period, RecalculationRequest
from indicators.services.definitions import Definition, define_indicator, set_basis
from indicators.services.elements import define_element
from indicators.services.entries import Entry, SomebodySavedFirst
from indicators.services.observations import enter_observation
from indicators.services.recalculation import fulfil_requests, request_recalculation
from schools.enums import Kind
from tests.indicators.territory import draw_territory, person

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], object]) -> list[object]:
    """Do each work in a thread and a connection of its own, begun together; return results or what was raised."""
    start, results = Barrier(len(works)), [None] * len(works)

    def do(place: int, work: Callable[[], object]) -> None:
        start.wait()
        try:
            results[place] = work()
        except Exception as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [Thread(target=do, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def asked(now: datetime):
    """A count of schools and its sum."""
    place = draw_territory()
    system = User.objects.create(login="system", is_system=True)
    set_basis(year=2021, academic_year=2020, cohort_year=2021, actor=system, now=now)
    element = define_element(
        code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    define_indicator(
        code="teachers",
        name="Учителей",
        definition=Definition(kind=IndicatorKind.COUNT, formula="сумма(значение(«учителя»))", unit_of_measure="чел."),
        valid_from=now.date(),
        actor=system,
        now=now,
    )
    fulfil_requests(clock=lambda: now)
    return place, element, Period.objects.get(code="2021")


def test_of_two_who_fill_an_empty_cell_one_saves_and_the_other_is_told(asked, now):
    place, element, period = asked
    people = [person(login, Role.MUNICIPAL_COORDINATOR, place["131"]) for login in ("first", "second")]

    def write(actor, value):
        entry = Entry(element, place["131001"], period, Decimal(value), seen=None)
        return lambda: enter_observation(entry=entry, actor=actor, now=now)

    results = together(write(people[0], 10), write(people[1], 20))

    assert {type(result) for result in results} == {
        Observation,
        SomebodySavedFirst,
    }
    assert Observation.objects.filter(replaced_at=None).count() == 1


def test_entries_of_different_schools_are_all_in_the_sum(asked, now):
    place, element, period = asked
    schools = ["131001", "131002", "147001", "147002", "109001", "109002"]
    writer = person("writer", Role.MINISTRY_ANALYST, place["24"])

    def write(code):
        entry = Entry(element, place[code], period, Decimal(1), seen=None)
        return lambda: enter_observation(entry=entry, actor=writer, now=now)

    together(*(write(code) for code in schools))

    value = IndicatorValue.objects.get(unit=place["24"], edition__indicator__code="teachers")
    assert (value.n, value.left_out) == (6, 0)


def test_two_workers_share_the_notes_and_none_is_done_twice(asked, now):
    place, element, period = asked
    actor = person("actor")
    for number in range(4):
        request_recalculation(facts={"значение(учителя)"}, actor=actor, now=now, reason=f"заявка {number}")

    done = together(*[lambda: fulfil_requests(clock=lambda: now)] * 2)

    assert sum(each["requests"] for each in done) == 4
    assert not RecalculationRequest.objects.filter(fulfilled_at=None).exists()
