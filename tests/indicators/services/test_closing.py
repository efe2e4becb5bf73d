"""A closed period keeps its values; what later runs give stands beside them until it is opened again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent
from accounts.permissions import Role
from common.versions import version_of
from indicators.enums import ChangesTaken, ElementType, IndicatorKind
from indicators.models import (
    IndicatorEdition,
    IndicatorValue,
    Period,
    PeriodClosing,
    PinnedEdition,
    RecalculationRequest,
    ValueSinceClosing,
)
from indicators.selectors.closings import pinning, values_since_closing
from indicators.selectors.pins import PERIOD_LOCKS
from indicators.services.closing import PeriodChanged, PeriodRefused, close_period, reopen_period, shown_of
from indicators.services.definitions import Definition, define_indicator
from indicators.services.documents import Order
from indicators.services.elements import define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observations
from indicators.services.recalculation import fulfil_requests, recalculate, request_recalculation
from schools.access import NotAllowed
from schools.enums import Kind
from schools.services.signing import SignatoryRefused
from tests.indicators.territory import person

ORDER = Order("15", date(2021, 11, 10))


@pytest.fixture
def approver(place):
    return person("approver", Role.MINISTRY_APPROVER, place["24"])


@pytest.fixture
def pupils(place, years, system, now):
    """A count of schools' answers and the least of them over municipalities, with an answer of every school in 2020."""
    element = define_element(
        code="ученики", name="Ученики", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    for code, formula in (
        ("всего", "сумма(значение(«ученики»))"),
        ("наименьшее", "минимум_по(муниципалитет, сумма(значение(«ученики»)))"),
    ):
        definition = Definition(kind=IndicatorKind.COUNT, formula=formula, unit_of_measure="чел.", precision=0)
        define_indicator(code=code, name=code, definition=definition, valid_from=now.date(), actor=system, now=now)
    for number, code in enumerate(("131001", "131002", "147001", "147002", "109001", "109002"), start=1):
        answer(element, place[code], 10 * number, system, now)
    fulfil_requests(clock=lambda: now)
    return element


def answer(element, unit, number, actor, now):
    period = Period.objects.get(code="2020")
    enter_observations(
        entries=[Entry(element=element, unit=unit, period=period, value=Decimal(number))], actor=actor, now=now
    )


@pytest.fixture
def year(pupils):
    return Period.objects.get(code="2020")


def closed(year, actor, now, **given):
    return close_period(period=year, order=ORDER, actor=actor, now=now, **given)


def values(code="всего"):
    rows = IndicatorValue.objects.filter(edition__indicator__code=code, period__code="2020", edition__is_current=True)
    return dict(rows.values_list("unit__code", "n"))


def beside(code="всего"):
    rows = ValueSinceClosing.objects.filter(indicator__code=code, period__code="2020")
    return dict(rows.values_list("unit__code", "n"))


def changed(pupils, place, system, now, number=100, code="131001"):
    """Another number comes for a school, and is counted."""
    answer(pupils, place[code], number, system, now + timedelta(hours=1))
    fulfil_requests(clock=lambda: now + timedelta(hours=1))


def test_values_stay_and_what_differs_stands_beside(year, pupils, place, approver, system, now):
    closing = closed(year, approver, now)
    before = values()

    changed(pupils, place, system, now)

    assert values() == before
    assert beside() == {"131001": 100, "131": 120, "severny": 190, "24": 300}
    assert beside("наименьшее")["131"] == 120
    assert closing.pinned == IndicatorValue.objects.filter(period=year).count()
    assert closing.signatory == approver


def test_what_agrees_again_is_no_longer_beside(year, pupils, place, approver, system, now):
    closed(year, approver, now)
    changed(pupils, place, system, now)

    changed(pupils, place, system, now + timedelta(hours=1), number=10)

    assert not ValueSinceClosing.objects.exists()


def test_a_full_recalculation_changes_nothing_of_a_closed_period_and_adds_nothing_twice(
    year, pupils, place, approver, system, now
):
    closed(year, approver, now)
    changed(pupils, place, system, now)
    was = (values(), beside())

    run = recalculate(reason="всё", now=now)

    assert (values(), beside()) == was
    assert run.changed == 0


def test_a_value_that_would_be_no_more_is_said_so(year, pupils, place, approver, system, now):
    closed(year, approver, now)
    place["131001"].ancestry.all().delete()
    request_recalculation(facts={"*"}, actor=system, now=now, reason="ошибка реестра")
    fulfil_requests(clock=lambda: now)

    gone = ValueSinceClosing.objects.get(indicator__code="всего", unit=place["131001"])
    assert (gone.status, gone.n) == ("", None)
    assert beside()["131"] == 20


def test_an_analyst_writes_the_order_in_and_the_approver_answers_for_it(year, analyst, approver, coordinator, now):
    with pytest.raises(NotAllowed):
        closed(year, coordinator, now)
    with pytest.raises(SignatoryRefused):
        closed(year, analyst, now)

    closing = closed(year, analyst, now, signatory=approver)

    assert (closing.closed_by, closing.signatory) == (analyst, approver)
    assert closing.by_order == "№ 15 от 10.11.2021"
    event = AuditEvent.objects.get(action="period.closed")
    assert event.actor_id == analyst.pk
    assert event.after["signatory"].startswith("Approver")


def test_what_has_not_ended_waits_or_is_closed_is_not_closed(year, pupils, approver, system, now):
    with pytest.raises(PeriodRefused, match="ещё не закончился"):
        closed(Period.objects.get(code="2021"), approver, now)
    note = request_recalculation(facts={"ученики"}, years={2020}, actor=system, now=now, reason="ответ")
    RecalculationRequest.objects.filter(pk=note.pk).update(facts=["*"])
    with pytest.raises(PeriodRefused, match="ждёт пересчёта"):
        closed(year, approver, now)
    fulfil_requests(clock=lambda: now)
    with pytest.raises(PeriodRefused, match="номер и дату"):
        close_period(period=year, order=Order("", None), actor=approver, now=now)
    closed(year, approver, now)
    with pytest.raises(PeriodRefused, match="уже закрыт"):
        closed(year, approver, now)


def test_nobody_closes_what_he_has_not_seen(year, pupils, place, approver, system, now):
    seen = version_of(pinning(year).shown)
    changed(pupils, place, system, now)

    with pytest.raises(PeriodChanged):
        closed(year, approver, now, seen=seen)
    closed(year, approver, now, seen=version_of(pinning(year).shown))


def test_adopted_changes_become_the_values(year, pupils, place, approver, system, now):
    closed(year, approver, now)
    changed(pupils, place, system, now)
    place["147002"].ancestry.all().delete()
    request_recalculation(facts={"*"}, actor=system, now=now, reason="реестр")
    fulfil_requests(clock=lambda: now)
    given = {"order": Order("16", date(2021, 11, 12)), "reason": "ошибка школы", "actor": approver, "now": now}
    seen = version_of(shown_of(Period.objects.get(code="2020")))

    closing = reopen_period(period=year, taken=ChangesTaken.ADOPTED, seen=seen, **given)

    assert values()["131001"] == 100
    assert "147002" not in values()
    assert not ValueSinceClosing.objects.exists()
    assert (closing.changes_taken, closing.reopening_reason) == ("adopted", "ошибка школы")
    assert closing.changes > 4
    assert recalculate(reason="всё", now=now).changed == 0
    assert AuditEvent.objects.get(action="period.reopened").reason == "ошибка школы"
    with pytest.raises(PeriodRefused, match="не закрыт"):
        reopen_period(period=year, taken=ChangesTaken.ADOPTED, **given)


def test_dropped_changes_leave_what_was_approved_until_the_data_change(year, pupils, place, approver, system, now):
    closed(year, approver, now)
    changed(pupils, place, system, now)
    given = {"order": ORDER, "reason": "исправляем", "actor": approver, "now": now}

    reopen_period(period=year, taken=ChangesTaken.DROPPED, **given)

    assert (values()["131001"], beside()) == (10, {})
    changed(pupils, place, system, now + timedelta(hours=2), number=11)
    assert values()["131001"] == 11


def test_a_new_definition_leaves_what_was_approved_by_the_old_one(year, pupils, place, approver, system, now):
    old = IndicatorEdition.objects.get(indicator__code="всего")
    approved = dict(old.values.filter(period=year).values_list("unit__code", "n"))
    closed(year, approver, now)
    definition = Definition(
        kind=IndicatorKind.COUNT, formula="2 * сумма(значение(«ученики»))", unit_of_measure="чел.", precision=0
    )
    new = define_indicator(
        code="всего", name="всего", definition=definition, valid_from=now.date(), reason="приказ", actor=system, now=now
    )

    fulfil_requests(clock=lambda: now)

    assert not new.values.filter(period=year).exists()
    assert dict(old.values.filter(period=year).values_list("unit__code", "n")) == approved
    assert beside()["131001"] == 20
    assert new.values.filter(period__code="2021").exists()
    reopen_period(
        period=year, taken=ChangesTaken.DROPPED, order=ORDER, reason="новая методика", actor=approver, now=now
    )
    fulfil_requests(clock=lambda: now)
    assert values()["131001"] == 20


def test_what_is_defined_after_closing_is_counted_and_not_called_approved(year, pupils, approver, system, now):
    closed(year, approver, now)
    definition = Definition(kind=IndicatorKind.COUNT, formula="количество(школы)", unit_of_measure="школ", precision=0)
    define_indicator(code="школ", name="школ", definition=definition, valid_from=now.date(), actor=system, now=now)
    fulfil_requests(clock=lambda: now)

    assert values("школ")["24"] == 6
    assert not PinnedEdition.objects.filter(indicator__code="школ").exists()


def test_a_coordinator_is_shown_the_changes_of_his_own_units(year, pupils, place, approver, coordinator, system, now):
    closed(year, approver, now)
    changed(pupils, place, system, now)
    changed(pupils, place, system, now + timedelta(hours=1), code="147001")

    seen = values_since_closing(user=coordinator).filter(indicator__code="всего")

    assert {row.unit.code: (row.was_n, row.n) for row in seen} == {"131001": (10, 100), "131": (30, 120)}


def test_the_database_knows_one_closing_in_force(year, approver, now):
    closing = closed(year, approver, now)

    with pytest.raises(IntegrityError, match="closes_id"), transaction.atomic():
        PeriodClosing.objects.create(
            unit=closing.unit, period=year, closes=year, order=closing.order, by_order="№ 1",
            closed_at=now, closed_by=approver, signatory=approver,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="closing_reopened_at_goes"), transaction.atomic():
        PeriodClosing.objects.filter(pk=closing.pk).update(reopened_at=now)


@pytest.mark.django_db(transaction=True)
def test_a_period_is_not_closed_while_it_is_computed(year, approver, now):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [PERIOD_LOCKS, year.pk])
        with pytest.raises(PeriodRefused, match="сейчас пересчитывается"):
            closed(year, approver, now)
    finally:
        other.close()
    assert closed(year, approver, now).pinned > 0


def test_cells_of_a_distribution_stay_too(place, years, analyst, approver, system, now):
    element = define_element(
        code="зрелость", name="Зрелость", type=ElementType.THREE_STATE, level=Kind.MUNICIPALITY, actor=system, now=now
    )
    definition = Definition(
        kind=IndicatorKind.DISTRIBUTION, formula="распределение(состояние(«зрелость»))", unit_of_measure="МСО",
        level=Kind.MUNICIPALITY,
    )  # fmt: skip
    edition = define_indicator(
        code="ступени", name="ступени", definition=definition, valid_from=now.date(), actor=system, now=now
    )
    answer(element, place["131"], 1, system, now)
    fulfil_requests(clock=lambda: now)
    year = Period.objects.get(code="2020")
    closed(year, approver, now)

    answer(element, place["131"], 2, system, now + timedelta(hours=1))
    fulfil_requests(clock=lambda: now)

    def cells() -> list[Decimal]:
        return edition.cells.get(period=year, unit=place["24"]).cells

    assert cells() == [0, 1, 0]
    row = values_since_closing(user=approver).get(indicator__code="ступени", unit=place["24"])
    assert (row.was_cells, row.cells) == ([0, 1, 0], [0, 0, 1])
    reopen_period(period=year, taken=ChangesTaken.ADOPTED, order=ORDER, reason="ошибка", actor=approver, now=now)
    assert cells() == [0, 0, 1]
    assert recalculate(reason="всё", now=now).changed == 0
