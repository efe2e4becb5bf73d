"""A programme year that runs: danger and forecast in the table, in few queries, in the own borders and in today's."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.enums import PeriodKind, ValueStatus
from indicators.models import IndicatorEdition, IndicatorValue, Period, RecalculationRun
from indicators.services.recalculation import fulfil_requests
from programmes.enums import Standing
from programmes.models import Programme, Target
from programmes.selectors.indicator_table import indicator_table
from tests.factories.catalogue import load_short

RUNNING = date(2022, 11, 20)


def put(number, unit, year, n, d=None, status=ValueStatus.KNOWN):
    period, _ = Period.objects.get_or_create(
        code=str(year),
        defaults={"kind": PeriodKind.YEAR, "starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31"},
    )
    edition = IndicatorEdition.objects.get(
        indicator__programme_indicators__number=number, is_current=True
    )  # the only programme of the test
    run = RecalculationRun.objects.order_by("pk").first()
    IndicatorValue.objects.update_or_create(
        edition=edition, period=period, unit=unit,
        defaults={"n": Decimal(n), "d": None if d is None else Decimal(d), "status": status, "run": run},
    )  # fmt: skip


@pytest.fixture
def running(land, now):
    """The region: a share of 10, 12, 15 % in three years and 16 of 100 in the fourth, whose target is 25 %."""
    land.programme = load_short("5.4.5", "5.7", "7.4", now=now)
    fulfil_requests(clock=lambda: now)
    for year, n in ((2019, 10), (2020, 12), (2021, 15), (2022, 16)):
        put("7.4", land.region, year, n, 100)
    return land


def cell(land, number, unit=None, year=2022, today=RUNNING, **more):
    table = indicator_table(unit=unit or land.region, programme=land.programme, today=today, **more)
    row = next(row for row in table.rows if row.place.number == number)
    return next(cell for cell in row.cells if cell.year == year)


def test_the_forecast_stands_beside_the_value_with_its_limits(running):
    one = cell(running, "7.4")

    assert one.forecast == "прогноз на конец года 17,5\xa0% (от 17,0 до 18,0)"
    assert (one.judgement.standing, one.judgement.cause) == (
        Standing.AT_RISK, "по прогнозу до цели не хватает 7,5\xa0п.\xa0п.",
    )  # fmt: skip
    assert cell(running, "7.4", years=[2022]).forecast == one.forecast


def test_the_band_of_the_programme_and_of_the_target(running):
    Programme.objects.update(band_points=9)
    running.programme.refresh_from_db()
    assert cell(running, "7.4").judgement.standing == Standing.AHEAD

    Target.objects.filter(programme_indicator__number="7.4").update(band=Decimal("7.4"))
    judged = cell(running, "7.4").judgement
    assert (judged.standing, judged.cause) == (
        Standing.AT_RISK, "по прогнозу до цели не хватает 7,5\xa0п.\xa0п., допуск 7,4\xa0п.\xa0п.",
    )  # fmt: skip


def test_a_year_that_is_over_or_has_not_begun_is_neither_forecast_nor_in_danger(running):
    before, after = cell(running, "7.4", today=date(2021, 11, 20)), cell(running, "7.4", today=date(2023, 1, 1))

    assert (before.forecast, before.judgement.standing) == ("", Standing.AHEAD)
    assert (after.forecast, after.judgement.standing) == ("", Standing.MISSED)


def test_fewer_than_three_years_say_so(running):
    one = cell(running, "7.4", year=2021, today=date(2021, 11, 20))

    assert one.forecast == "прогноза нет: известны значения 2\xa0прежних лет, а нужно хотя бы 3"


def test_an_answer_is_not_forecast(running):
    assert cell(running, "5.4.5").forecast.startswith("прогноза нет")
    put("5.4.5", running.district, 2022, 2)

    judged = cell(running, "5.4.5").judgement

    assert (judged.standing, judged.cause) == (Standing.AT_RISK, "не дотягивают: 1 из 1")


def test_what_growth_is_held_against_does_not_hide_the_history(running):
    Target.objects.filter(programme_indicator__number="7.4", period__code="2022").update(
        operator="growth", value=None, base_year=2021
    )

    one = cell(running, "7.4")

    assert (one.judgement.standing, one.judgement.cause) == (Standing.AHEAD, "2021 год: 15,0")
    assert one.forecast == "прогноз на конец года 17,5\xa0% (от 17,0 до 18,0)"


def test_in_todays_borders_too(running):
    for year, n in ((2019, 10), (2020, 12), (2021, 15), (2022, 16)):
        for place, unit in enumerate((running.imba, running.taga), start=1):
            put("7.4", unit, year, n * place, 100)

    one = cell(running, "7.4", unit=running.kezhma, is_today=True)

    assert (one.pair, one.forecast) == ("48 из 200", "прогноз на конец года 26,3\xa0% (от 25,5 до 27,0)")
    assert (one.judgement.standing, one.judgement.cause) == (
        Standing.AT_RISK, "сейчас до цели не хватает 1,0\xa0п.\xa0п.",
    )  # fmt: skip


@pytest.mark.parametrize("is_today", [False, True])
@pytest.mark.parametrize(("which", "queries"), [("region", 6), ("kezhma", 5)])
def test_history_costs_no_query_of_its_own(running, django_assert_num_queries, which, queries, is_today):
    more = {"region": 3, "kezhma": 2}[which] if is_today else 0  # earlier years; sums of today
    with django_assert_num_queries(queries + more):
        indicator_table(unit=getattr(running, which), programme=running.programme, today=RUNNING, is_today=is_today)
