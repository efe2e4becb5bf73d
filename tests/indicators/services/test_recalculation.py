import json
from decimal import Decimal

import pytest
from django.db import connection

from indicators.enums import ElementType, IndicatorKind, ValueStatus
from indicators.models import IndicatorValue, Observation, Period, RecalculationRequest
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import define_element
from indicators.services.recalculation import (
    fulfil_at_once,
    fulfil_requests,
    recalculate,
    request_recalculation,
    years_fed_by,
)
from schools.enums import Kind


def values(edition, year):
    rows = IndicatorValue.objects.filter(edition=edition, period__code=str(year)).select_related("unit")
    return {row.unit.code: (row.n, row.d, row.left_out, row.status) for row in rows}


def answer(element, unit, year, value, actor, now):
    return Observation.objects.create(
        element=element,
        unit=unit,
        period=Period.objects.get(code=str(year)),
        value=value,
        entered_by=actor,
        entered_at=now,
    )


def test_values_are_kept_for_members_and_everything_above(place, rural, now):
    run = recalculate(reason="всё", now=now, years={2021})

    known = ValueStatus.KNOWN
    assert values(rural, 2021) == {
        "24": (3, None, 0, known),
        "severny": (2, None, 0, known),
        "yuzhny": (1, None, 0, known),
        "131": (1, None, 0, known),
        "147": (1, None, 0, known),
        "109": (1, None, 0, known),
        "131001": (1, None, 0, known),
        "131002": (0, None, 0, known),
        "147001": (1, None, 0, known),
        "147002": (0, None, 0, known),
        "109001": (1, None, 0, known),
        "109002": (0, None, 0, known),
    }
    assert (run.editions, run.written, run.changed) == (1, 12, 12)
    assert run.finished_at == now


def test_doing_it_twice_changes_nothing(rural, now):
    first = recalculate(reason="раз", now=now)
    again = recalculate(reason="два", now=now)

    assert (again.editions, again.written, again.changed) == (3, 36, 0)
    assert set(IndicatorValue.objects.values_list("run_id", flat=True)) == {first.pk}


def test_unknown_is_not_nought(place, group_order, analyst, now):
    element, edition = group_order
    answer(element, place["131"], 2021, Decimal(1), analyst, now)
    answer(element, place["147"], 2021, Decimal(0), analyst, now)
    recalculate(reason="всё", now=now)

    assert values(edition, 2021)["24"] == (1, 2, 1, ValueStatus.KNOWN)
    assert values(edition, 2021)["109"] == (None, 0, 1, ValueStatus.NOT_SUBMITTED)
    assert values(edition, 2021)["yuzhny"] == (None, 0, 1, ValueStatus.NOT_SUBMITTED)
    assert values(edition, 2020)["24"] == (None, 0, 3, ValueStatus.NOT_SUBMITTED)


def test_a_value_that_is_no_more_is_removed(place, group_order, analyst, now):
    _, edition = group_order
    recalculate(reason="всё", now=now)
    place["109"].closed_on = now.date().replace(year=2019)
    place["109"].save()
    run = recalculate(reason="закрыт", now=now, years={2021})

    assert "109" not in values(edition, 2021)
    assert "yuzhny" not in values(edition, 2021)
    assert values(edition, 2021)["24"] == (None, 0, 2, ValueStatus.NOT_SUBMITTED)
    assert run.changed == 3


def test_only_what_depends_is_computed(group_order, rural, analyst, now):
    fulfil_requests(clock=lambda: now)
    request_recalculation(facts={"есть(мсо_рабочая_группа)"}, years={2021}, actor=analyst, now=now, reason="ответ")

    done = fulfil_requests(clock=lambda: now)

    assert (done["requests"], done["editions"]) == (1, 1)


@pytest.mark.parametrize(
    ("facts", "in_years", "editions"),
    [
        ({"есть"}, None, 3),
        ({"есть(другое)"}, None, 0),
        ({"сельская"}, {2020, 2021}, 2),
        ({"*"}, None, 6),
        ({"indicator:rural"}, {2022}, 1),
        ({"есть", "сельская"}, {1999}, 0),
    ],
)
def test_a_note_is_as_wide_as_it_says(group_order, rural, analyst, now, facts, in_years, editions):
    fulfil_requests(clock=lambda: now)
    request_recalculation(facts=facts, years=in_years, actor=analyst, now=now, reason="проверка")

    assert fulfil_requests(clock=lambda: now)["editions"] == editions


def test_notes_are_fulfilled_together_and_once(group_order, rural, analyst, now):
    fulfil_requests(clock=lambda: now)
    for year in (2020, 2021, 2021):
        request_recalculation(facts={"сельская"}, years={year}, actor=analyst, now=now, reason=f"{year}")

    done = fulfil_requests(clock=lambda: now)

    assert (done["requests"], done["editions"], len(done["runs"])) == (3, 2, 1)
    assert fulfil_requests(clock=lambda: now)["requests"] == 0
    assert RecalculationRequest.objects.filter(fulfilled_at=None).count() == 0


def test_a_note_leaves_a_job(rural, analyst, now):
    before = analyst.jobs.count()
    request_recalculation(facts={"сельская"}, actor=analyst, now=now, reason="паспорта загружены")

    job = analyst.jobs.latest("ordered_at")
    assert analyst.jobs.count() == before + 1
    assert (job.kind, job.title) == ("indicators.recalculate", "Пересчёт показателей: паспорта загружены")
    assert json.dumps(job.payload) == "{}"


def test_a_page_does_not_wait_for_much(group_order, rural, analyst, now):
    fulfil_requests(clock=lambda: now)
    little = request_recalculation(facts={"сельская"}, years={2021}, actor=analyst, now=now, reason="мало")

    run = fulfil_at_once(little, now=now)

    assert run is not None
    assert run.editions == 1
    little.refresh_from_db()
    assert little.run == run


def test_a_formula_that_lost_its_element_is_told_and_others_go_on(group_order, rural, now):
    element, _ = group_order
    element.delete()

    run = recalculate(reason="всё", now=now, years={2021})

    assert list(run.problems) == ["rppko_1_2"]
    assert "первичного показателя «мсо_рабочая_группа» нет" in run.problems["rppko_1_2"]
    assert run.editions == 1


def test_years_that_rest_on_an_academic_year(years):
    assert years_fed_by({2020}) == {2021, 2022}
    assert years_fed_by({2021, 2019}) == {2020, 2021, 2022}


def test_a_changed_school_changes_itself_and_what_stands_above(place, rural, analyst, now):
    recalculate(reason="всё", now=now)
    RecalculationRequest.objects.all().delete()
    for code in ("131001", "147001"):
        place[code].school.locality = "urban"
        place[code].school.save()
    request_recalculation(
        facts={"сельская"}, unit_ids=[place["131001"].pk], years={2021}, actor=analyst, now=now, reason="переезд"
    )

    done = fulfil_requests(clock=lambda: now)

    # The other school has no note, so that nothing shows but what its neighbours above have in common with it.
    assert (done["editions"], done["written"], done["changed"]) == (1, 4, 4)
    told = {code: n for code, (n, *_) in values(rural, 2021).items()}
    assert (told["131001"], told["131"], told["severny"], told["24"]) == (0, 0, 0, 1)
    assert (told["147001"], told["147"]) == (1, 1)


def test_where_the_tree_may_have_changed_everybody_is_counted(place, rural, analyst, now):
    recalculate(reason="всё", now=now)
    RecalculationRequest.objects.all().delete()
    request_recalculation(
        facts={"*"}, unit_ids=[place["131001"].pk], years={2021}, actor=analyst, now=now, reason="перешла"
    )

    assert fulfil_requests(clock=lambda: now)["written"] == 12


def test_a_fact_that_becomes_known_for_everybody_at_once_counts_everybody(place, years, system, analyst, now):
    definition = Definition(
        kind=IndicatorKind.COUNT, formula="количество(школы, где обучающиеся > 100)", unit_of_measure="школ"
    )
    define_indicator(
        code="large", name="Крупных школ", definition=definition, valid_from=now.date(), actor=system, now=now
    )
    recalculate(reason="всё", now=now)
    RecalculationRequest.objects.all().delete()
    request_recalculation(
        facts={"обучающиеся"}, unit_ids=[place["131001"].pk], years={2021}, actor=analyst, now=now, reason="паспорт"
    )

    assert fulfil_requests(clock=lambda: now)["written"] == 12


def test_what_stays_the_same_is_not_even_locked(rural, now):
    recalculate(reason="раз", now=now)
    recalculate(reason="два", now=now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmax::text FROM indicators_indicatorvalue")
        assert cursor.fetchall() == [("0",)]


def test_a_number_that_cannot_be_kept_is_a_problem_and_stops_nobody_else(place, group_order, rural, system, now):
    element = define_element(
        code="рублей", name="Рублей", type=ElementType.AMOUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    definition = Definition(
        kind=IndicatorKind.COUNT, formula="1000000 * сумма(значение(«рублей»))", unit_of_measure="руб."
    )
    define_indicator(code="huge", name="Много", definition=definition, valid_from=now.date(), actor=system, now=now)
    answer(element, place["131001"], 2021, Decimal("99999999999999"), system, now)

    run = recalculate(reason="всё", now=now, years={2021})

    assert list(run.problems) == ["huge"]
    assert "длиннее шестнадцати знаков" in run.problems["huge"]
    assert values(rural, 2021)["24"][0] == 3
