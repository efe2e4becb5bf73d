"""A value, a promise, and how it stands: the cases drawn from the targets of the regional programme."""

from decimal import Decimal

import pytest

from indicators.enums import ValueStatus
from programmes.enums import Standing, TargetOperator
from programmes.selectors.judging import Measured, Promise, judge, judge_change, judge_each, with_other_half

MET, MISSED, AHEAD, NO_DATA, NOT_SET = (
    Standing.MET, Standing.MISSED, Standing.AHEAD, Standing.NO_DATA, Standing.NOT_SET,
)  # fmt: skip


def pair(n, d=None, name="Северный округ", status=ValueStatus.KNOWN):
    part, whole = (None if one is None else Decimal(one) for one in (n, d))
    return Measured(unit_id=1, unit_name=name, status=status, n=part, d=whole)


def at_least(value):
    return Promise(TargetOperator.AT_LEAST, Decimal(value))


YES = Promise(TargetOperator.YES)
AT_MOST = Promise(TargetOperator.AT_MOST, Decimal(5))


@pytest.mark.parametrize(
    ("promise", "measured", "over", "running"),
    [
        pytest.param(at_least(20), pair(19, 95), MET, AHEAD, id="exactly the share, which may yet fall"),
        pytest.param(at_least(20), pair(1999, 10000), MISSED, AHEAD, id="19,99 % is not rounded up to 20"),
        pytest.param(at_least(33), pair(1, 3), MET, AHEAD, id="a third"),
        pytest.param(at_least(10), pair(9), MISSED, AHEAD, id="a count"),
        pytest.param(at_least(0), pair(0), MET, AHEAD, id="nought is a value"),
        pytest.param(AT_MOST, pair(5), MET, AHEAD, id="a ceiling may yet be passed"),
        pytest.param(Promise(TargetOperator.EQUALS, Decimal(3)), pair(4), MISSED, AHEAD, id="equals"),
        pytest.param(YES, pair(1, 1), MET, MET, id="yes"),
        pytest.param(YES, pair(0, 1), MISSED, AHEAD, id="no"),
        pytest.param(YES, pair(60, 61), MISSED, AHEAD, id="all but one"),
        pytest.param(YES, pair(2), MET, MET, id="the top step"),
        pytest.param(Promise(TargetOperator.NOT_APPLICABLE), pair(1, 2), NOT_SET, NOT_SET, id="no target"),
        pytest.param(at_least(20), None, NO_DATA, AHEAD, id="not computed"),
    ],
)  # fmt: skip
def test_one_value(promise, measured, over, running):
    assert judge(promise, measured, is_over=True).standing == over
    assert judge(promise, measured, is_over=False).standing == running


def test_unknown_says_its_cause():
    unknown = pair(None, 0, status=ValueStatus.NOT_HELD)

    held = judge(at_least(15), unknown, is_over=True)

    assert (held.standing, held.cause) == (NO_DATA, "процедура не проводилась")


def test_each_district_is_met_only_by_all_and_the_others_are_named():
    north, south = pair(12), pair(8, name="Южный округ")

    judged = judge_each(at_least(10), [north, south], is_over=True)

    assert (judged.standing, judged.failing, judged.least, judged.asked) == (MISSED, (south,), south, 2)
    assert judged.cause == "не выполняют: 1 из 2"
    assert judge_each(at_least(8), [north, south], is_over=True).standing == MET


def test_a_district_without_listed_schools_is_not_asked():
    nobody = pair(0, 0, status=ValueStatus.NOBODY)

    assert judge_each(at_least(10), [pair(12), nobody], is_over=True).standing == MET
    assert judge_each(at_least(10), [nobody], is_over=True).standing == NO_DATA


def test_one_who_said_nothing_keeps_the_target_from_being_met():
    silent = pair(None, 0, status=ValueStatus.NOT_SUBMITTED)

    judged = judge_each(YES, [pair(1, 1), silent], is_over=True)

    assert (judged.standing, judged.unknown, judged.cause) == (NO_DATA, (silent,), "о 1 из 2")
    assert judge_each(YES, [pair(0, 1), silent], is_over=True).standing == MISSED


@pytest.mark.parametrize(
    ("entered", "standing", "cause"),
    [
        (Decimal(5), MET, "«Регионы»: 5 при цели ≥ 5"),
        (Decimal(4), MISSED, "«Регионы»: 4, а нужно ≥ 5"),
        (None, NO_DATA, "вторая половина цели не внесена: «Регионы»"),
    ],
)
def test_both_halves_of_a_compound_target_must_hold(entered, standing, cause):
    first = judge(at_least(1), pair(1), is_over=True)

    judged = with_other_half(first, at_least(5), entered, what="Регионы", is_over=True)

    assert (judged.standing, judged.cause) == (standing, cause)


def test_a_missed_first_half_is_missed_whatever_the_other():
    first = judge(at_least(2), pair(1), is_over=True)

    assert with_other_half(first, at_least(5), Decimal(9), what="Регионы", is_over=True).standing == MISSED
    assert with_other_half(first, at_least(5), None, what="Регионы", is_over=True).standing == MISSED


LESS = Promise(TargetOperator.POSITIVE_DYNAMICS, is_less_better=True)
GROWTH = Promise(TargetOperator.GROWTH)


@pytest.mark.parametrize(
    ("promise", "before", "measured", "over", "running"),
    [
        pytest.param(GROWTH, pair(1, 3), pair(34, 100), MET, AHEAD, id="a third and a little more"),
        pytest.param(GROWTH, pair(1, 3), pair(33, 100), MISSED, AHEAD, id="a third and a little less"),
        pytest.param(GROWTH, pair(1, 3), pair(2, 6), MISSED, AHEAD, id="the same is no growth"),
        pytest.param(GROWTH, pair(4), pair(5), MET, AHEAD, id="a count"),
        pytest.param(GROWTH, pair(0, 5), pair(1, 5), MET, AHEAD, id="from nought"),
        pytest.param(LESS, pair(5, 100), pair(4, 100), MET, AHEAD, id="less is better"),
        pytest.param(GROWTH, None, pair(5), NO_DATA, AHEAD, id="nothing to compare with"),
        pytest.param(GROWTH, pair(5), None, NO_DATA, AHEAD, id="no value"),
    ],
)
def test_change_against_a_base_year(promise, before, measured, over, running):
    assert judge_change(promise, measured, before, base=2020, is_over=True).standing == over
    assert judge_change(promise, measured, before, base=2020, is_over=False).standing == running


@pytest.mark.parametrize(("n", "standing"), [(9, MISSED), (10, MET), (15, MET), (20, MET), (21, MISSED)])
def test_between_holds_both_ends(n, standing):
    promise = Promise(TargetOperator.BETWEEN, Decimal(10), Decimal(20))

    assert judge(promise, pair(n, 100), is_over=True).standing == standing


def test_a_figure_without_a_sign_waits_for_its_owner():
    judged = judge(Promise(TargetOperator.UNSPECIFIED, Decimal(85)), pair(90, 100), is_over=True)

    assert (judged.standing, judged.cause) == (
        NOT_SET,
        "в документе не сказано, не менее или ровно: решает владелец программы",
    )


@pytest.mark.parametrize(
    ("operator", "value", "entered", "standing", "cause"),
    [
        (TargetOperator.AT_LEAST, 4, 4, MET, "«Регионы»: 4 при цели ≥ 4"),
        (TargetOperator.AT_LEAST, 4, 3, MISSED, "«Регионы»: 3, а нужно ≥ 4"),
        (TargetOperator.AT_MOST, 4, 4, MET, "«Регионы»: 4 при цели ≤ 4"),
        (TargetOperator.AT_MOST, 4, 5, MISSED, "«Регионы»: 5, а нужно ≤ 4"),
        (TargetOperator.EQUALS, 4, 4, MET, "«Регионы»: 4 при цели = 4"),
        (TargetOperator.EQUALS, 4, 5, MISSED, "«Регионы»: 5, а нужно = 4"),
        (TargetOperator.AT_LEAST, 4, None, NO_DATA, "вторая половина цели не внесена: «Регионы»"),
    ],
)
def test_the_other_half_with_every_sign_is_told(operator, value, entered, standing, cause):
    first = judge(at_least(1), pair(2), is_over=True)
    other = Promise(operator, Decimal(value))

    told = with_other_half(first, other, None if entered is None else Decimal(entered), what="Регионы", is_over=True)

    assert (told.standing, told.cause) == (standing, cause)
