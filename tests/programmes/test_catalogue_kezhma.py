"""The programme of Кежемский район as data, read a second time: its figures and dates, written here by hand."""

from datetime import date
from decimal import Decimal

import pytest

from programmes.catalogue import load_catalogue
from programmes.catalogue.records import Window

NONE = "not_applicable"
# The passport's indicators in their order: operator and figure at the end of the term.
FIGURES = {
    "1.1": ("at_least", 90), "1.2": ("at_least", 100), "1.3": ("at_least", 95), "1.3.1": ("unspecified", 50),
    "1.4": ("at_most", 5), "1.5": ("positive_dynamics", None), "1.6": ("positive_dynamics", None),
    "1.7": ("at_least", 70), "1.8": ("at_least", 85),
}  # fmt: skip
QUARTERLY, IN_BOTH_YEARS, BY_SCHEDULE = {4, 5, 7, 11}, {6, 8, 9, 13, 15, 16, 17, 18, 19}, {10, 14}


@pytest.fixture(scope="module")
def programme():
    return load_catalogue("mppko-kezhma-2022-2023")


def results(programme, number):
    return programme.activities[number - 1].results


def test_requisites(programme):
    approval = programme.approval
    assert (approval.number, approval.approved_on) == ("281", date(2021, 12, 21))
    assert (programme.unit, programme.kind, programme.years) == ("131", "municipal", (2021, 2022, 2023))
    assert (programme.starts_on, programme.ends_on) == (date(2021, 12, 21), date(2023, 12, 31))


def test_passport_is_whole(programme):
    assert [len(section.items) for section in programme.passport] == [1, 5, 1, 1, 1, 6, 8, 1, 4, 1, 3]
    assert [len(goal.tasks) for goal in programme.goals] == [6]


def test_nine_indicators_with_the_figures_of_the_passport(programme):
    last = {one.number: one.targets[-1] for one in programme.indicators}
    assert {number: (target.operator, target.value) for number, target in last.items()} == {
        number: (operator, None if figure is None else Decimal(figure))
        for number, (operator, figure) in FIGURES.items()
    }


def test_a_figure_without_a_year_is_due_at_the_end_and_dynamics_each_year(programme):
    operators = {one.number: [target.operator for target in one.targets] for one in programme.indicators}
    dynamics = {"1.5", "1.6"}
    assert {number for number, found in operators.items() if found[0] != NONE} == set()
    assert {number for number, found in operators.items() if found[1] != NONE} == dynamics


def test_less_is_better_of_those_below_the_minimum_only(programme):
    assert [one.number for one in programme.indicators if one.better == "less"] == ["1.4"]


def test_part_of_an_indicator_names_it(programme):
    assert {one.number: one.part_of for one in programme.indicators if one.part_of} == {"1.3.1": "1.3"}


def test_each_row_says_what_is_counted(programme):
    assert [one.counted["what"] for one in programme.indicators] == [
        "общеобразовательная организация",
        "школа",
        "педагог",
        "педагог",
        "участие в экзамене (ученик × предмет)",
        "участие в олимпиаде",
        "ученик",
        "педагог",
        "участник образовательного процесса, ответивший на анкету",
    ]


def test_nineteen_activities_with_the_terms_of_the_table(programme):
    assert len(programme.activities) == 19
    recurrences = {each.number: {result.recurrence for result in each.results} for each in programme.activities}
    assert {number for number, found in recurrences.items() if found == {"quarterly"}} == QUARTERLY
    assert {number for number, found in recurrences.items() if found == {"on_demand"}} == BY_SCHEDULE
    assert {number for number, found in recurrences.items() if found == {"constant"}} == {12}
    assert {each.number for each in programme.activities if len(each.results) == 1} == {1, 2, 3}
    both = {
        each.number for each in programme.activities if {r.when[:9] for r in each.results if r.when} == {"2022-2023"}
    }
    assert both == IN_BOTH_YEARS


def test_first_activities_are_of_december(programme):
    assert [result.windows for number in (1, 2) for result in results(programme, number)] == [
        (Window(date(2021, 12, 1), date(2021, 12, 31)),),
        (Window(date(2021, 12, 1), date(2022, 1, 31)),),
    ]
    (coordinator,) = results(programme, 3)
    assert (coordinator.when, coordinator.slip) == (
        "",
        "Срок не указан; отнесено к началу программы, как у соседних строк.",
    )


def test_four_meetings_a_year_in_the_quarters_of_school(programme):
    (first, _) = results(programme, 4)
    assert (first.text, first.when) == ("Проведено 4 заседания", "1 раз в четверть")
    assert [window.starts_on.month for window in first.windows] == [1, 4, 9, 11]


def test_who_is_not_named_is_said(programme):
    assert [each.number for each in programme.activities if each.responsible_text == "не указан"] == [17, 18, 19]
