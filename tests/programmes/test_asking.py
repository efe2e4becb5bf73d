"""Which questions are put in which year: those whose answers a row of a programme in force needs."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.enums import ElementType
from indicators.models import DataElement, IndicatorEdition, Period
from indicators.selectors.asked import elements_in, questions_of
from indicators.selectors.entry import elements_asked, entry_progress
from indicators.services.definitions import set_basis
from indicators.services.elements import define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from programmes.enums import ProgrammeStatus, RowChoice, TargetOperator
from programmes.models import Programme, ProgrammeIndicator, Target
from schools.enums import Kind
from tests.factories.catalogue import load_short
from tests.factories.programmes import make_programme

# Rows of РППКО 2020–2022: 1.2 asks municipalities one thing.
GROUP = "мсо_рабочая_группа"


@pytest.fixture
def asked(land, now):
    """The regional programme with one row, and 2023 after it."""
    land.programme = load_short("1.2", now=now)
    set_basis(year=2023, academic_year=2022, cohort_year=2023, actor=land.analyst, now=now)
    land.row = ProgrammeIndicator.objects.get(number="1.2")
    return land


def put(unit, *years, code=GROUP):
    element = DataElement.objects.get(code=code)
    return [year for year in years if questions_of(year).is_put(element, unit)]


def test_a_question_is_put_as_long_as_its_programme_runs(asked):
    assert put(asked.kezhma, 2018, 2019, 2020, 2021, 2022, 2023, 2024) == [2020, 2021, 2022]


def test_a_programme_approved_in_the_last_days_of_a_year_asks_from_the_next(asked):
    Programme.objects.update(starts_on=date(2020, 12, 21))

    assert put(asked.kezhma, 2020, 2021) == [2021]


@pytest.mark.parametrize("choice", [RowChoice.OPTIONAL, RowChoice.DRAFT])
def test_a_row_that_is_not_asked_puts_no_question(asked, choice):
    ProgrammeIndicator.objects.update(choice=choice)

    assert put(asked.kezhma, 2020, 2021, 2022) == []


def test_a_chosen_row_puts_its_question(asked):
    ProgrammeIndicator.objects.update(choice=RowChoice.CHOSEN)

    assert put(asked.kezhma, 2020, 2021, 2022) == [2020, 2021, 2022]


def test_a_programme_that_is_not_approved_asks_for_nothing(asked):
    Programme.objects.update(status=ProgrammeStatus.DRAFT, approved_on=None)

    assert put(asked.kezhma, 2020, 2021, 2022) == []


def test_whoever_promises_growth_is_asked_for_the_year_it_grows_from(asked):
    Target.objects.all().delete()
    held = {"programme_indicator": asked.row, "period": Period.objects.get(code="2022")}
    Target.objects.create(operator=TargetOperator.GROWTH, base_year=2018, **held)

    assert put(asked.kezhma, 2017, 2018, 2019, 2020) == [2018, 2020]


def test_positive_dynamics_of_the_first_year_asks_for_the_year_before(asked):
    Target.objects.all().delete()
    Target.objects.create(
        operator=TargetOperator.POSITIVE_DYNAMICS,
        programme_indicator=asked.row,
        period=Period.objects.get(code="2020"),
    )

    assert put(asked.kezhma, 2018, 2019, 2020) == [2019, 2020]


def test_a_formula_that_looks_back_asks_for_the_years_it_sees(asked):
    edition = asked.row.indicator.editions.get(is_current=True)
    edition.reach = 1
    edition.save(update_fields=["reach"])

    assert put(asked.kezhma, 2018, 2019, 2020) == [2019, 2020]


def test_the_second_half_of_a_target_asks_too(asked, now):
    Target.objects.filter(period__code="2021").update(also={"element": "учителя", "operator": "at_least", "value": "1"})
    define_element(
        code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, actor=asked.analyst, now=now
    )

    assert put(asked.imba, 2021, 2022, 2023, code="учителя") == [2021, 2022]


def test_a_municipality_s_programme_puts_a_shared_question_to_its_own_only(asked, now):
    """Both ask for the same: the region until 2022, one municipality a year longer."""
    later = make_programme(asked.kezhma, asked.coordinator, now, ends_on=date(2023, 12, 31))
    ProgrammeIndicator.objects.create(programme=later, indicator=asked.row.indicator, number="1", sort_order=1)

    assert (put(asked.kezhma, 2022, 2023), put(asked.kansk, 2022, 2023)) == ([2022, 2023], [2022])


def test_what_nobody_s_row_needs_is_a_question_of_its_own(asked, now):
    define_element(
        code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, actor=asked.analyst, now=now
    )

    assert put(asked.imba, 2019, 2023, code="учителя") == [2019, 2023]


def test_the_form_and_its_progress_leave_out_what_is_not_asked(asked):
    form = {year: elements_asked(asked.kezhma, Period.objects.get(code=str(year))) for year in (2022, 2023)}
    progress = {
        year: [
            (one.unit.code, one.entered, one.asked)
            for one in entry_progress(user=asked.analyst, unit=asked.region, period=Period.objects.get(code=str(year)))
        ]
        for year in (2022, 2023)
    }

    assert {year: [element.code for element in elements] for year, elements in form.items()} == {
        2022: [GROUP],
        2023: [],
    }
    assert progress == {2022: [("147", 0, 1), ("131", 0, 1)], 2023: [("147", 0, 0), ("131", 0, 0)]}


def test_an_answer_to_what_is_asked_no_more_stays_and_is_told(asked, now, client):
    element = DataElement.objects.get(code=GROUP)
    element.needs_evidence = False
    element.save()
    entry = Entry(element, asked.kezhma, Period.objects.get(code="2021"), Decimal(1))
    enter_observation(entry=entry, actor=asked.coordinator, now=now)
    ProgrammeIndicator.objects.update(choice=RowChoice.OPTIONAL)
    client.force_login(asked.coordinator)

    pages = {year: client.get(reverse("indicators:entry"), {"year": year}) for year in (2021, 2022)}

    assert [cell.standing_said for cell in pages[2021].context["sheet"]] == ["да"]
    assert "В этом году не спрашивают" in pages[2021].content.decode()
    assert pages[2022].context["sheet"] == []
    assert "Эту территорию ни о чём не спрашивают." in pages[2022].content.decode()


def test_elements_are_found_among_the_facts_of_a_formula():
    facts = ["есть(а_1)", "состояние(б)", "значение(в)", "значение(г, дети)", "значение", "динамика(огэ, русский, 9)"]

    assert elements_in(facts) == {"а_1", "б", "в", "г"}


def test_what_only_a_former_edition_asked_is_put_no_longer(asked):
    """Computed since from what the portal knows itself: its old question is nobody's own, to be put every year."""
    edition = IndicatorEdition.objects.get(indicator=asked.row.indicator, is_current=True)
    IndicatorEdition.objects.filter(pk=edition.pk).update(is_current=False)
    edition.pk, edition.number, edition.depends_on = None, edition.number + 1, ["мппко_утверждена"]
    edition.save(force_insert=True)

    assert put(asked.kezhma, 2019, 2020, 2021, 2022, 2023) == []
