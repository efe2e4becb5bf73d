"""The indicator table of the regional programme over real values."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from accounts.permissions import Role
from common.session_facts import acting
from indicators.models import DataElement, IndicatorValue, Period
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observation
from indicators.services.recalculation import fulfil_requests, recalculate, request_recalculation
from monitoring.models import SchoolResult
from monitoring.selectors.comparison import assessments_held
from programmes.enums import Standing
from programmes.selectors.indicator_table import indicator_table
from schools.access import NotAllowed
from tests.factories.schools import make_user
from tests.monitoring.counted_region import approve
from tests.roles import IS_COPY_OF_MUTANTS, acting_as

AFTER = date(2023, 2, 1)
PROOF = Evidence(url="https://edu.example.ru/dok.pdf")


@pytest.fixture
def region(counted, now):
    approve(counted, now)
    fulfil_requests(clock=lambda: now)
    return counted


def enter(region, code, unit, value, now, year="2021"):
    element = DataElement.objects.get(code=code)
    period = Period.objects.get(code=year)
    region.analyst = getattr(region, "analyst", None) or region.programme.document.filed_by
    enter_observation(entry=Entry(element, unit, period, Decimal(value), PROOF), actor=region.analyst, now=now)


def cell(region, number, unit=None, year=2021, today=AFTER):
    table = indicator_table(unit=unit or region.region, programme=region.programme, today=today)
    row = next(row for row in table.rows if row.place.number == number)
    return next(cell for cell in row.cells if cell.year == year)


def told(one):
    return one.promise, one.said, one.pair, one.judgement.standing, one.judgement.cause


def test_a_share_stands_beside_its_target_with_what_feeds_it(region):
    one = cell(region, "7.4")

    assert told(one) == ("≥\xa020\xa0%", "50,0\xa0%", "2 из 4", Standing.MET, "")
    assert one.basis.in_words() == (
        "результаты 2020/21 учебного года, список осени 2021 года, волна «итоговый мониторинг, июнь 2021 г.»"
    )


def test_the_region_is_held_to_each_municipality_and_names_those_who_did_not(region, now):
    enter(region, "мсо_рабочая_группа", region.kezhma, 1, now)

    silent = cell(region, "1.2")
    assert told(silent) == (
        "да, в каждом муниципалитете", "100,0\xa0%", "1 из 1", Standing.NO_DATA, "о 1 из 2",
    )  # fmt: skip
    enter(region, "мсо_рабочая_группа", region.minusinsk, 0, now)

    said_no = cell(region, "1.2")
    assert told(said_no)[1:] == ("50,0\xa0%", "1 из 2", Standing.MISSED, "не выполняют: 1 из 2")
    assert [one.unit_name for one in said_no.judgement.failing] == ["город Минусинск"]
    assert told(cell(region, "1.2", region.kezhma))[1:4] == ("да", "", Standing.MET)
    assert told(cell(region, "1.2", region.minusinsk))[1:4] == ("нет", "", Standing.MISSED)


def test_each_district_shows_the_least(region, now):
    for school in region.schools[:3]:
        enter(region, "поддержка_куратор", school, 1, now)

    one = cell(region, "5.4.5")

    assert (one.promise, one.said) == ("≥\xa010 в каждом округе", "3")
    assert {each.unit_name for each in one.judgement.failing} == {"Северный округ"}
    assert [each.unit_name for each in one.judgement.unknown] == ["Южный округ"]


def test_both_halves_of_a_compound_target(region, now):
    enter(region, "межрегиональные_мероприятия", region.region, 2, now)
    assert cell(region, "5.7").judgement.standing == Standing.NO_DATA
    assert cell(region, "5.7").promise == "не менее 1, кол-во участников - не менее чем из 5-ти регионов"

    enter(region, "регионы_участники", region.region, 4, now)
    one = cell(region, "5.7")
    assert (one.judgement.standing, one.judgement.cause) == (
        Standing.MISSED,
        "«Регионы, из которых участники межрегионального мероприятия»: 4, а нужно ≥ 5",
    )
    enter(region, "регионы_участники", region.region, 5, now)
    assert cell(region, "5.7").judgement.standing == Standing.MET


def test_three_states_count_only_the_top_one(region, now):
    enter(region, "выявление_дефицитов", region.kezhma, 2, now)
    enter(region, "выявление_дефицитов", region.minusinsk, 1, now)

    assert told(cell(region, "2.4"))[1:3] == ("50,0\xa0%", "1 из 2")


def test_a_running_year_is_not_missed_yet(region):
    assert cell(region, "3.3", today=date(2021, 11, 20)).judgement.standing == Standing.AT_RISK
    assert cell(region, "3.3", today=date(2020, 11, 20)).judgement.standing == Standing.AHEAD
    assert cell(region, "3.3").judgement.standing == Standing.MISSED


def test_a_school_is_shown_only_what_concerns_schools(region):
    table = indicator_table(unit=region.schools[0], programme=region.programme, today=AFTER)

    numbers = [row.place.number for row in table.rows]
    assert "1.2" not in numbers
    assert "7.4" in numbers


def test_a_school_off_the_list_takes_no_part_which_is_not_missing_data(region, now):
    calm = region.school("131009", "Спокойная СОШ", "ОГЭ русский 9 | 2018: 1/12 | 2020: 1/12")
    recalculate(reason="новая школа", now=now)

    assert told(cell(region, "7.4", calm))[1:] == ("—", "", Standing.NOT_SET, "в этом году не участвует")
    assert cell(region, "7.4", calm, year=2022).judgement.standing == Standing.NO_DATA


def asked_as():
    """Whose rights the connection has, how far they reach, which policies hold: whichever fails, is named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user::text, current_setting('opora.reach'), array_agg(polname::text ORDER BY polname)"
            " FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid"
            " WHERE relname = %s AND relrowsecurity",
            [SchoolResult._meta.db_table],
        )
        return cursor.fetchone()


@pytest.mark.skipif(IS_COPY_OF_MUTANTS, reason="there is no net there")
def test_under_the_net_a_school_is_told_the_same(region, now):
    """That others took part, and that the procedure was held elsewhere, is known; their rows are not."""
    calm = region.school("131009", "Спокойная СОШ", "ОГЭ русский 9 | 2018: 1/12")
    recalculate(reason="новая школа", now=now)
    editor = make_user("calm", Role.SCHOOL_EDITOR, calm)
    held = assessments_held("oge", "русский язык", 9)
    with acting_as("web"), acting(reader=editor.pk):
        assert told(cell(region, "7.4", calm))[1:] == ("—", "", Standing.NOT_SET, "в этом году не участвует")
        assert assessments_held("oge", "русский язык", 9) == held
        assert asked_as() == ("opora_web", calm.path, ["net_add", "net_change", "net_delete", "net_read", "net_worker"])
        assert set(SchoolResult.objects.values_list("unit", flat=True)) == {calm.pk}
        assert not IndicatorValue.objects.filter(unit=region.region).exists()

    assert {one.academic_year for one in held} == {2018, 2020}


def test_the_headline_has_no_target(region):
    assert cell(region, "0").judgement.standing == Standing.NOT_SET


def test_a_value_that_is_about_to_change_says_so(region, now):
    assert not cell(region, "7.4").is_stale
    request_recalculation(facts={"динамика"}, years={2021}, actor=region.centre, now=now, reason="новый файл")

    assert cell(region, "7.4").is_stale
    assert not cell(region, "7.4", year=2022).is_stale
    assert not cell(region, "1.2").is_stale


def test_narrowed_to_a_direction_and_a_standing(region):
    table = indicator_table(unit=region.region, programme=region.programme, today=AFTER)

    met = table.narrowed(direction=7, standing=Standing.MET, year=2021)

    assert [row.place.number for row in met.rows] == ["7.4", "7.6"]
    assert table.standings(2021)[Standing.MET] == 2


@pytest.mark.parametrize(("which", "queries"), [("region", 6), ("kezhma", 5)])
def test_a_table_is_read_in_few_queries(region, django_assert_num_queries, which, queries):
    with django_assert_num_queries(queries):  # places, targets, bases, notes, values; the other halves for the region
        indicator_table(unit=getattr(region, which), programme=region.programme, today=AFTER)


def test_a_coordinator_does_not_write_for_the_region(region, now):
    region.analyst = region.coordinator

    with pytest.raises(NotAllowed):
        enter(region, "методика_анализа", region.region, 1, now)
