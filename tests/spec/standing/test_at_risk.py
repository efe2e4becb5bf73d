"""A running year: in danger or only not ended yet, by the value, the forecast and the band, both ways."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from indicators.enums import ValueStatus
from programmes.enums import Standing, TargetOperator
from programmes.selectors.forecasting import Forecast
from programmes.selectors.judging import Outlook, Promise, judge, judge_change, judge_each, with_other_half
from tests.spec.standing.test_judging import pair

MET, RISK, AHEAD, MISSED = Standing.MET, Standing.AT_RISK, Standing.AHEAD, Standing.MISSED
NOTHING_KNOWN = Outlook()


def promise(operator, value, band=0, **more):
    return Promise(operator, Decimal(value), band=Decimal(band), places=1, measure="п.\xa0п.", **more)


def expecting(value, *, is_accruing=False):
    exact = Fraction(value)
    return Outlook(Forecast(exact, exact - 1, exact + 1, (2018, 2019, 2020)), is_accruing)


SO_FAR = "пока выполняется"
FLOOR, CEILING, STRETCH = TargetOperator.AT_LEAST, TargetOperator.AT_MOST, TargetOperator.BETWEEN


@pytest.mark.parametrize(
    ("asked", "measured", "outlook", "standing", "cause"),
    [
        pytest.param(promise(FLOOR, 20), pair(18, 100), NOTHING_KNOWN, RISK,
                     "сейчас до цели не хватает 2,0\xa0п.\xa0п.", id="short of a floor"),
        pytest.param(promise(FLOOR, 20, 2), pair(18, 100), NOTHING_KNOWN, AHEAD, "", id="within the band, exactly"),
        pytest.param(promise(FLOOR, 20, "1.99"), pair(18, 100), NOTHING_KNOWN, RISK,
                     "сейчас до цели не хватает 2,0\xa0п.\xa0п., допуск 1,99\xa0п.\xa0п.", id="just outside the band"),
        pytest.param(promise(FLOOR, 20), pair(20, 100), expecting(5), RISK,
                     "по прогнозу до цели не хватает 15,0\xa0п.\xa0п.", id="a share that is reached may yet fall"),
        pytest.param(promise(FLOOR, 20), pair(20, 100), NOTHING_KNOWN, AHEAD, SO_FAR, id="is so far well"),
        pytest.param(promise(FLOOR, 20), pair(21), NOTHING_KNOWN, AHEAD, SO_FAR, id="a count that may fall"),
        pytest.param(promise(FLOOR, 20), pair(21), Outlook(None, True), MET, "", id="a count that only grows"),
        pytest.param(Promise(TargetOperator.YES), pair(61, 61), NOTHING_KNOWN, MET, "", id="an answer stays"),
        pytest.param(promise(FLOOR, 20, 1), pair(19, 100), expecting(17), RISK,
                     "по прогнозу до цели не хватает 3,0\xa0п.\xa0п., допуск 1\xa0п.\xa0п.", id="a short forecast"),
        pytest.param(promise(FLOOR, 20), pair(12, 100), expecting(22), RISK,
                     "сейчас до цели не хватает 8,0\xa0п.\xa0п.", id="the forecast is well, the value is not"),
        pytest.param(promise(FLOOR, 20), pair(12), expecting(22, is_accruing=True), AHEAD, "",
                     id="a count grows till the end of the year: the forecast speaks"),
        pytest.param(promise(FLOOR, 20), pair(12), Outlook(None, True), RISK,
                     "сейчас до цели не хватает 8,0\xa0п.\xa0п.", id="a count without a forecast"),
        pytest.param(promise(CEILING, 5), pair(4, 100), NOTHING_KNOWN, AHEAD, "", id="under «до 5 %»"),
        pytest.param(promise(CEILING, 5), pair(6, 100), NOTHING_KNOWN, RISK,
                     "сейчас цель превышена на 1,0\xa0п.\xa0п.", id="above «до 5 %»"),
        pytest.param(promise(CEILING, 5, 1), pair(6, 100), NOTHING_KNOWN, AHEAD, "", id="above by the band"),
        pytest.param(promise(CEILING, 5), pair(4, 100), expecting(7), RISK,
                     "по прогнозу цель превышена на 2,0\xa0п.\xa0п.", id="under it now, above by the forecast"),
        pytest.param(promise(CEILING, 5), pair(6), expecting(4, is_accruing=True), RISK,
                     "сейчас цель превышена на 1,0\xa0п.\xa0п.", id="a count above its ceiling does not come down"),
        pytest.param(promise(STRETCH, 10, upper=Decimal(15)), pair(16, 100), NOTHING_KNOWN, RISK,
                     "сейчас цель превышена на 1,0\xa0п.\xa0п.", id="above a stretch"),
        pytest.param(promise(STRETCH, 10, upper=Decimal(15)), pair(8, 100), NOTHING_KNOWN, RISK,
                     "сейчас до цели не хватает 2,0\xa0п.\xa0п.", id="below a stretch"),
        pytest.param(promise(STRETCH, 10, upper=Decimal(15)), pair(12, 100), NOTHING_KNOWN, AHEAD, "", id="within it"),
        pytest.param(Promise(TargetOperator.EQUALS, Decimal(3)), pair(4), NOTHING_KNOWN, RISK,
                     "сейчас цель превышена на 1", id="more than exactly three"),
        pytest.param(Promise(TargetOperator.YES, places=1, measure="п.\xa0п."), pair(60, 61), NOTHING_KNOWN, RISK,
                     "сейчас до цели не хватает 1,6\xa0п.\xa0п.", id="one of 61 has not said yes"),
        pytest.param(promise(FLOOR, 20), None, expecting(17), RISK,
                     "по прогнозу до цели не хватает 3,0\xa0п.\xa0п.", id="not computed yet, the forecast is short"),
        pytest.param(promise(FLOOR, 20), None, expecting(22), AHEAD, "ещё не посчитано", id="and is well"),
    ],
)  # fmt: skip
def test_a_running_year(asked, measured, outlook, standing, cause):
    judged = judge(asked, measured, is_over=False, outlook=outlook)

    assert (judged.standing, judged.cause) == (standing, cause)


def test_a_year_that_has_not_begun_and_one_that_is_over_are_in_no_danger():
    assert judge(promise(FLOOR, 20), pair(18, 100), is_over=False).standing == AHEAD
    assert judge(promise(FLOOR, 20, 5), pair(18, 100), is_over=True).standing == MISSED


@pytest.mark.parametrize(
    ("now_", "is_less_better", "standing", "cause"),
    [
        (29, False, RISK, "сейчас до цели не хватает 1,0\xa0п.\xa0п.; 2020 год: 30,0"),
        (31, False, AHEAD, "2020 год: 30,0"),
        (31, True, RISK, "сейчас цель превышена на 1,0\xa0п.\xa0п.; 2020 год: 30,0"),
        (30, False, AHEAD, "2020 год: 30,0"),
    ],
)
def test_growth_in_a_running_year(now_, is_less_better, standing, cause):
    growth = Promise(TargetOperator.GROWTH, is_less_better=is_less_better, places=1, measure="п.\xa0п.")

    judged = judge_change(
        growth, pair(now_, 100), pair(30, 100), base=2020, is_over=False, outlook=NOTHING_KNOWN
    )  # fmt: skip

    assert (judged.standing, judged.cause) == (standing, cause)


def test_of_each_unit_those_in_danger_are_counted():
    north, south = pair(12, 100), replace(pair(18, 100, name="Южный округ"), unit_id=2)
    silent = replace(pair(None, 0, name="Западный округ", status=ValueStatus.NOT_SUBMITTED), unit_id=3)
    outlooks = {1: NOTHING_KNOWN, 2: NOTHING_KNOWN, 3: expecting(5)}

    judged = judge_each(promise(FLOOR, 15), [north, south, silent], is_over=False, outlooks=outlooks)

    assert (judged.standing, judged.cause) == (RISK, "не дотягивают: 2 из 3")
    assert [one.unit_name for one in judged.failing] == ["Северный округ"]
    assert judge_each(promise(FLOOR, 15, 5), [north, south], is_over=False, outlooks=outlooks).standing == AHEAD


def test_the_other_half_may_be_in_danger_too():
    first = judge(promise(FLOOR, 1), pair(2), is_over=False, outlook=Outlook(None, True))
    other = Promise(FLOOR, Decimal(4))

    told = with_other_half(first, other, Decimal(3), what="Регионы", is_over=False, is_running=True)

    assert (first.standing, told.standing, told.cause) == (MET, RISK, "«Регионы»: 3, а нужно ≥ 4")
    assert with_other_half(first, other, None, what="Регионы", is_over=False, is_running=True).standing == AHEAD


def test_of_each_unit_what_all_have_reached_is_kept_only_where_it_can_but_grow():
    units = [pair(20), replace(pair(22, name="Южный округ"), unit_id=2)]
    growing, falling = ({1: one, 2: one} for one in (Outlook(None, True), NOTHING_KNOWN))

    assert judge_each(promise(FLOOR, 15), units, is_over=False, outlooks=growing).standing == MET
    judged = judge_each(promise(FLOOR, 15), units, is_over=False, outlooks=falling)
    assert (judged.standing, judged.cause) == (AHEAD, SO_FAR)
    assert judge_each(promise(FLOOR, 15), units, is_over=True).standing == MET
