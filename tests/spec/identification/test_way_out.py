"""«Что её выведет»: the smallest number of pupils, case by case, and that no smaller one is enough."""

import itertools

import pytest

from monitoring.identification.findings import State
from monitoring.identification.identify import identify
from monitoring.identification.way_out import way_out
from tests.spec.identification.drawing import federal, region, school

CASES = [
    (
        "of three low procedures two are mended, the cheapest ones",
        "ВПР русский 5 | 2021: 5/14\nВПР математика 5 | 2021: 6/14\nОГЭ математика 9 | 2021: 3/10",
        {},
        [("ВПР", 5, 4), ("ОГЭ", 3, 2)],
        2,
    ),
    (
        "a repeated procedure is mended first and counts for the other test too",
        "ВПР русский 5 | 2021: 5/14\nОГЭ математика 9 | 2020: 5/10 | 2021: 9/10",
        {},
        [("ОГЭ", 9, 2)],
        7,
    ),
    (
        "by A and B the cheaper of both tests is left",
        "ВПР русский 5 | 2021: 5/14\nОГЭ математика 9 | 2020: 5/10 | 2021: 9/10",
        {"combination": "A_and_B"},
        [("ВПР", 5, 4)],
        1,
    ),
    ("a school that is not low has nothing to mend", "ОГЭ русский 9 | 2021: 0/10", {}, [], 0),
]


@pytest.mark.parametrize(("table", "changes", "steps", "fewer"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_way_out(table, changes, steps, fewer):
    method = federal(**changes)

    way = way_out(identify(region(school(table)), method, 2021)["131001"], method.results)

    assert [(step.procedure, step.failed, step.allowed) for step in way.steps] == steps
    assert way.fewer == fewer


@pytest.mark.parametrize("combination", ["A", "B", "A_or_B", "A_and_B"])
@pytest.mark.parametrize("failed", [(4, 4, 4), (5, 3, 6), (3, 3, 0), (6, 5, 4)])
def test_no_smaller_change_takes_a_school_out(combination, failed):
    """Every smaller combination of pupils is tried and leaves the school low."""
    method = federal(combination=combination)

    def state(first, second, third):
        table = (
            f"ВПР русский 5 | 2020: 5/10 | 2021: {first}/10\nВПР математика 5 | 2020: 0/10 | 2021: {second}/10\n"
            f"ОГЭ русский 9 | 2020: 4/10 | 2021: {third}/10"
        )
        return identify(region(school(table)), method, 2021)["131001"]

    start = state(*failed)
    fewer = way_out(start, method.results).fewer
    cheapest = min(
        sum(failed) - sum(tried)
        for tried in itertools.product(*(range(one + 1) for one in failed))
        if state(*tried).results_state is not State.MET
    )

    assert fewer == cheapest
