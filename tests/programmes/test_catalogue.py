"""The regional programme as data, held against the figures of the document, written here by hand."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from programmes.catalogue import load_catalogue
from programmes.catalogue.loader import window
from programmes.catalogue.records import Window

YEARS = (2020, 2021, 2022)
NONE = "not_applicable"
# Section 4 of the document: the tables, number by number. (operator, value, scope) for 2020, 2021, 2022.
FIGURES = {
    "3.2": [(60, "whole"), (85, "whole"), (100, "whole")],
    "3.3": [(100, "whole"), (100, "whole"), (100, "whole")],
    "4.3": [(10, "whole"), (15, "whole"), (20, "whole")],
    "5.3": [(10, "whole"), (50, "whole"), (80, "whole")],
    "5.4.1": [(10, "each_district"), (10, "each_district"), (10, "each_district")],
    "5.4.2": [(10, "each_district"), (20, "each_district"), (25, "each_district")],
    "5.4.3": [(100, "whole"), (100, "whole"), (100, "whole")],
    "5.4.4": [None, (20, "whole"), (50, "whole")],
    "5.4.5": [(10, "each_district"), (10, "each_district"), (10, "each_district")],
    "5.4.6": [(100, "whole"), (100, "whole"), (100, "whole")],
    "5.5.1": [(5, "whole"), (7, "whole"), (7, "whole")],
    "5.5.2": [None, (4, "whole"), (5, "whole")],
    "5.6": [(5, "whole"), (10, "whole"), (15, "whole")],
    "5.7": [(1, "whole"), (1, "whole"), (1, "whole")],
    "5.9": [(10, "whole"), (20, "whole"), (30, "whole")],
    "5.10.1": [(50, "whole"), (75, "whole"), (90, "whole")],
    "5.10.2": [(50, "whole"), (75, "whole"), (90, "whole")],
    "5.10.3": [(50, "whole"), (75, "whole"), (90, "whole")],
    "6.2": [(2, "whole"), (5, "whole"), (7, "whole")],
    "6.3": [(20, "whole"), (30, "whole"), (40, "whole")],
    "7.4": [(15, "whole"), (20, "whole"), (25, "whole")],
    "7.5": [(15, "whole"), (20, "whole"), (25, "whole")],
    "7.6": [(10, "whole"), (20, "whole"), (25, "whole")],
    "7.7": [(10, "whole"), (20, "whole"), (25, "whole")],
}
# How many results each activity promises in 2020, 2021, 2022.
RESULTS = {
    1: (3, 2, 2), 2: (3, 1, 1), 3: (1, 1, 1), 4: (2, 1, 1), 5: (1, 1, 1), 6: (3, 3, 3), 7: (1, 1, 1), 8: (1, 1, 1),
    9: (2, 2, 2), 10: (2, 2, 2), 11: (2, 2, 2), 12: (1, 1, 1), 13: (2, 1, 1), 14: (1, 1, 1), 15: (1, 1, 1),
    16: (3, 2, 2), 17: (2, 1, 1), 18: (3, 1, 1), 19: (2, 2, 2), 20: (1, 1, 1), 21: (4, 1, 1), 22: (3, 2, 2),
    23: (1, 1, 1), 24: (2, 1, 1), 25: (2, 2, 2), 26: (1, 1, 1), 27: (1, 2, 1), 28: (1, 1, 1), 29: (1, 3, 3),
    30: (1, 1, 1), 31: (1, 1, 1), 32: (1, 1, 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def programme():
    return load_catalogue("rppko-2020-2022")


def results(programme, activity, year):
    return [result for result in programme.activities[activity - 1].results if result.year == year]


def test_passport_and_directions_are_whole(programme):
    assert [section.title for section in programme.passport] == [
        "Наименование Программы",
        "Основания для разработки Программы",
        "Разработчик Программы",
        "Основные исполнители Программы",
        "Цель Программы",
        "Задачи Программы",
        "Ожидаемые результаты реализации Программы",
        "Срок реализации",
        "Управление и контроль реализации Программы",
    ]
    assert [len(section.items) for section in programme.passport] == [1, 6, 1, 5, 1, 6, 18, 1, 6]
    assert [direction.number for direction in programme.directions] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(goal.tasks) for goal in programme.goals] == [6]
    assert (programme.approval.approved_on, programme.approval.person) == (date(2020, 9, 1), "С.И. Маковская")
    assert (programme.starts_on, programme.ends_on) == (date(2020, 1, 1), date(2022, 12, 31))


def test_section_four_has_thirty_six_indicators(programme):
    own = [indicator for indicator in programme.indicators if indicator.direction]
    numbers = list(dict.fromkeys(indicator.document_number for indicator in own))
    assert len(numbers) == 36
    assert Counter(number.partition(".")[0] for number in numbers) == {
        "1": 3, "2": 5, "3": 3, "4": 5, "5": 10, "6": 3, "7": 7,
    }  # fmt: skip
    assert Counter(indicator.document_number for indicator in own if indicator.group_number) == {
        "5.4": 6, "5.5": 2, "5.10": 3,
    }  # fmt: skip
    assert len(own) == 44


def test_twenty_indicators_are_answered_in_a_form(programme):
    own = [indicator for indicator in programme.indicators if indicator.direction]
    kinds = Counter(indicator.kind for indicator in own)
    assert kinds == {"yes_no": 18, "three_state": 2, "share": 15, "count": 9}
    levels = Counter(indicator.level for indicator in own if indicator.kind in ("yes_no", "three_state"))
    assert levels == {"region": 10, "municipality": 9, "school": 1}


def test_headline_target_stands_apart(programme):
    (headline,) = [indicator for indicator in programme.indicators if indicator.is_headline]
    assert headline.direction is None
    assert headline.formula == "доля(муниципалитеты, где мппко_реализуется)"
    assert {target.operator for target in headline.targets} == {NONE}
    assert headline.verbatim.endswith("(%), на момент выезда (с расчетом)")


@pytest.mark.parametrize("number", FIGURES)
def test_figures_of_the_tables(programme, number):
    (indicator,) = [indicator for indicator in programme.indicators if indicator.number == number]
    assert [target.year for target in indicator.targets] == list(YEARS)
    for target, expected in zip(indicator.targets, FIGURES[number], strict=True):
        if expected is None:
            assert (target.operator, target.value) == (NONE, None)
        else:
            assert (target.operator, target.value, target.scope) == ("at_least", Decimal(expected[0]), expected[1])


def test_every_table_is_among_the_figures(programme):
    promised = {i.number for i in programme.indicators if any(target.value is not None for target in i.targets)}
    assert promised == set(FIGURES)


def test_every_expected_result_of_the_passport_is_an_indicator(programme):
    expected = [one for one in programme.indicators if one.number.startswith("П.") and not one.group_number]
    assert [one.number for one in expected] == [f"П.{number}" for number in range(1, 19)]
    for result, indicator in zip(programme.expected_results, expected, strict=True):
        assert indicator.name.split()[:4] == result.split()[:4]
    operators = [[target.operator for target in one.targets] for one in expected]
    assert operators == 5 * [[NONE, NONE, "yes"]] + 13 * [[NONE, "growth", "growth"]]
    assert {target.base_year for one in expected[5:] for target in one.targets[1:]} == {2020}


def test_specialists_stand_by_kind_against_the_norms_of_the_year(programme):
    kinds = {one.name: one.formula for one in programme.indicators if one.group_number == "П.19"}
    assert list(kinds) == ["Социальный педагог", "Психолог", "Логопед", "Дефектолог"]
    assert (
        kinds["Логопед"] == "доля(школы, где по_краю(значение(«обучающихся_на_ставку», «логопед»)) * "
        "значение(«ставки_специалистов», «логопед») / обучающиеся >= 1, среди выявленных)"
    )


def test_every_row_says_what_is_counted_and_who_leaves(programme):
    assert {frozenset(one.counted) for one in programme.indicators} == {
        frozenset({"what", "subjects", "grades", "out"})
    }


def test_interregional_event_has_two_halves(programme):
    (event,) = [indicator for indicator in programme.indicators if indicator.number == "5.7"]
    assert [(target.also.element, target.also.value) for target in event.targets] == [
        ("регионы_участники", 4),
        ("регионы_участники", 5),
        ("регионы_участники", 6),
    ]


def test_yes_no_targets_ask_each_unit_of_their_level(programme):
    scope = {"region": "whole", "municipality": "each_municipality", "school": "each_school"}
    for indicator in programme.indicators:
        if indicator.direction and indicator.kind in ("yes_no", "three_state"):
            assert {(t.operator, t.scope) for t in indicator.targets} == {("yes", scope[indicator.level])}


def test_dash_and_empty_cell_stay_as_written(programme):
    texts = {i.number: i.targets[0].text for i in programme.indicators if i.number in ("5.4.4", "5.5.2")}
    assert texts == {"5.4.4": "–", "5.5.2": ""}


def test_three_states_are_worded(programme):
    elements = {element.code: element for element in programme.elements}
    assert [text for _state, text in elements["ликвидация_дефицитов"].states] == [
        "Отсутствие системы (отсутствие ссылок)",
        "Система/механизмы в процессе становления, есть отдельные практики и имеются ссылки на данные практики",
        "Система/механизмы представлены и имеются ссылки на документы",
    ]


def test_roadmap_has_thirty_two_activities_with_results_each_year(programme):
    counted = {
        activity.number: tuple(len(results(programme, activity.number, year)) for year in YEARS)
        for activity in programme.activities
    }
    assert counted == RESULTS
    assert Counter(activity.direction for activity in programme.activities) == {
        1: 3, 2: 4, 3: 3, 4: 5, 5: 9, 6: 4, 7: 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("activity", "year", "number", "when", "first", "last"),
    [
        (1, 2020, 2, "Август-сентябрь 2020 г.", date(2020, 8, 1), date(2020, 9, 30)),
        (4, 2021, 1, "Сентябрь-октябрь 2021 г.", date(2021, 9, 1), date(2021, 10, 31)),
        (8, 2021, 1, "Август 2022 г.", date(2021, 8, 1), date(2021, 8, 31)),
        (13, 2022, 1, "Январь 2022 г.", date(2022, 1, 1), date(2022, 1, 31)),
        (17, 2021, 1, "Февраль-ноябрь 2021 г.", date(2021, 2, 1), date(2021, 11, 30)),
        (18, 2020, 3, "Сентябрь 2020г. -май 2021 г.", date(2020, 9, 1), date(2021, 5, 31)),
        (22, 2022, 2, "Январь-декабрь 2021 г.", date(2022, 1, 1), date(2022, 12, 31)),
        (27, 2021, 1, "Январь- апрель 2021г.", date(2021, 1, 1), date(2021, 4, 30)),
        (29, 2021, 2, "Итоговый мониторинг - июнь 2021 г.", date(2021, 6, 1), date(2021, 6, 30)),
        (30, 2022, 1, "Август 2022 г.", date(2022, 8, 1), date(2022, 8, 31)),
    ],
)
def test_windows_follow_the_document(programme, activity, year, number, when, first, last):
    result = results(programme, activity, year)[number - 1]
    assert (result.when, result.windows) == (when, (Window(first, last),))


def test_every_window_is_the_months_that_its_term_names(programme):
    """Read here a second time, by other means: the months of the document's words are those of the windows."""
    differing = [
        f"{activity.number}/{result.year}/{result.number}: {result.when}"
        for activity in programme.activities
        for result in activity.results
        if (named := months_named(result.when)) and named != months_covered(result)
    ]
    assert differing == []


def months_named(when):
    """The first and last month that a term names; a list of months, «июнь, декабрь», is two of them."""
    stems = "январ феврал март апрел ма[йя] июн июл август сентябр октябр ноябр декабр".split()  # noqa: SIM905 - shorter
    found = sorted(
        (match.start(), number)
        for number, stem in enumerate(stems, start=1)
        for match in re.finditer(rf"(?<![а-я]){stem}", when.lower())
    )
    months = [number for _place, number in found]
    return (months[0], months[-1]) if months else None


def months_covered(result):
    return result.windows[0].starts_on.month, result.windows[-1].ends_on.month


def test_results_without_a_month_in_their_term(programme):
    silent = {
        (activity.number, result.year)
        for activity in programme.activities
        for result in activity.results
        if months_named(result.when) is None
    }
    assert silent == {(1, 2020), (23, 2020), (23, 2021), (23, 2022)}


def test_level_of_an_activity_is_that_of_its_first_body(programme):
    levels = {body.code: body.level for body in programme.bodies}
    first = {activity.number: levels[activity.responsible[0]] for activity in programme.activities}
    assert {number for number, level in first.items() if level == "municipality"} == {9, 24}
    assert {number for number, level in first.items() if level == "school"} == {10}
    shared = {
        activity.number for activity in programme.activities if len({levels[code] for code in activity.responsible}) > 1
    }
    assert shared == {2, 8, 11, 16, 24, 26, 27}


def test_recurrent_results_have_a_window_for_each_time(programme):
    recurrences = Counter(r.recurrence for activity in programme.activities for r in activity.results)
    assert recurrences == {"once": 127, "half_yearly": 8, "on_demand": 7, "quarterly": 3}
    quarterly = results(programme, 23, 2021)[0]
    assert [each.starts_on.month for each in quarterly.windows] == [1, 4, 7, 10]
    assert [each.starts_on for each in results(programme, 11, 2022)[0].windows] == [date(2022, 6, 1), date(2022, 12, 1)]


def test_thresholds_of_the_programmes_rows(programme):
    shares = {
        (activity, year): [int(r.threshold.value) for r in results(programme, activity, year) if r.threshold]
        for activity in (9, 10)
        for year in YEARS
    }
    assert shares == {
        (9, 2020): [60, 60], (9, 2021): [85, 85], (9, 2022): [100, 100],
        (10, 2020): [100], (10, 2021): [100, 100], (10, 2022): [100, 100],
    }  # fmt: skip
    assert results(programme, 9, 2020)[0].threshold.text == "Не менее 60%"
    events = [results(programme, 19, year)[1].threshold for year in YEARS]
    assert [(each.unit, int(each.value)) for each in events] == [("count", 5), ("count", 10), ("count", 10)]


def test_slips_of_dates_are_noted(programme):
    noted = {
        (activity.number, result.year)
        for activity in programme.activities
        for result in activity.results
        if result.slip and str(result.year) not in result.when
    }
    assert noted == {(1, 2020), (8, 2021), (11, 2022), (22, 2022)}


def test_several_bodies_answer_for_an_activity(programme):
    assert programme.activities[7].responsible == ("ministry", "mso", "council", "team")
    assert programme.activities[0].documents == (
        "Распоряжение о создании Совета, утвержденное министром образования Красноярского края",
        "Положение о Совете, утвержденное министром образования Красноярского края",
        "Протоколы заседаний",
    )


def test_year_of_the_programme_says_what_feeds_it(programme):
    assert [(b.year, b.academic_year, b.cohort) for b in programme.bases] == [
        (2020, 2019, 2020),
        (2021, 2020, 2021),
        (2022, 2021, 2022),
    ]
    assert all(indicator.basis for indicator in programme.indicators)


def test_window_of_one_month_ends_on_its_last_day():
    assert window("2020-02") == Window(date(2020, 2, 1), date(2020, 2, 29))
