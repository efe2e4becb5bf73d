"""Questions of the documents: asked once, by the day that the document names, from the system that it names."""

from collections import defaultdict
from decimal import Decimal

import pytest

from accounts.services.people import system_user
from common.russian import sort_key
from indicators.enums import ElementType
from indicators.models import DataElement, IndicatorValue, Observation, Period
from indicators.selectors.asked import questions_of
from indicators.services.elements import define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from indicators.services.recalculation import recalculate
from programmes.catalogue import CATALOGUES, load_catalogue
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme
from schools.enums import Kind
from schools.models import SchoolYear

# Months of the third column of the concept's table, «Мониторинг, сроки».
MAY, JUNE = (5, 31), (6, 30)
PRESCHOOL = {
    "2.4.1": MAY, "2.4.2": MAY, "2.4.3.1": JUNE, "2.4.3.2": MAY, "2.4.3.3": MAY, "2.4.3.4": MAY, "2.4.3.5": JUNE,
    "2.4.3.6": JUNE, "2.4.3.7": JUNE, "2.4.4": MAY, "2.4.5": JUNE, "2.4.6": JUNE,
}  # fmt: skip
PLAN = {
    "кско_1_1_3_часть": (11, 30), "кско_1_1_3_всего": (11, 30), "кско_1_2_1_1": (11, 30), "кско_1_2_1_2": (11, 30),
    "кско_1_2_2": (11, 30), "кско_1_2_3": (11, 30), "кско_1_2_4": (1, 31), "кско_1_2_5": (6, 30),
    "кско_1_3_2_1": (5, 31), "кско_1_3_2_2": (5, 31), "кско_3_3_3_2": (6, 30),
}  # fmt: skip
SHARED = {
    "педагоги_в_сообществах": {"mppko-kezhma-2022-2023", "rppko-2020-2022"},
    "педагоги_с_приёмами": {"mppko-kezhma-2022-2023", "rppko-2020-2022"},
    "опрошенные_удовлетворённые": {"mppko-kezhma-2022-2023", "rppko-2020-2022"},
    "опрошенные_участники": {"mppko-kezhma-2022-2023", "rppko-2020-2022"},
    "охват_допобразованием": {"concept-tasseevo", "mppko-kezhma-2022-2023"},
    "рпв_разработана": {"concept-tasseevo", "resolution-august-council-2020"},
}


@pytest.fixture(scope="module")
def packages():
    return {path.parent.name: load_catalogue(path.parent.name) for path in CATALOGUES.glob("*/programme.yaml")}


def test_what_two_documents_ask_is_described_alike_and_asked_once(packages):
    by_code = defaultdict(dict)
    for name, package in packages.items():
        for element in package.elements:
            by_code[element.code][name] = element
    twice = {code: found for code, found in by_code.items() if len(found) > 1}

    assert {code: set(found) for code, found in twice.items()} == SHARED
    assert [code for code, found in twice.items() if len(set(found.values())) > 1] == []
    assert {element.code for package in packages.values() for element in package.elements if element.is_shared} == set(
        SHARED
    )


def test_no_two_questions_are_worded_alike(packages):
    worded = defaultdict(set)
    for package in packages.values():
        for element in package.elements:
            worded[sort_key(element.title), element.type].add(element.code)

    assert {words: codes for words, codes in worded.items() if len(codes) > 1} == {}


def test_days_that_the_documents_name(packages):
    plan = {element.code: element.due for element in packages["ksko-plan-udo-2022-2023"].elements}
    resolution = {one.code: one.due for one in packages["resolution-august-council-2020"].elements if one.due}
    assert plan == PLAN
    assert resolution == {"рпв_разработана": (9, 1), "совет_4_7": (12, 31)}
    concept = packages["concept-tasseevo"]
    due = {element.code: element.due for element in concept.elements}
    found = defaultdict(set)
    for row in concept.indicators:
        if row.direction == 7:
            found[row.group_number] |= {due[code] for code in due if f"«{code}»" in row.formula}
    assert found == {number: {day} for number, day in PRESCHOOL.items()}


def test_what_systems_keep(packages):
    kept = {
        element.code: element.system for package in packages.values() for element in package.elements if element.system
    }
    assert kept == {
        "охват_допобразованием": "навигатор",
        "тасеево_одаренные_дети": "одарённые_дети",
        "тасеево_1_3_1_1_о": "одарённые_дети",
        "тасеево_2_4_3_2_1_часть": "эраскоп",
        "тасеево_2_4_3_6_1_всего": "дошкольник",
    }


def test_a_part_of_a_share_is_held_below_its_whole(packages):
    elements = {one.code: one for package in packages.values() for one in package.elements}

    assert elements["учителя_самодиагностика"].not_above == "учителя_основной_средней"
    assert elements["тасеево_2_2_3_2_о"].not_above == "тасеево_2_2_3_1_о"
    assert elements["кежма_1_5_часть"].not_above == "кежма_1_5_всего"
    assert elements["тасеево_1_3_1_1_о"].not_above == ""  # so many on a thousand pupils is no part of them
    assert elements["ставки_специалистов"].least == 0


def load(code, now):
    report = LoadReport()
    load_programme(source=load_catalogue(code), actor=system_user(), now=now, report=report)
    return report


def test_what_was_entered_under_a_former_code_goes_with_the_question(land, now):
    """Before, the district asked for its own number; now it shares the region's, and the answer of 2023 is there."""
    moment = now.replace(year=2023)
    load("rppko-2020-2022", moment)
    load("mppko-kezhma-2022-2023", moment)
    old = define_element(
        code="кежма_1_3_часть",
        name="Педагоги — участники сообществ",
        type=ElementType.COUNT,
        level=Kind.SCHOOL,
        unit_of_measure="чел.",
        asked_under=land.kezhma,
        actor=land.analyst,
        now=moment,
    )
    SchoolYear.objects.create(
        unit=land.imba, academic_year=2022, teachers=10, entered_at=moment, entered_by=land.analyst
    )
    period = Period.objects.get(code="2023")
    enter_observation(entry=Entry(old, land.imba, period, Decimal(8)), actor=land.analyst, now=moment)

    report = load("mppko-kezhma-2022-2023", moment)
    recalculate(reason="проверка", now=moment)

    assert report.changed == {"записи под прежними кодами": ["кежма_1_3_часть → педагоги_в_сообществах: 1"]}
    assert [row.element.code for row in Observation.objects.all()] == ["педагоги_в_сообществах"]
    value = IndicatorValue.objects.get(
        edition__indicator__code="kezhma_1_3", edition__is_current=True, period=period, unit=land.kezhma
    )
    assert (value.n, value.d) == (8, 10)
    assert load("mppko-kezhma-2022-2023", moment).is_empty


def test_a_shared_question_is_put_to_whom_a_programme_in_force_asks(land, now):
    load("rppko-2020-2022", now)
    load("mppko-kezhma-2022-2023", now)
    element = DataElement.objects.get(code="педагоги_в_сообществах")

    asked = {
        (school.code, year): questions_of(year).is_put(element, school)
        for school in (land.imba, land.kansk_school)
        for year in (2022, 2023, 2024)
    }

    assert element.asked_under is None
    assert {place for place, is_put in asked.items() if is_put} == {
        ("131001", 2022), ("131001", 2023), ("147001", 2022),
    }  # fmt: skip
