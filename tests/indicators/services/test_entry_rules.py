"""What a value must keep to: one sentence each, whatever door it comes through."""

from datetime import date
from decimal import Decimal

import pytest

from indicators.enums import CollectionMethod, ElementType
from indicators.models import DataElement, Observation
from indicators.services.definitions import set_basis, year_period
from indicators.services.elements import (
    AskedTwice,
    Collecting,
    RuleMakesNoSense,
    Rules,
    define_element,
    define_system,
)
from indicators.services.entries import Entry, ObservationRefused
from indicators.services.entry_rules import CommentMissing
from indicators.services.observations import enter_observation, enter_observations
from schools.enums import Kind


@pytest.fixture
def define(place, system, now):
    """Define a number that schools enter."""
    for year in (2020, 2021):
        set_basis(year=year, academic_year=year - 1, cohort_year=year, actor=system, now=now)

    def element(code, *, type=ElementType.AMOUNT, name="", **rules):
        return define_element(
            code=code, name=name or code.capitalize(), type=type, level=Kind.SCHOOL, rules=Rules(**rules),
            actor=system, now=now,
        )  # fmt: skip

    return element


@pytest.fixture
def write(place, coordinator, now):
    def entry(element, value, year=2021, comment="", school="131001"):
        return Entry(element, place[school], year_period(year), Decimal(value), comment=comment)

    def enter(*args, **more):
        return enter_observation(entry=entry(*args, **more), actor=coordinator, now=now)

    enter.entry = entry
    return enter


@pytest.mark.parametrize(
    ("rules", "value", "said"),
    [
        ({"least": Decimal(10)}, "9,5", "Здесь нужно число не меньше 10, а внесено 9,5. Исправьте число."),
        ({"most": Decimal(100)}, "100,1", "Здесь нужно число не больше 100, а внесено 100,1. Исправьте число."),
        ({"is_whole": True}, "1,5", "Здесь нужно целое число, а внесено 1,5. Исправьте число."),
    ],
)
def test_a_number_out_of_bounds_is_refused_in_one_sentence(define, write, rules, value, said):
    with pytest.raises(ObservationRefused) as refused:
        write(define("охват", **rules), value.replace(",", "."))

    assert str(refused.value) == said
    assert not Observation.objects.exists()


@pytest.mark.parametrize(("rules", "value"), [({"least": Decimal(10)}, "10"), ({"most": Decimal(100)}, "100")])
def test_both_ends_belong_to_the_bounds(define, write, rules, value):
    assert write(define("охват", **rules), value).value == Decimal(value)


TOO_MUCH = (
    "«Охвачено» ({part}) не может быть больше, чем «Дети» ({whole}). Исправьте то из двух чисел, которое неверно."
)


def test_a_part_is_not_above_its_whole_whichever_is_written(define, write):
    whole = define("дети", type=ElementType.COUNT)
    part = define("охвачено", type=ElementType.COUNT, not_above=whole)
    write(part, 7)  # nothing stands beside yet

    with pytest.raises(ObservationRefused) as lowered:
        write(whole, 6)
    write(whole, 10)
    with pytest.raises(ObservationRefused) as raised:
        write(part, 11)

    assert str(lowered.value) == TOO_MUCH.format(part=7, whole=6)
    assert str(raised.value) == TOO_MUCH.format(part=11, whole=10)
    assert write(part, 20, school="131002").value == 20  # another school's whole is no limit
    assert write(part, 20, year=2020).value == 20


@pytest.mark.parametrize("is_whole_first", [True, False])
def test_a_part_and_its_whole_grow_in_one_block(define, write, coordinator, now, is_whole_first):
    whole = define("дети", type=ElementType.COUNT)
    part = define("охвачено", type=ElementType.COUNT, not_above=whole)
    write(whole, 10)
    block = [write.entry(whole, 20), write.entry(part, 15)]

    outcome = enter_observations(entries=block if is_whole_first else block[::-1], actor=coordinator, now=now)

    assert outcome.refused == []
    assert set(Observation.objects.filter(replaced_at=None).values_list("value", flat=True)) == {15, 20}


def test_a_refused_whole_is_no_limit_for_its_part(define, write, coordinator, now):
    whole = define("дети", type=ElementType.COUNT, most=Decimal(100))
    part = define("охвачено", type=ElementType.COUNT, not_above=whole)
    write(whole, 10)

    outcome = enter_observations(entries=[write.entry(part, 15), write.entry(whole, 200)], actor=coordinator, now=now)

    assert [str(why) for _, why in outcome.refused] == [
        "Здесь нужно число не больше 100, а внесено 200. Исправьте число.",
        TOO_MUCH.format(part=15, whole=10),
    ]


def test_a_great_change_asks_for_a_comment(define, write):
    element = define("учителя", type=ElementType.COUNT, change_limit=20)
    write(element, 10, year=2020)

    with pytest.raises(CommentMissing) as refused:
        write(element, 13)

    assert str(refused.value) == (
        "13 отличается от 10 за 2020 больше чем на 20 %. Впишите пояснение, почему; поле для него есть в форме: "
        "Имбинская СОШ."
    )
    assert write(element, 12).value == 12
    assert write(element, 13, comment="присоединена начальная школа").value == 13
    assert write(element, 50, school="131002").value == 50  # nothing stood there the year before


def test_the_same_is_asked_at_one_level_only(define, system, now):
    define("учителя", name="Учителя")
    given = {"type": ElementType.AMOUNT, "level": Kind.MUNICIPALITY, "actor": system, "now": now}

    with pytest.raises(AskedTwice) as refused:
        define_element(code="учителя_мсо", name="УЧИТЕЛЯ", **given)

    assert str(refused.value) == (
        "«УЧИТЕЛЯ» уже спрашивают: школа, код учителя. Спрашивайте один раз, внизу, а наверху складывайте формулой."
    )
    assert DataElement.objects.get().code == "учителя"


@pytest.mark.parametrize(
    ("type", "rules", "said"),
    [
        (ElementType.YES_NO, {"least": Decimal(1)}, "«Охват» — не число: границ и сравнений у него нет."),
        (
            ElementType.AMOUNT,
            {"least": Decimal(2), "most": Decimal(1)},
            "«Охват»: наименьшее больше наибольшего, не подойдёт ни одно число.",
        ),
    ],
)
def test_rules_that_nothing_keeps_to_are_refused(define, type, rules, said):
    with pytest.raises(RuleMakesNoSense) as refused:
        define("охват", type=type, **rules)

    assert str(refused.value) == said


def test_it_is_said_who_keeps_an_element_and_by_when(place, system, now):
    navigator = define_system(code="навигатор", name="АИС «Навигатор»", actor=system, now=now)
    period = year_period(2021)

    element = define_element(
        code="охвачено", name="Охвачено", type=ElementType.COUNT, level=Kind.SCHOOL,
        collecting=Collecting(navigator, CollectionMethod.SYSTEM, due=(2, 29)), actor=system, now=now,
    )  # fmt: skip

    assert (element.system, element.collection, element.due_on(period)) == (navigator, "system", date(2021, 2, 28))
    element.due_month = element.due_day = None
    element.due_after = 20
    assert element.due_on(period) == date(2022, 1, 20)
    element.due_after = None
    assert element.due_on(period) is None
