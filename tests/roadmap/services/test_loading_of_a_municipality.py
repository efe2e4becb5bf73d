"""A municipality's own programme in the database: asked of it alone, computed for it alone."""

from decimal import Decimal

import pytest

from accounts.services.people import system_user
from indicators.models import DataElement, Indicator, IndicatorValue, Observation, Period
from indicators.selectors.bases import Bases
from indicators.selectors.entry import elements_asked, entry_form, entry_progress
from indicators.services.entries import Entry, ObservationRefused
from indicators.services.observations import enter_observation
from indicators.services.recalculation import recalculate
from programmes.catalogue import load_catalogue
from programmes.enums import ProgrammeKind, Standing
from programmes.selectors.indicator_table import indicator_table
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme


@pytest.fixture
def programme(land, now):
    source = load_catalogue("mppko-kezhma-2022-2023")
    return load_programme(source=source, actor=system_user(), now=now.replace(year=2023), report=LoadReport())


@pytest.fixture
def moment(now):
    return now.replace(year=2023)


def write(land, unit, code, value, year, moment):
    element, period = DataElement.objects.get(code=code), Period.objects.get(code=str(year))
    entry = Entry(element, unit, period, Decimal(value))
    return enter_observation(entry=entry, actor=land.analyst, now=moment)


def test_indicators_and_questions_belong_to_the_municipality(land, programme):
    assert set(Indicator.objects.values_list("owner", flat=True)) == {land.kezhma.pk}
    own = DataElement.objects.exclude(asked_under=None)
    assert set(own.values_list("asked_under", flat=True)) == {land.kezhma.pk}
    assert own.count() == 5  # the others it shares with other documents
    assert (programme.kind, programme.activities.count()) == (ProgrammeKind.MUNICIPAL, 19)


def test_a_neighbour_is_asked_nothing_of_it(land, programme):
    basis = Bases(list(Period.objects.filter(code="2022"))).of(Period.objects.get(code="2022"))

    own, foreign = (
        entry_form(user=land.analyst, unit=unit, basis=basis, asked=elements_asked(unit, basis.period), everyone=True)[
            1
        ]
        for unit in (land.kezhma, land.kansk)
    )

    assert (len(own.elements), foreign) == (9, None)
    asked = {one.unit: one.asked for one in entry_progress(user=land.analyst, unit=land.region, period=basis.period)}
    assert set(asked.values()) == {0}


def test_a_neighbour_cannot_answer_it(land, programme, moment):
    with pytest.raises(ObservationRefused, match="спрашивают не здесь"):
        write(land, land.kansk_school, "кежма_1_5_часть", 10, 2023, moment)

    assert not Observation.objects.exists()


def test_values_are_computed_for_the_municipality_only(land, programme, moment):
    write(land, land.imba, "опрошенные_удовлетворённые", 80, 2023, moment)
    write(land, land.imba, "опрошенные_участники", 100, 2023, moment)

    recalculate(reason="проверка", now=moment)

    values = IndicatorValue.objects.filter(edition__indicator__code="kezhma_1_8", period__code="2023")
    assert dict(values.filter(status="known").values_list("unit__code", "n")) == {
        land.kezhma.code: 80,
        land.imba.code: 80,
    }
    assert not values.exclude(unit__path__startswith=land.kezhma.path).exists()


def test_dynamics_are_held_against_the_year_before_and_an_unsaid_sign_is_not_judged(land, programme, moment):
    for year, winners in ((2022, 10), (2023, 11)):
        write(land, land.imba, "кежма_1_5_часть", winners, year, moment)
        write(land, land.imba, "кежма_1_5_всего", 100, year, moment)
    recalculate(reason="проверка", now=moment)

    table = indicator_table(unit=land.kezhma, programme=programme, today=moment.date().replace(year=2024))

    cells = {row.place.number: {cell.year: cell for cell in row.cells} for row in table.rows}
    assert cells["1.5"][2023].judgement.standing == Standing.MET
    assert (cells["1.5"][2022].judgement.standing, cells["1.5"][2022].judgement.cause) == (
        Standing.NO_DATA,
        "нет значения 2021 года, с которым сравнивать",
    )
    assert cells["1.5"][2023].promise == "положительная динамика"
    assert cells["1.3.1"][2023].judgement.standing == Standing.NOT_SET
    assert cells["1.3.1"][2023].promise == "50\xa0%, сравнение не указано"
    assert cells["1.8"][2023].promise == "≥\xa085\xa0%"
