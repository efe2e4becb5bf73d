"""What one answer of one school sets going: asserted by counts, of statements and of values, and not by time."""

from decimal import Decimal

import pytest

from indicators.enums import ElementType, IndicatorKind
from indicators.models import Period, RecalculationRun
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from indicators.services.recalculation import recalculate
from schools.enums import Kind


def define(code, formula, system, now):
    definition = Definition(kind=IndicatorKind.COUNT, formula=formula, unit_of_measure="школ", precision=0)
    return define_indicator(code=code, name=code, definition=definition, valid_from=now.date(), actor=system, now=now)


# Each indicator costs its savepoint and the release of it, its lock and one statement; the others cost nothing. Two ask
# which periods are closed.
@pytest.mark.parametrize(("resting", "others", "statements"), [(1, 1, 23), (1, 5, 23), (3, 5, 31)])
def test_an_answer_computes_what_rests_on_it_and_asks_nothing_for_the_rest(
    place, years, system, now, django_assert_num_queries, resting, others, statements
):
    ours, _ = (
        define_element(code=code, name=code, type=ElementType.YES_NO, level=Kind.SCHOOL, actor=system, now=now)
        for code in ("наша", "чужая")
    )
    for number in range(resting):
        define(f"resting-{number}", "количество(школы, где есть(«наша»))", system, now)
    for number in range(others):
        define(f"other-{number}", "количество(школы, где есть(«чужая»))", system, now)
    recalculate(reason="всё", now=now)
    entry = Entry(ours, place["131001"], Period.objects.get(code="2021"), Decimal(1))

    with django_assert_num_queries(statements):
        enter_observation(entry=entry, actor=system, now=now)

    run = RecalculationRun.objects.latest("pk")
    above = place["131001"].path.strip("/").count("/") + 1
    assert (run.editions, run.written) == (resting, above * resting)
