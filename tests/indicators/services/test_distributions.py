"""A distribution computed and kept: cells beside the value, written as the difference, summed upward and for today."""

from decimal import Decimal

import pytest
from django.db import connection

from indicators.enums import ElementType, IndicatorKind, ValueStatus
from indicators.models import IndicatorEdition, IndicatorValue, Observation, Period, ValueCells
from indicators.selectors.comparing import moves, said_move
from indicators.selectors.distributions import spread_of
from indicators.selectors.today import values_today
from indicators.services.agreement import KindDisagrees
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import define_element
from indicators.services.recalculation import recalculate
from indicators.services.trying import try_formula
from schools.enums import Kind

FORMULA = "распределение(состояние(«зрелость»))"
STEPS = ["отсутствует", "в процессе становления", "представлено"]


@pytest.fixture
def asked(years, system, now):
    return define_element(
        code="зрелость", name="Зрелость", type=ElementType.THREE_STATE, level=Kind.MUNICIPALITY, actor=system, now=now
    )


def defined(system, now, formula=FORMULA, kind=IndicatorKind.DISTRIBUTION, **more):
    definition = Definition(kind=kind, formula=formula, unit_of_measure="МСО", level=Kind.MUNICIPALITY)
    return define_indicator(
        code="ripe", name="Зрелость МСО", definition=definition, valid_from=now.date(), actor=system, now=now, **more
    )


@pytest.fixture
def ripe(asked, system, now):
    return defined(system, now)


@pytest.fixture
def answers(asked, analyst, now):
    def answer(**given):
        Observation.objects.filter(element=asked, unit__code__in=[code[1:] for code in given]).delete()
        period = Period.objects.get(code="2021")
        for code, value in given.items():
            unit = analyst.appointments.get().unit.__class__.objects.get(code=code[1:])
            Observation.objects.create(
                element=asked, unit=unit, period=period, value=value, entered_by=analyst, entered_at=now
            )

    return answer


def kept(edition):
    rows = IndicatorValue.objects.filter(edition=edition, period__code="2021").select_related("unit")
    cells = {row.unit_id: row.cells for row in ValueCells.objects.filter(edition=edition, period__code="2021")}
    return {row.unit.code: (row.n, row.d, row.left_out, row.status, cells.get(row.unit_id)) for row in rows}


def test_an_edition_keeps_the_names_of_the_parts(ripe, rural):
    assert (ripe.parts, ripe.roll_up, rural.parts) == (STEPS, "sum", [])


def test_cells_are_kept_beside_the_value_and_summed_upward(place, ripe, answers, now):
    answers(m131=2, m147=1)
    recalculate(reason="всё", now=now, years={2021})

    known, missing = ValueStatus.KNOWN, ValueStatus.NOT_SUBMITTED
    assert kept(ripe) == {
        "24": (2, None, 1, known, [0, 1, 1]),
        "severny": (2, None, 0, known, [0, 1, 1]),
        "yuzhny": (None, None, 1, missing, None),
        "131": (1, None, 0, known, [0, 0, 1]),
        "147": (1, None, 0, known, [0, 1, 0]),
        "109": (None, None, 1, missing, None),
    }


def test_only_the_difference_is_written(place, ripe, answers, now):
    answers(m131=2, m147=1)
    recalculate(reason="раз", now=now, years={2021})
    again = recalculate(reason="два", now=now, years={2021})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM indicators_valuecells")
        assert cursor.fetchone() == (1,)
    answers(m131=0, m147=2)
    recalculate(reason="три", now=now, years={2021})

    assert again.changed == 0
    assert kept(ripe)["24"] == (2, None, 1, ValueStatus.KNOWN, [1, 0, 1])
    Observation.objects.all().delete()
    recalculate(reason="четыре", now=now, years={2021})
    assert ValueCells.objects.count() == 0


def test_a_distribution_is_promised_where_the_formula_gives_one(asked, system, now):
    with pytest.raises(KindDisagrees) as refused:
        defined(system, now, kind=IndicatorKind.COUNT)
    assert str(refused.value) == ("Вид показателя «количество», а формула даёт распределение. Исправьте одно из двух.")
    with pytest.raises(KindDisagrees) as refused:
        defined(system, now, formula="количество(муниципалитеты, где состояние(«зрелость») = 2)")
    assert str(refused.value) == ("Вид показателя «распределение», а формула даёт количество. Исправьте одно из двух.")


def test_parts_are_read_in_percents_that_add_up(ripe):
    spread = spread_of(ripe, [Decimal(1), Decimal(1), Decimal(1)])

    assert spread is not None
    assert spread.said == (
        "отсутствует:\xa033,4\xa0% · в процессе становления:\xa033,3\xa0% · представлено:\xa033,3\xa0%"
    )
    assert [(piece.start, piece.step) for piece in spread.pieces] == [
        (Decimal(0), 2),
        (Decimal("33.4"), 3),
        (Decimal("66.7"), 4),
    ]
    assert spread_of(ripe, [Decimal(0)] * 3) is None
    assert spread_of(ripe, [Decimal(1)] * 4) is None
    assert spread_of(ripe, None) is None


def test_cells_are_summed_for_territories_of_today(place, ripe, answers, now):
    answers(m131=2, m147=2)
    recalculate(reason="всё", now=now, years={2021})

    period = Period.objects.get(code="2021").pk
    (value,) = values_today(units=[place["severny"].pk], editions=[ripe], periods=[period])

    assert (value.n, value.cells) == (2, (0, 0, 2))


def test_cells_of_other_parts_are_not_summed_with_one_another(place, ripe, answers, now):
    answers(m131=2, m147=2)
    recalculate(reason="всё", now=now, years={2021})
    ValueCells.objects.filter(unit=place["147"]).update(cells=[1, 1])

    period = Period.objects.get(code="2021").pk
    (value,) = values_today(units=[place["severny"].pk], editions=[ripe], periods=[period])

    assert (value.n, value.cells) == (2, None)


def test_a_formula_is_tried_with_its_parts(ripe, answers, analyst):
    answers(m131=2, m147=1)

    tried = try_formula(formula=FORMULA, year=2021, precision=1, actor=analyst)

    assert tried.sentence == (
        "отсутствует: 0,0\xa0% (0 из 2) · в процессе становления: 50,0\xa0% (1 из 2) · "
        "представлено: 50,0\xa0% (1 из 2); не учтено: 1."
    )
    assert tried.parts == tuple(STEPS)
    assert {unit.name: unit.cells for unit in tried.units}["Кежемский район"] == (0, 0, 1)


def test_editions_differ_by_their_parts_where_the_whole_is_the_same(place, ripe, answers, analyst, system, now):
    answers(m131=2, m147=1)
    recalculate(reason="всё", now=now, years={2021})
    turned = "распределение(муниципалитеты, «есть»: состояние(«зрелость») = 2, «нет»: состояние(«зрелость») < 2)"
    later = defined(system, now, formula=turned, reason="две ступени")
    recalculate(reason="всё", now=now, years={2021})

    year = {one.year: one for one in moves(left=ripe, right=later, user=analyst)}["2021"]

    assert (year.units, year.changed) == (6, 4)
    of_region = next(move for move in year.moves if move.unit_id == place["24"].pk)
    ripe = IndicatorEdition.objects.get(pk=ripe.pk)
    assert said_move(of_region.is_now, later, of_region.cells_are) == "есть:\xa050,0\xa0% · нет:\xa050,0\xa0% (2)"
    assert said_move(of_region.was, ripe, of_region.cells_were).endswith("представлено:\xa050,0\xa0% (2)")


def test_cells_that_moved_while_the_whole_stayed_are_counted_as_changed(place, ripe, answers, now):
    answers(m131=2, m147=1)
    recalculate(reason="раз", now=now, years={2021})
    answers(m131=1, m147=1)

    run = recalculate(reason="два", now=now, years={2021})

    assert run.changed == 3  # the municipality, its district and the region
    assert set(IndicatorValue.objects.filter(edition=ripe, run=run).values_list("unit__code", flat=True)) == {
        "131", "severny", "24",
    }  # fmt: skip


def test_nobody_in_any_part_is_nobody_in_borders_of_today_too(place, asked, answers, system, now):
    parts = "«есть»: состояние(«зрелость») = 2, «почти»: состояние(«зрелость») = 1"
    ripe = defined(system, now, formula=f"распределение(муниципалитеты, {parts})")
    answers(m131=0, m147=0)
    recalculate(reason="всё", now=now, years={2021})

    period = Period.objects.get(code="2021").pk
    (value,) = values_today(units=[place["severny"].pk], editions=[ripe], periods=[period])

    assert kept(ripe)["severny"][3] == ValueStatus.NOBODY
    assert value.status == ValueStatus.NOBODY
