"""Who stands nearest to being counted: the seven schools of the formula's own tables."""

from fractions import Fraction

import pytest

from indicators.formula.check import check
from programmes.selectors.margins import members_to_move
from tests.spec.formula.world import KANSK, KEZHMA, REGION, VALUES, Tables

BOTH = "динамика(огэ, «математика», 9) > 0 и динамика(огэ, «русский язык», 9) > 0"
MATHS, RUSSIAN = "динамика(огэ, «математика», 9)", "динамика(огэ, «русский язык», 9)"


def found(formula, unit=REGION, **more):
    source = Tables(VALUES)
    members = members_to_move(check(formula, source), source.world(), unit, **more)
    near = [(one.name, [(gap.said, gap.size) for gap in one.gaps]) for one in members.near]
    return near, [name for _, name in members.unknown]


def test_the_nearest_come_first_with_what_each_lacks():
    near, unknown = found(f"доля(школы, где {BOTH}, среди выявленных)")

    assert near == [
        ("Тасеевская № 1", [(f"{RUSSIAN}: 0\xa0%, нужно больше 0\xa0%", Fraction(0))]),
        ("Имбинская", [(f"{MATHS}: −2\xa0%, нужно больше 0\xa0%", Fraction(2))]),
    ]
    assert unknown == ["Заледеевская"]


def test_only_those_under_the_unit():
    assert found(f"доля(школы, где {BOTH}, среди выявленных)", unit=KEZHMA)[0] == [
        ("Имбинская", [(f"{MATHS}: −2\xa0%, нужно больше 0\xa0%", Fraction(2))]),
    ]
    assert found(f"доля(школы, где {BOTH}, среди выявленных)", unit=KANSK) == ([], [])


def test_two_conditions_are_farther_than_one_and_the_larger_gap_decides():
    near, _ = found(f"количество(школы, где {MATHS} > 4 и {RUSSIAN} > 2)")

    assert [(name, [size for _, size in gaps]) for name, gaps in near] == [
        ("Кодинская № 1", [1]),
        ("Тасеевская № 2", [1, 0]),
        ("Канская № 2", [0, Fraction(3, 2)]),
        ("Тасеевская № 1", [Fraction(5, 2), 2]),
        ("Имбинская", [6, 0]),
        ("Канская № 1", [4, None]),  # one of its two is not known: no distance
    ]
    assert dict(near)["Кодинская № 1"] == [(f"{RUSSIAN}: +1\xa0%, нужно больше 2\xa0%", Fraction(1))]


def test_of_either_the_smaller_gap():
    near, _ = found(f"доля(школы, где {MATHS} > 6 или {RUSSIAN} >= 5)")

    assert dict(near)["Кодинская № 1"] == [(f"{MATHS}: +5\xa0%, нужно больше 6\xa0%", Fraction(1))]
    assert dict(near)["Имбинская"] == [(f"{RUSSIAN}: +2\xa0%, нужно не меньше 5\xa0%", Fraction(3))]


def test_an_answer_has_no_distance_and_stands_after_what_has():
    near, unknown = found("доля(школы, где есть(«поддержка_мобильный_центр»))")

    assert near == [
        ("Заледеевская", [("нужно «да»: есть(«поддержка_мобильный_центр»)", None)]),
        ("Тасеевская № 2", [("нужно «да»: есть(«поддержка_мобильный_центр»)", None)]),
    ]
    assert unknown == ["Канская № 1"]


def test_those_who_would_have_to_leave():
    near, _ = found(f"доля(школы, где {MATHS} > 0, среди сельских)", is_to_leave=True)

    assert near == [
        ("Тасеевская № 1", [(f"{MATHS}: +1,5\xa0%, нужно не больше 0\xa0%", Fraction("1.5"))]),
        ("Тасеевская № 2", [(f"{MATHS}: +3\xa0%, нужно не больше 0\xa0%", Fraction(3))]),
    ]


def test_not_turns_a_condition_round():
    near, _ = found(f"доля(школы, где не ({MATHS} > 0), среди сельских)")

    assert [name for name, _ in near] == ["Тасеевская № 1", "Тасеевская № 2"]


def test_a_step_of_a_scale_is_needed_and_not_measured():
    near, _ = found("доля(муниципалитеты, где состояние(«выявление_дефицитов») = 2)")

    assert [(name, [size for _, size in gaps]) for name, gaps in near] == [
        ("Тасеевский район", [None]), ("Безшкольный район", [None]),
    ]  # fmt: skip


def test_a_sum_counts_no_members_by_a_condition():
    assert found("сумма(учителя)") == ([], [])
    assert found("100 * (сумма(учителя_самодиагностика) / сумма(учителя_основной_средней))") == ([], [])


DIAGNOSED, ALL = "учителя_самодиагностика", "учителя_основной_средней"


@pytest.mark.parametrize(
    "formula", [f"100 * (сумма({DIAGNOSED}) / сумма({ALL}))", f"100 * отношение({DIAGNOSED}, {ALL})"]
)
def test_of_a_ratio_whoever_lacks_most_of_the_goal_comes_first(formula):
    near, unknown = found(formula, goal=Fraction(6, 10))

    assert near == [
        ("Тасеевская № 1", [("0 из 20", 12)]),
        ("Кодинская № 1", [("20 из 40", 4)]),
        ("Канская № 2", [("15 из 30", 3)]),
        ("Имбинская", [("6 из 12", Fraction(6, 5))]),
        ("Заледеевская", [("3 из 6", Fraction(3, 5))]),
    ]
    assert unknown == ["Тасеевская № 2"]


def test_where_less_is_better_whoever_has_more_than_the_goal():
    near, _ = found(f"100 * отношение({DIAGNOSED}, {ALL})", unit=KANSK, goal=Fraction(1, 2), is_to_leave=True)

    assert near == [("Канская № 1", [("45 из 60", 15)])]


def test_of_a_mean_the_distance_of_the_own_one_and_the_large_school_first():
    mean = "среднее(доля_справившихся(огэ, «математика»), участники(огэ, «математика»))"

    near, unknown = found(mean, goal=Fraction(91))

    # К2 is farther away, T1 has more pupils and weighs more.
    assert near == [
        ("Тасеевская № 1", [("70", 21)]),
        ("Имбинская", [("60", 31)]),
        ("Кодинская № 1", [("90", 1)]),
    ]
    assert unknown == ["Заледеевская", "Канская № 2"]


def test_of_the_least_every_territory_that_is_behind():
    near, unknown = found("минимум_по(округ, доля(школы, где выявлена))", goal=Fraction(9, 10))

    assert near == [("южный округ", [("50", 40)]), ("северный округ", [("80", 10)])]
    assert unknown == []


def test_without_a_goal_or_of_sums_of_several_nobody_is_named():
    assert found(f"100 * отношение({DIAGNOSED}, {ALL})") == ([], [])
    assert found(f"сумма({DIAGNOSED}) + сумма({ALL})", goal=Fraction(300)) == ([], [])
