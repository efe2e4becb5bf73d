"""`recalculate_indicators` and what it says."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from indicators.models import IndicatorValue, RecalculationRequest
from indicators.services.recalculation import fulfil_requests


def run(**options):
    out, err = StringIO(), StringIO()
    call_command("recalculate_indicators", stdout=out, stderr=err, **options)
    return out.getvalue()


def test_one_year_is_counted(rural):
    said = run(year=2021)

    assert "показателей и лет 1, значений 12, изменилось 12" in said
    assert set(IndicatorValue.objects.values_list("period__code", flat=True)) == {"2021"}


def test_without_a_year_the_notes_that_wait_are_fulfilled(rural):
    waiting = RecalculationRequest.objects.filter(fulfilled_at=None).count()

    assert f"Заявок выполнено: {waiting}, значений изменилось: 36." in run()
    assert "Заявок выполнено: 0, значений изменилось: 0." in run()


def test_a_year_that_is_not_there_is_refused(rural):
    with pytest.raises(CommandError) as refused:
        run(year=2031)

    assert str(refused.value) == "Года программы 2031 нет. Есть: 2020, 2021, 2022."


def test_a_formula_that_lost_its_element_is_named_and_the_exit_says_so(group_order, rural, now):
    fulfil_requests(clock=lambda: now)
    element, _ = group_order
    element.delete()

    with pytest.raises(CommandError) as refused:
        run(year=2021)

    assert str(refused.value) == "Часть показателей не посчитана: исправьте их формулы."
