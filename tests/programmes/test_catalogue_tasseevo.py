"""The concept of Тасеевский район as data, read a second time: rows of each group counted by hand in the document."""

from collections import Counter

import pytest

from accounts.services.people import system_user
from indicators.models import IndicatorEdition
from programmes.catalogue import load_catalogue
from programmes.enums import ProgrammeStatus, Standing
from programmes.selectors.indicator_table import indicator_table
from programmes.selectors.passport import directions_with_targets
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme

# The document's own indicators of each group: municipal level, level of the organisation.
ROWS = {
    "1.1.1": (1, 2), "1.1.2": (2, 2), "1.1.3": (3, 3), "1.1.4": (1, 7), "1.1.5": (3, 1), "1.1.6": (3, 2),
    "1.3.1": (2, 2), "1.3.2": (2, 1), "1.3.3": (2, 4), "1.3.4": (2, 1), "1.3.5": (3, 3), "1.3.6": (2, 2),
    "1.3.7": (3, 2), "1.3.8": (1, 1), "1.3.9": (1, 1), "1.3.10": (1, 1), "1.3.11": (1, 1),
    "1.4.1": (3, 1), "1.4.2": (5, 5), "1.4.3": (1, 1), "1.4.4": (3, 2), "1.4.5": (1, 2), "1.4.6": (3, 3),
    "1.4.7": (3, 5), "1.4.8": (4, 5), "1.4.9": (2, 1),
    "2.1.1": (4, 0), "2.1.2": (5, 0), "2.1.3": (5, 0), "2.1.4": (2, 0), "2.1.5": (5, 0), "2.1.6": (3, 0),
    "2.1.8": (1, 0), "2.1.9": (7, 0),
    "2.2.1": (1, 1), "2.2.2": (2, 6), "2.2.3": (5, 5), "2.2.4": (3, 3), "2.2.5": (3, 3),
    "2.3.1": (3, 1), "2.3.2": (5, 5), "2.3.3": (3, 2), "2.3.4": (2, 2), "2.3.5": (6, 3), "2.3.6": (2, 2),
    "2.3.7": (2, 5), "2.3.8": (1, 1),
}  # fmt: skip
# Rows of the table of preschool education under each of its headings.
PRESCHOOL = {
    "2.4.1": 1, "2.4.2": 1, "2.4.3.1": 2, "2.4.3.2": 1, "2.4.3.3": 3, "2.4.3.4": 3, "2.4.3.5": 1, "2.4.3.6": 1,
    "2.4.3.7": 1, "2.4.4": 2, "2.4.5": 6, "2.4.6": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def concept():
    return load_catalogue("concept-tasseevo")


def own_number(indicator):
    """The number of the document's own indicator: without the marks, levels and forms that it was split by."""
    return ".".join(indicator.number.removesuffix("-о").split(".")[:4])


def test_directions_are_taken_as_they_are(concept):
    assert [direction.label for direction in concept.directions] == ["1.1", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4"]
    assert (concept.kind, concept.unit, concept.approval.approved_on) == ("concept", "147", None)


def test_rows_of_each_group_at_both_levels(concept):
    found = {number: (set(), set()) for number in ROWS}
    for one in concept.indicators:
        if one.direction != 7:
            number = own_number(one)
            found[number.rpartition(".")[0]][one.number.endswith("-о")].add(number)
    assert {number: tuple(len(level) for level in levels) for number, levels in found.items()} == ROWS


def test_preschool_has_one_level_and_twenty_three_rows(concept):
    rows = [one for one in concept.indicators if one.direction == 7]
    assert Counter(one.group_number for one in rows) == PRESCHOOL
    assert {one.level for one in rows} == {"municipality"}


def test_every_row_of_preschool_has_the_cycle_of_eight_columns(concept):
    columns = {"methods", "monitoring", "analysis", "recommendations", "measures", "decisions", "effectiveness"}
    assert {frozenset(one.management) for one in concept.indicators if one.direction == 7} == {frozenset(columns)}


def test_other_rows_have_mechanisms_and_documents(concept):
    rows = [one for one in concept.indicators if one.direction != 7]
    assert {frozenset(one.management) for one in rows} == {frozenset({"mechanisms", "documents"})}


def test_one_indicator_split_by_marks_levels_and_forms(concept):
    split = Counter(own_number(one) for one in concept.indicators if one.direction != 7 and one.number.count(".") == 4)
    assert split == {
        "1.1.1.1": 4, "1.1.4.1": 4, "1.1.5.1": 6, "1.4.6.1": 6, "1.4.6.2": 14, "2.1.1.1": 2, "2.1.2.2": 2, "2.1.6.3": 3,
        "2.3.6.2": 2,
    }  # fmt: skip


def test_what_is_optional_and_what_is_a_draft(concept):
    by_choice = {}
    for one in concept.indicators:
        by_choice.setdefault(one.choice, set()).add(one.number)
    assert by_choice["draft"] == {"1.1.6.1", "1.1.6.2", "1.1.6.3", "1.1.6.1-о", "1.1.6.2-о"}
    assert by_choice["optional"] == {"2.1.4.1", "2.1.4.2", "2.3.7.3-о", "2.3.7.4-о", "2.3.7.5-о", "2.3.7.6-о"}


def test_figures_stand_only_in_preschool(concept):
    figures = {one.number: int(one.targets[0].value) for one in concept.indicators if one.targets[0].value is not None}
    assert figures == {"2.4.3.6.1": 100, "2.4.3.7.1": 100}
    operators = Counter(one.targets[0].operator for one in concept.indicators if one.direction == 7)
    assert operators == {"positive_dynamics": 21, "at_least": 2}


def test_yes_is_a_target_where_the_document_says_yes_or_no(concept):
    promised = {one.number for one in concept.indicators if one.targets[0].operator == "yes"}
    assert promised == {
        "1.1.6.1", "1.1.6.2", "2.1.2.1", "2.1.2.2.1", "2.1.2.2.2", "2.1.2.3", "2.1.2.4", "2.1.2.5", "2.1.3.1",
        "2.1.3.3", "2.1.3.4", "2.1.5.1", "2.1.5.2", "2.1.6.1", "2.1.8.1", "2.1.9.1", "2.1.9.2", "2.1.9.5", "2.1.9.6",
        "2.1.9.7", "2.2.5.1", "2.2.5.1-о",
    }  # fmt: skip


def test_a_thousand_is_of_the_pupils_that_the_document_names(concept):
    per_thousand = {one.number: one.counted.get("grades") for one in concept.indicators if one.kind == "ratio"}
    assert per_thousand == {
        "1.3.1.1": "1–11", "1.3.2.2": "7–11", "1.3.3.3": "7–11", "1.3.4.1": "7–11", "1.3.5.2": "—", "1.3.5.3": "8–11",
    }  # fmt: skip


def test_two_faces_rest_on_one_question(concept):
    formulas = {one.number: one.formula for one in concept.indicators}
    assert "«тасеево_2_2_3_1_о»" in formulas["2.2.3.1"]
    assert formulas["2.2.3.1-о"] == "сумма(значение(«тасеево_2_2_3_1_о»))"
    assert formulas["2.3.3.1"] == formulas["2.3.3.2-о"] == "доля(школы, где есть(«тасеево_2_3_3_2_о»))"
    assert formulas["2.3.2.1"] == formulas["2.3.2.1-о"] == "доля(школы, где есть(«тасеево_2_3_2_1_о»))"
    assert formulas["1.4.7.1"] == formulas["1.4.7.1-о"] == "доля(школы, где значение(«тасеево_1_4_7_2_о») > 0)"


def test_rows_that_cannot_be_measured_say_why(concept):
    assert [one.number for one in concept.not_measured] == ["2.3.7.2-о", *(f"О.{number}" for number in range(1, 9))]
    assert all(one.why for one in concept.not_measured)


def test_rows_of_assessments_are_counted_from_results_and_the_rest_say_why_not(concept):
    entered = {one.number: one.why_asked for one in concept.indicators if one.direction == 1 and one.why_asked}
    assert set(entered) == {
        "1.1.3.3", "1.1.3.3-о", "1.1.4.3-о", "1.1.4.4-о", "1.1.4.5-о", "1.1.4.6-о", "1.1.4.7-о", "1.1.5.3",
        "1.1.6.1", "1.1.6.2", "1.1.6.3", "1.1.6.1-о", "1.1.6.2-о",
    }  # fmt: skip
    assert "пока не умеют" not in " ".join(entered.values())
    counted = [one for one in concept.indicators if one.direction == 1 and one.number not in entered]
    assert len(counted) == 30
    assert all("значение(" not in one.formula and "есть(" not in one.formula for one in counted)


def test_everything_is_loaded_as_a_draft_and_every_formula_makes_sense(land, concept, now):
    programme = load_programme(source=concept, actor=system_user(), now=now, report=LoadReport())

    assert (programme.status, programme.approved_on, programme.document) == (ProgrammeStatus.DRAFT, None, None)
    assert IndicatorEdition.objects.filter(is_current=True).count() == len(concept.indicators)
    again = LoadReport()
    load_programme(source=concept, actor=system_user(), now=now, report=again)
    assert again.is_empty
    blocks = directions_with_targets(programme)
    assert [block.title.split(". ")[0] for block in blocks] == ["1.1", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4"]
    assert [title for title, _ in blocks[-1].rows[0].cycle] == [
        "Методы сбора информации",
        "Мониторинг, сроки",
        "Анализ результатов мониторинга",
        "Адресные рекомендации",
        "Меры и мероприятия",
        "Управленческие решения",
        "Анализ эффективности принятых мер",
    ]
    table = indicator_table(unit=land.kansk, programme=programme, today=now.date().replace(year=2023))
    standings = {row.place.number: row.cells[0].judgement for row in table.rows}
    assert (standings["1.1.6.1"].standing, standings["1.1.6.1"].cause) == (Standing.NOT_SET, "строка-проект")
    assert standings["2.1.4.1"].cause == "строка по выбору, не выбрана"
    assert standings["2.1.8.1"].standing == Standing.NO_DATA
