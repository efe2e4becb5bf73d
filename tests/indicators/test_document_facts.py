"""Documents of the register as facts: whose, of which kind, with which words, by which day."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from documents.enums import DocumentKind
from documents.models import Document
from indicators.enums import IndicatorKind, PeriodKind
from indicators.facts import Basis, FactsOf
from indicators.formula.check import check
from indicators.models import IndicatorValue, Period, RecalculationRequest
from indicators.services.definitions import Definition, define_indicator
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observation
from indicators.services.recalculation import fulfil_requests
from schools.enums import Kind
from tests.factories.facts import values
from tests.factories.programmes import make_land


@pytest.fixture
def basis(db):
    period = Period.objects.create(
        code="2021", kind=PeriodKind.YEAR, starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31)
    )
    return Basis(period, 2021, 2020, 2021)


@pytest.fixture
def filed(db):
    land = make_land()
    file(land.kezhma, land, DocumentKind.ORDER, "О назначении муниципального координатора", date(2020, 10, 1))
    file(land.kezhma, land, DocumentKind.ORDER, "О рабочей группе", date(2021, 12, 31))
    file(land.kezhma, land, DocumentKind.ORDER, "О рабочей группе", date(2022, 1, 1))  # after the day
    file(land.kansk, land, DocumentKind.PAGE, "Страница управления", None)
    file(land.imba, land, DocumentKind.ORDER, "О координаторе", date(2021, 1, 1))
    file(land.region, land, DocumentKind.METHODOLOGY, "Методика", date(2021, 1, 1))
    return land


def file(unit, land, kind, title, day):
    filed_at = timezone.make_aware(datetime(2021, 6, 1))
    return Document.objects.create(
        unit=unit, kind=kind, title=title, number="1", dated_on=day, filed_by=land.analyst, filed_at=filed_at
    )


@pytest.mark.parametrize(
    ("formula", "kezhma", "kansk"),
    [
        ("есть_документ(приказ, муниципалитет)", 1, 0),
        ("документов(приказ, муниципалитет)", 2, 0),
        ("документов(приказ, муниципалитет, когда: «в году»)", 1, 0),
        ("documents(«любой», мсо)", 2, 1),
        ("есть_документ(«страница сайта», мсо)", 0, 1),
        ("есть_документ(приказ, мсо, «координатора НАЗНАЧЕНИИ»)", 1, 0),
        ("есть_документ(приказ, мсо, «координатора», «в году»)", 0, 0),
    ],
)
def test_each_municipality_has_an_answer(filed, basis, formula, kezhma, kansk):
    assert values(basis, formula, of="муниципалитеты") == {filed.kezhma.pk: kezhma, filed.kansk.pk: kansk}


def test_whose_documents_is_said_in_the_brackets(filed, basis):
    assert values(basis, "есть_документ(методика, край)", of="регион") == {filed.region.pk: 1}
    assert values(basis, "документов(приказ, школа)")[filed.imba.pk] == 1
    meaning = check("доля(школы, где есть_документ(приказ, школа))", FactsOf(None))
    assert meaning.level.of_many == "школ"


def test_no_word_of_a_title_is_a_pattern(filed, basis):
    assert values(basis, "документов(приказ, мсо, «%»)", of="муниципалитеты") == {filed.kezhma.pk: 0, filed.kansk.pk: 0}


def definition(formula):
    return Definition(kind=IndicatorKind.SHARE, formula=formula, level=Kind.MUNICIPALITY)


@pytest.mark.parametrize("formula", ["есть_документ(приказ, муниципалитет)", "мппко_утверждена"])
def test_an_answer_with_an_order_is_counted_by_whoever_asks_of_documents(
    group_order, place, coordinator, system, now, formula
):
    element, _edition = group_order
    asks = definition(f"доля(муниципалитеты, где {formula})")
    define_indicator(code="orders", name="Приказы", definition=asks, valid_from=now.date(), actor=system, now=now)
    fulfil_requests(clock=lambda: now)
    order = Evidence(number="112-п", dated_on=date(2021, 9, 10))
    period = Period.objects.get(code="2021")

    enter_observation(
        entry=Entry(element, place["131"], period, Decimal(1), evidence=order), actor=coordinator, now=now
    )
    fulfil_requests(clock=lambda: now)

    value = IndicatorValue.objects.get(edition__indicator__code="orders", unit=place["131"], period=period)
    asked = RecalculationRequest.objects.filter(facts__contains=["есть_документ"], unit_ids=[place["131"].pk])
    assert (value.n, asked.count()) == ((1, 1) if "документ" in formula else (0, 0))
