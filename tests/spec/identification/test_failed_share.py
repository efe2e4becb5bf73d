"""The rule on shares, case by case: a school drawn as a table, the method, the verdict and why."""

import pytest

from monitoring.identification.findings import Category, State
from monitoring.identification.identify import identify
from tests.spec.identification.drawing import federal, region, school

LOW, NONE, UNKNOWN = [Category.LOW_RESULTS], [], [Category.INSUFFICIENT_DATA]

CASES = [
    (
        "3 of 10 is exactly 30 % and counts as low",
        "ОГЭ русский 9 | 2021: 3/10\nОГЭ математика 9 | 2021: 3/10",
        {},
        LOW,
        ["low", "low"],
        (State.MET, State.UNKNOWN),
    ),
    (
        "5 of 17 is 29.4 % and does not",
        "ОГЭ русский 9 | 2021: 3/10\nОГЭ математика 9 | 2021: 5/17",
        {},
        NONE,
        ["low", "not_low"],
        (State.NOT_MET, State.UNKNOWN),
    ),
    (
        "1 of 1 is 100 % of too few and never low",
        "ОГЭ русский 9 | 2021: 1/1\nОГЭ математика 9 | 2021: 1/1",
        {},
        UNKNOWN,
        ["too_few", "too_few"],
        (State.UNKNOWN, State.UNKNOWN),
    ),
    (
        "without a minimum 1 of 1 is low",
        "ОГЭ русский 9 | 2021: 1/1\nОГЭ математика 9 | 2021: 1/1",
        {"min_participants": 0},
        LOW,
        ["low", "low"],
        (State.MET, State.UNKNOWN),
    ),
    (
        "low in 2018/19 and 2020/21 with no session between is low twice running, by default",
        "ОГЭ математика 9 | 2018: 4/10 | 2020: 3/10\nОГЭ русский 9 | 2020: 0/10",
        {"year": 2020},
        LOW,
        ["not_low", "low", "low"],
        (State.NOT_MET, State.MET),
    ),
    (
        "by calendar years the same school is not low: in 2019/20 there was no session",
        "ОГЭ математика 9 | 2018: 4/10 | 2020: 3/10\nОГЭ русский 9 | 2020: 0/10",
        {"year": 2020, "repeat": "calendar_years"},
        NONE,
        ["not_low", "not_held", "low", "not_held"],
        (State.NOT_MET, State.UNKNOWN),
    ),
    (
        "beyond the look back an old session is not compared",
        "ОГЭ математика 9 | 2017: 4/10 | 2021: 3/10\nОГЭ русский 9 | 2021: 0/10",
        {"look_back_years": 3},
        NONE,
        ["not_low", "low"],
        (State.NOT_MET, State.UNKNOWN),
    ),
    (
        "one procedure twice running is low by B and not by A",
        "ОГЭ математика 9 | 2020: 5/10 | 2021: 5/10\nОГЭ русский 9 | 2020: 0/10 | 2021: 0/10",
        {"combination": "A"},
        NONE,
        ["not_low", "not_low", "low", "low"],
        (State.NOT_MET, State.MET),
    ),
    (
        "A and B needs both",
        "ОГЭ математика 9 | 2020: 5/10 | 2021: 5/10\nОГЭ русский 9 | 2020: 0/10 | 2021: 0/10",
        {"combination": "A_and_B"},
        NONE,
        ["not_low", "not_low", "low", "low"],
        (State.NOT_MET, State.MET),
    ),
    (
        "A and B with both",
        "ОГЭ математика 9 | 2020: 5/10 | 2021: 5/10\nОГЭ русский 9 | 2020: 0/10 | 2021: 9/10",
        {"combination": "A_and_B"},
        LOW,
        ["low", "not_low", "low", "low"],
        (State.MET, State.MET),
    ),
    (
        "B alone looks past two low procedures of one year",
        "ОГЭ математика 9 | 2020: 0/10 | 2021: 5/10\nОГЭ русский 9 | 2020: 0/10 | 2021: 9/10",
        {"combination": "B"},
        NONE,
        ["low", "not_low", "low", "not_low"],
        (State.MET, State.NOT_MET),
    ),
    (
        "one judged procedure of two needed says nothing about A",
        "ОГЭ математика 9 | 2021: 5/10\nОГЭ русский 9 | 2021: 4/5",
        {},
        UNKNOWN,
        ["too_few", "low"],
        (State.UNKNOWN, State.UNKNOWN),
    ),
    (
        "basic and profile mathematics are one procedure: 2 of 6 and 2 of 4 are 4 of 10",
        "ЕГЭ профиль 11 | 2021: 2/6\nЕГЭ база 11 | 2021: 2/4\nОГЭ русский 9 | 2021: 3/10",
        {},
        LOW,
        ["low", "low"],
        (State.MET, State.UNKNOWN),
    ),
    (
        "a flagged result is left out where the method says so",
        "ОГЭ русский 9 | 2021: 3/10!\nОГЭ математика 9 | 2021: 3/10",
        {"exclude_not_objective": True},
        UNKNOWN,
        ["not_objective", "low"],
        (State.UNKNOWN, State.UNKNOWN),
    ),
    (
        "a flagged result counts where the method says nothing",
        "ОГЭ русский 9 | 2021: 3/10!\nОГЭ математика 9 | 2021: 3/10",
        {},
        LOW,
        ["low", "low"],
        (State.MET, State.UNKNOWN),
    ),
    (
        "pooling of three years lets a school of four pupils be judged",
        "ОГЭ русский 9 | 2019: 2/4 | 2020: 1/4 | 2021: 1/4\nОГЭ математика 9 | 2019: 1/4 | 2020: 1/4 | 2021: 2/4",
        {"pool_years": 3},
        LOW,
        ["low", "too_few", "low", "too_few"],
        (State.MET, State.UNKNOWN),
    ),
    (
        "a year in which nobody wrote is not judged, whatever the minimum",
        "ОГЭ русский 9 | 2020: 3/10\nОГЭ математика 9 | 2020: 3/10",
        {"min_participants": 0},
        UNKNOWN,
        ["not_held", "low", "not_held", "low"],
        (State.UNKNOWN, State.UNKNOWN),
    ),
]


@pytest.mark.parametrize(("table", "changes", "expected", "verdicts", "states"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_rule_on_shares(table, changes, expected, verdicts, states):
    changes = dict(changes)
    year = changes.pop("year", 2021)

    finding = identify(region(school(table)), federal(**changes), year)["131001"]

    looked_at = [entry for entry in finding.trace if entry.procedure != "ВПР"]
    written = {entry.key for entry in looked_at if entry.n}
    assert [str(entry.verdict) for entry in looked_at if entry.key in written] == verdicts
    assert tuple(check.state for check in finding.checks) == states
    assert list(finding.categories) == expected


def test_pooled_entry_says_which_years_it_adds():
    table = "ОГЭ русский 9 | 2019: 2/4 | 2020: 1/4 | 2021: 1/4"

    finding = identify(region(school(table)), federal(pool_years=3), 2021)["131001"]

    entry = next(entry for entry in finding.trace if entry.subject == "русский" and entry.academic_year == 2021
                 and entry.procedure == "ОГЭ")  # fmt: skip
    assert (entry.n, entry.failed, entry.pooled_years) == (12, 4, (2019, 2020, 2021))


def test_only_profile_held_gives_its_own_name():
    finding = identify(region(school("ЕГЭ профиль 11 | 2021: 3/10")), federal(), 2021)["131001"]

    assert [entry.subject for entry in finding.trace if entry.procedure == "ЕГЭ"] == ["профиль"]


def test_both_levels_held_give_the_joint_name():
    table = "ЕГЭ профиль 11 | 2021: 3/10\nЕГЭ база 11 | 2021: 0/10"

    finding = identify(region(school(table)), federal(), 2021)["131001"]

    assert [(entry.subject, entry.n, entry.failed) for entry in finding.trace if entry.procedure == "ЕГЭ"] == [
        ("математика", 20, 3)
    ]


def test_school_without_participants_is_told_from_a_procedure_that_was_held_elsewhere():
    written = "ОГЭ русский 9 | 2021: 0/10\nОГЭ математика 9 | 2021: 0/10"

    found = identify(region(school(written), school("", code="131002")), federal(), 2021)

    assert list(found["131001"].categories) == []
    assert list(found["131002"].categories) == [Category.INSUFFICIENT_DATA]
    assert {str(entry.verdict) for entry in found["131002"].trace} == {"not_held"}


def test_municipality_of_four_low_schools_of_nine():
    """Кежемский район: nine schools, four of them in the list of 2021."""
    low = "ОГЭ русский 9 | 2021: 4/12\nОГЭ математика 9 | 2021: 6/12"
    fine = "ОГЭ русский 9 | 2021: 1/12\nОГЭ математика 9 | 2021: 3/12"
    schools = [school(low if number <= 4 else fine, code=f"13100{number}") for number in range(1, 10)]

    found = identify(region(*schools), federal(), 2021)

    assert [code for code, finding in found.items() if Category.LOW_RESULTS in finding.categories] == [
        "131001",
        "131002",
        "131003",
        "131004",
    ]


def test_a_school_left_out_is_traced_all_the_same_and_called_nothing():
    left_out = school("ОГЭ математика 9 | 2021: 9/10\nОГЭ русский 9 | 2021: 9/10", "131002", ("correctional",))
    method = federal(exclude_schools=["correctional"])

    found = identify(region(school("ОГЭ русский 9 | 2021: 0/10"), left_out), method, 2021)["131002"]

    assert (found.categories, found.excluded_as) == ((), "correctional")
    assert [entry.verdict for entry in found.trace if entry.n] == ["low", "low"]
    assert len({entry.key for entry in found.trace}) == 5
