"""How often an element is asked for: half-years and waves in the form, the API and the formulas."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from indicators.enums import AskedEvery, ElementType, EntryStatus, IndicatorKind, PeriodKind, ValueStatus, YearValue
from indicators.formula.evaluate import evaluate
from indicators.models import DataElement, IndicatorValue, Observation, Period
from indicators.selectors.bases import basis_of
from indicators.selectors.world import world_under
from indicators.services.agreement import KindDisagrees
from indicators.services.computing import proven
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import Collecting, RuleMakesNoSense, define_element
from indicators.services.entries import Entry, ObservationRefused
from indicators.services.observations import enter_observation
from indicators.services.periods import shorter_period
from indicators.services.recalculation import fulfil_requests
from schools.enums import Kind
from schools.services.tokens import create_token

PAGE = reverse("indicators:entry")
HALVES = {"every": AskedEvery.HALF}
WAVES = {"every": AskedEvery.WAVE, "waves": (5, 10)}


@pytest.fixture
def ask(place, years, system, now):
    """Ask schools for a count so often, and sum it over them."""

    def asked(code="дипломы", type=ElementType.COUNT, **collecting):
        element = define_element(
            code=code,
            name="Дипломы",
            type=type,
            level=Kind.SCHOOL,
            collecting=Collecting(**collecting),
            actor=system,
            now=now,
        )
        define_indicator(
            code=f"всего_{code}",
            name="Всего",
            definition=Definition(
                kind=IndicatorKind.COUNT, formula=f"сумма(значение(«{code}»))", unit_of_measure="штук", precision=0
            ),
            valid_from=now.date(),
            actor=system,
            now=now,
        )
        fulfil_requests(clock=lambda: now)
        return element

    return asked


@pytest.fixture
def put(place, coordinator, now):
    def written(element, code, value, unit="131001"):
        period = shorter_period(code) if "-" in code else Period.objects.get(code=code)
        return enter_observation(entry=Entry(element, place[unit], period, Decimal(value)), actor=coordinator, now=now)

    return written


def told(unit, code="дипломы", year="2021"):
    """What the database computed and what the plain evaluator says of the same: they must be one."""
    row = IndicatorValue.objects.get(unit=unit, period__code=year, edition__indicator__code=f"всего_{code}")
    basis = basis_of(int(year))
    meaning = proven(f"сумма(значение(«{code}»))", basis)
    pair = evaluate(meaning, world_under(unit=unit, meaning=meaning, basis=basis))[unit.pk]
    assert (pair.n, pair.left_out) == (row.n, row.left_out)
    return row.n


def test_a_flow_of_half_years_is_summed_once_both_are_there(ask, put, place):
    element = ask(**HALVES, year_value=YearValue.SUM)

    put(element, "2021-H1", 5)
    assert told(place["131001"]) is None

    put(element, "2021-H2", 7)
    assert told(place["131001"]) == 12
    assert told(place["131"]) == 12
    assert IndicatorValue.objects.get(unit=place["131002"], period__code="2021").status == ValueStatus.NOT_SUBMITTED


def test_a_stock_is_the_last_of_the_year(ask, put, place):
    element = ask(**HALVES, year_value=YearValue.LAST)

    put(element, "2021-H1", 5)
    assert told(place["131001"]) == 5
    put(element, "2021-H2", 4)
    assert told(place["131001"]) == 4
    put(element, "2020-H2", 9)
    assert (told(place["131001"]), told(place["131001"], year="2020")) == (4, 9)


def test_waves_of_named_months_add_up_to_the_year(ask, put, place):
    element = ask(**WAVES, year_value=YearValue.SUM)

    put(element, "2021-V", 5)
    assert told(place["131001"]) is None
    put(element, "2021-X", 6)
    assert told(place["131001"]) == 11


def test_a_draft_of_a_part_is_no_part(ask, put, place, coordinator, now):
    element = ask(**HALVES, year_value=YearValue.SUM)
    put(element, "2021-H1", 5)
    second = put(element, "2021-H2", 7)
    Observation.objects.filter(pk=second.pk).update(status=EntryStatus.DRAFT)

    meaning = proven("сумма(значение(«дипломы»))", basis_of(2021))
    world = world_under(unit=place["131001"], meaning=meaning, basis=basis_of(2021))
    assert evaluate(meaning, world)[place["131001"].pk].n is None


@pytest.mark.parametrize(
    ("collecting", "code", "said"),
    [
        ({}, "2021-H1", "«Дипломы» спрашивают раз в год: 2021, а не за 2021-H1."),
        (HALVES, "2021", "«Дипломы» спрашивают по полугодиям: 2021-H1 или 2021-H2, а не за 2021."),
        (HALVES, "2021-IX", "«Дипломы» спрашивают по полугодиям: 2021-H1 или 2021-H2, а не за 2021-IX."),
        (WAVES, "2021-IX", "«Дипломы» спрашивают по волнам мониторинга: 2021-V или 2021-X, а не за 2021-IX."),
    ],
)
def test_other_periods_are_refused_in_a_sentence(ask, put, collecting, code, said):
    element = ask(**collecting, year_value=YearValue.LAST if collecting else None)

    with pytest.raises(ObservationRefused) as refused:
        put(element, code, 5)

    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("type", "collecting", "said"),
    [
        (ElementType.COUNT, HALVES, "чаще, чем раз в год: скажите"),
        (ElementType.YES_NO, HALVES | {"year_value": YearValue.SUM}, "не число: за год берётся последнее"),
        (ElementType.COUNT, {"year_value": YearValue.SUM}, "раз в год: волн и правила года у него нет"),
        (ElementType.COUNT, {"every": AskedEvery.WAVE, "year_value": YearValue.LAST}, "у волн названы месяцы"),
        (ElementType.COUNT, HALVES | {"waves": (5,), "year_value": YearValue.LAST}, "у волн названы месяцы"),
    ],
)
def test_how_often_is_said_whole(system, years, now, type, collecting, said):
    with pytest.raises(RuleMakesNoSense, match=said):
        define_element(
            code="что", name="Что", type=type, level=Kind.SCHOOL, collecting=Collecting(**collecting),
            actor=system, now=now,
        )  # fmt: skip


def test_how_often_is_not_changed_under_what_was_entered(ask, put, system, now):
    put(ask(), "2021", 5)

    with pytest.raises(KindDisagrees):
        ask(**HALVES, year_value=YearValue.SUM)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"asked_every": "half"}, "element_asked_more_often_says_its_year"),
        ({"year_value": "sum"}, "element_asked_more_often_says_its_year"),
        ({"asked_every": "wave", "year_value": "sum"}, "element_of_waves_says_which"),
    ],
)
def test_the_database_keeps_it_whole(ask, fields, name):
    element = ask()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DataElement.objects.filter(pk=element.pk).update(**fields)


def test_the_form_offers_the_periods_and_saves_into_the_one_that_is_looked_at(client, ask, place, coordinator):
    element = ask(**HALVES, year_value=YearValue.SUM)
    ask("учителя")
    client.force_login(coordinator)

    year = client.get(PAGE, {"year": 2021})
    assert year.context["periods"] == [
        ("2021", "2021 год"),
        ("2021-H1", "1-е полугодие 2021 года"),
        ("2021-H2", "2-е полугодие 2021 года"),
    ]
    assert [one.code for one in year.context["grid"].elements] == ["учителя"]
    half = client.get(PAGE, {"year": 2021, "period": "2021-H1"})
    assert [one.code for one in half.context["grid"].elements] == ["дипломы"]
    assert not Period.objects.exclude(kind=PeriodKind.YEAR).exists()

    key = f"{element.pk}-{place['131001'].pk}"
    data = {f"value-{key}": "12", f"was-{key}": "||||"}
    client.post(f"{PAGE}?year=2021&period=2021-H1", data, headers={"HX-Request": "true"})

    row = Observation.objects.get()
    assert (row.period.code, row.value, row.status) == ("2021-H1", 12, "draft")


def test_a_form_of_halves_alone_opens_at_the_first(client, ask, coordinator):
    ask(**HALVES, year_value=YearValue.SUM)
    client.force_login(coordinator)

    assert client.get(PAGE, {"year": 2021}).context["period"].code == "2021-H1"


@pytest.mark.parametrize(
    ("code", "status", "field"),
    [("2021-H1", 201, None), ("2021", 400, "value"), ("2021-IX", 400, "value"), ("2021-Q1", 404, None),
     ("2099-H1", 404, None)],
)  # fmt: skip
def test_the_api_takes_the_codes_that_are_asked(client, ask, place, analyst, code, status, field):
    ask(**HALVES, year_value=YearValue.SUM)
    permissions = (Permission.UNIT_VIEW, Permission.INDICATOR_VIEW, Permission.OBSERVATION_ENTER)
    last = timezone.localdate() + timedelta(days=30)
    _, key = create_token(
        title="АИС", units=[place["24"]], permissions=permissions, expires_on=last, actor=analyst, now=timezone.now()
    )
    row = {"element": "дипломы", "unit": "131001", "period": code, "value": 5}
    given = {"content_type": "application/json", "headers": {"Authorization": f"Token {key}"}}

    bulk = client.post("/api/v1/observations/bulk/", {"rows": [row]}, **given)
    alone = client.post("/api/v1/observations/", row, **given)

    assert (bulk.status_code, alone.status_code) == (201 if status == 201 else 400, 200 if status == 201 else status)
    if field:
        said = "«Дипломы» спрашивают по полугодиям: 2021-H1 или 2021-H2, а не за " + code + "."
        assert alone.json() == {"value": [said]}
        assert bulk.json() == {"rows": [{"row": 1, "errors": {"value": [said]}}]}
    assert Period.objects.filter(code=code).exists() == (status == 201 or code == "2021")
