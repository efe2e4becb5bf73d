"""What a standing document of the register, a project or a passport says is not asked once more."""

import re
from datetime import date
from decimal import Decimal

import pytest

from accounts.services.people import system_user
from documents.enums import DocumentKind
from documents.models import Document
from indicators.models import DataElement, IndicatorValue, Period
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observation
from indicators.services.recalculation import recalculate
from programmes.catalogue import load_catalogue
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme
from schools.enums import Kind
from schools.models import Project, School
from schools.services.projects import Stay, begin_membership
from tests.factories.catalogue import load_short
from tests.factories.programmes import make_unit

# Rows of which a document of the register answers for whoever has not.
BY_DOCUMENTS = {
    "concept-tasseevo": {"1.3.1.2", "1.3.1.2-о", "2.1.2.1", "2.1.5.1", "2.3.1.1", "2.3.1.1-о", "2.3.1.2"},
    "ksko-plan-udo-2022-2023": set(),
    "mppko-kezhma-2022-2023": set(),
    "resolution-august-council-2020": {"1.20"},
    "rppko-2020-2022": {"1.2", "1.3", "2.1", "5.2", "6.1", "П.5"},
}
ASKS = re.compile(r"(?:есть|состояние|значение)\(«")


@pytest.mark.parametrize("code", BY_DOCUMENTS)
def test_rows_that_a_document_answers(code):
    found = {one.number for one in load_catalogue(code).indicators if "есть_документ(" in one.formula}

    assert found == BY_DOCUMENTS[code]


@pytest.mark.parametrize(
    ("code", "number", "formula"),
    [
        ("rppko-2020-2022", "3.1", "доля(регион, где рппко_утверждена и результатов_к_сроку > 0)"),
        ("rppko-2020-2022", "5.6", "количество(школы, где участвует_в_проекте(«стажировочная площадка»))"),
        (
            "resolution-august-council-2020",
            "2.8",
            "количество(школы, где участвует_в_проекте(«пилотная школа ЦОС»))",
        ),
        ("concept-tasseevo", "2.3.5.1", "сумма(на_учёте)"),
    ],
)
def test_rows_that_ask_nothing_any_more(code, number, formula):
    (row,) = [one for one in load_catalogue(code).indicators if one.number == number]

    assert (row.formula, row.why_asked) == (formula, "")
    assert ASKS.search(row.formula) is None


def test_the_register_knows_how_many_preschools_there_are():
    rows = [one for one in load_catalogue("concept-tasseevo").indicators if one.direction == 7]

    assert [one.number for one in rows if "вид_организации(дошкольная)" not in one.formula] == [
        "2.4.3.2.1", "2.4.3.6.1", "2.4.3.7.1",
    ]  # fmt: skip


def filed(unit, land, title, day, kind=DocumentKind.ORDER):
    Document.objects.create(
        unit=unit, kind=kind, title=title, number="7", dated_on=day, filed_by=land.analyst, filed_at=land.now
    )


@pytest.fixture
def asked(land, now):
    """The regional programme with the order on working groups, and a way to answer and to read the value."""
    land.now = now
    load_short("1.2", now=now)

    def answer(unit, value, evidence=None):
        element = DataElement.objects.get(code="мсо_рабочая_группа")
        entry = Entry(element, unit, Period.objects.get(code="2021"), Decimal(value), evidence)
        enter_observation(entry=entry, actor=land.analyst, now=now)

    def value(unit, year="2021"):
        recalculate(reason="проверка", now=now)
        row = IndicatorValue.objects.filter(edition__indicator__code="rppko_1_2", unit=unit, period__code=year).first()
        return row and (row.n, row.d)

    land.answer, land.value = answer, value
    return land


def test_an_order_of_the_register_answers_for_who_has_not(asked):
    assert asked.value(asked.region) is None or asked.value(asked.region)[1] in (None, 0)

    filed(asked.kezhma, asked, "О рабочей группе по поддержке ШНРО и ШНСУ", date(2020, 10, 1))
    filed(asked.kansk, asked, "О рабочей группе по питанию", date(2020, 10, 1))

    assert asked.value(asked.region) == (1, 1)
    assert asked.value(asked.region, "2020") == (1, 1)


def test_what_was_said_stands_over_the_register(asked):
    """«Да» said by mistake leaves its order in the register: «нет» said afterwards is what counts."""
    asked.answer(asked.kezhma, 1, Evidence("", "281", date(2021, 10, 1)))
    assert asked.value(asked.kezhma) == (1, 1)

    asked.answer(asked.kezhma, 0)

    assert Document.objects.filter(unit=asked.kezhma).exists()
    assert asked.value(asked.kezhma) == (0, 1)


def test_pilot_schools_are_counted_from_the_register_of_organisations(land, now):
    """A directory of projects that is still empty is filled by the load; what ended before the year is not counted."""
    programme = load_programme(
        source=load_catalogue("resolution-august-council-2020"), actor=system_user(), now=now, report=LoadReport()
    )
    project = Project.objects.get(code="digital-pilot")
    other = make_unit(Kind.SCHOOL, "147002", "Канская СОШ № 2", land.kansk)
    for school in (land.imba, land.kansk_school, other):
        School.objects.create(unit=school)
    for school, until in ((land.imba, None), (land.kansk_school, date(2021, 3, 1)), (other, date(2020, 12, 31))):
        stay = Stay(school, project, date(2020, 9, 1), until)
        begin_membership(stay=stay, actor=system_user(), now=now)
    recalculate(reason="проверка", now=now)

    values = IndicatorValue.objects.filter(edition__indicator__code="council_2_8", period__code="2021")

    assert programme.programme_indicators.get(number="2.8").indicator.code == "council_2_8"
    assert {value.unit_id: value.n for value in values.filter(unit__kind=Kind.MUNICIPALITY)} == {
        land.kezhma.pk: 1,
        land.kansk.pk: 1,
    }
