"""
Nineteen representative formulas at twelve thousand schools: the portal's statement beside SQL written by hand.

Ten are those that the benchmark of the country repeats, nine look further (`_by_hand.FURTHER`). Two are beside Polars
over exported columns too, and beside a loop over Django's queries. Every pair must give the same numbers for every
unit, else there is no figure.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from time import perf_counter

import polars as pl
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from benchmarks._by_hand import BY_HAND, FURTHER, REFERRED
from benchmarks._country import build, define, patterns
from benchmarks._scratch import analyse, scratch_database
from benchmarks.figures import Figure, median_seconds
from indicators.enums import IndicatorKind
from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.models import DataElement, Observation, Period
from indicators.registry import facts_read_once
from indicators.selectors.bases import Bases
from indicators.services.computing import FactsOfRun, KeptTree
from monitoring.models import SchoolResult
from monitoring.selectors.comparison import Pair, comparable_pair
from schools.enums import Kind
from schools.models import Ancestry, Unit

SCHOOLS = int(os.environ.get("SCHOOLS", "12000"))
YEAR = 2021
LIMIT = 1.5
Values = dict[int, tuple[Decimal, Decimal | None, *tuple[Decimal, ...]]]  # n, d, and the cells of a distribution


def measure() -> Iterator[Figure]:
    """Count each formula in one year both ways and compare numbers, then times."""
    with scratch_database("formulas"):
        build(SCHOOLS, timezone.now(), indicators=0)
        code, formula = REFERRED
        define(code, IndicatorKind.RATIO, "%", formula)
        analyse()
        pairs = dict(zip((shape[0][2] for shape in patterns()), BY_HAND, strict=True)) | FURTHER
        with transaction.atomic(), facts_read_once(), KeptTree() as tree:
            period = Period.objects.get(code=str(YEAR))
            facts = FactsOfRun(Bases([period]).of(period), tree)
            for formula, by_hand in pairs.items():
                statement = compile_meaning(check(formula, facts), facts)
                yield _beside(formula, (statement.sql, statement.params), (by_hand, _given(period)))
        yield from _elsewhere(period)


def _given(period: Period) -> dict[str, object]:
    """What the statements by hand are told: keys of what is asked for, and the year's own days."""
    pair = comparable_pair("vpr", "русский язык", 4, YEAR - 1)  # some years of ВПР are comparable with none
    assert isinstance(pair, Pair)
    return {
        "now": pair.now[0].pk,
        "before": pair.before[0].pk,
        "cohort": YEAR,
        "cohort_before": YEAR - 1,
        "passports": YEAR - 1,
        "period": period.pk,
        "ours": DataElement.objects.get(code="вопрос_ш_0").pk,
        "theirs": DataElement.objects.get(code="вопрос_м_0").pk,
        "day": period.ends_on,
        "day_before": Period.objects.get(code=str(YEAR - 1)).ends_on,
    }


def _rows(statement: tuple[str, object]) -> Values:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return {
            unit: (
                round(n, 4),
                None if d is None else round(d, 4),
                *(cell for more in rest if isinstance(more, list) for cell in more),
            )
            for unit, n, d, *rest in cursor.fetchall()
            if n is not None and d != 0
        }


def _beside(formula: str, ours: tuple[str, object], by_hand: tuple[str, object]) -> Figure:
    mine, theirs = _rows(ours), _rows(by_hand)
    assert mine == theirs, (formula, len(mine), len(theirs), _first_difference(mine, theirs))
    spent, spent_by_hand = _interleaved(lambda: _drain(ours), lambda: _drain(by_hand))
    note = f"{1000 * spent:.0f} мс, руками {1000 * spent_by_hand:.0f} мс; {len(mine)} значений одинаковы"
    return Figure(f"`{formula}`", spent / spent_by_hand, "раз", LIMIT, note=note)


def _first_difference(mine: Values, theirs: Values) -> object:
    return next(((u, mine.get(u), theirs.get(u)) for u in {**mine, **theirs} if mine.get(u) != theirs.get(u)), None)


def _interleaved(first: Callable[[], object], second: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """The quickest of several runs of each, in turn, so that whatever else the machine does meets both alike."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for place, work in enumerate((first, second)):
            started = perf_counter()
            work()
            spent[place].append(perf_counter() - started)
    return min(spent[0]), min(spent[1])


def _drain(statement: tuple[str, object]) -> None:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), sum(n) FROM ({sql}) AS counted", params)


# --- the same sums elsewhere -----------------------------------------------------------------------------------------


def _elsewhere(period: Period) -> Iterator[Figure]:
    """The share of pupils who failed and the share of schools that said yes: SQL, Polars, a loop over queries."""
    given = _given(period)
    for name, number, columns, loop in (
        ("доля не справившихся", 2, _results_columns, _results_loop),
        ("доля школ с ответом «да»", 5, _answers_columns, _answers_loop),
    ):
        expected = _rows((BY_HAND[number], given))
        sql = median_seconds(lambda number=number: _drain((BY_HAND[number], given)))
        started = perf_counter()
        above, brought = _exported(period), columns(given)
        exported = perf_counter() - started
        summed = _sums(above, brought)
        assert {unit: pair for unit, pair in summed.items() if pair[1]} == expected, name
        polars = median_seconds(lambda above=above, brought=brought: _sums(above, brought))
        started = perf_counter()
        looped = loop(given)
        spent = perf_counter() - started
        assert {unit: looped[unit] for unit in expected if unit in looped} == {
            unit: pair for unit, pair in expected.items() if unit in looped
        }, name
        note = f"SQL {1000 * sql:.0f} мс; вывоз столбцов ещё {1000 * exported:.0f} мс"
        yield Figure(f"{name}: Polars", 1000 * polars, "мс", note=note)
        note = f"{len(looped)} территорий выше школы, по запросу на каждую; SQL со школами {1000 * sql:.0f} мс"
        yield Figure(f"{name}: цикл по запросам Django", 1000 * spent, "мс", note=note)


def _exported(period: Period) -> pl.DataFrame:
    rows = Ancestry.objects.filter(valid_from__lte=period.ends_on).values_list("unit_id", "ancestor_id")
    return pl.DataFrame(list(rows), schema=["unit", "above"], orient="row")


def _results_columns(given: dict[str, object]) -> pl.DataFrame:
    rows = SchoolResult.objects.filter(assessment=given["now"], is_current=True).values_list("unit_id", "failed", "n")
    return pl.DataFrame(list(rows), schema=["unit", "n", "d"], orient="row")


def _answers_columns(given: dict[str, object]) -> pl.DataFrame:
    rows = Observation.objects.filter(element=given["ours"], period=given["period"], replaced_at=None)
    pairs = [(unit, int(value > 0), 1) for unit, value in rows.values_list("unit_id", "value")]
    return pl.DataFrame(pairs, schema=["unit", "n", "d"], orient="row")


def _sums(above: pl.DataFrame, brought: pl.DataFrame) -> Values:
    summed = above.join(brought, on="unit").group_by("above").agg(pl.col("n").sum(), pl.col("d").sum())
    return {unit: (Decimal(n), Decimal(d)) for unit, n, d in summed.iter_rows()}


def _higher_units() -> Iterator[Unit]:
    return Unit.objects.exclude(kind=Kind.SCHOOL).iterator()


def _results_loop(given: dict[str, object]) -> Values:
    found = {}
    for unit in _higher_units():
        rows = SchoolResult.objects.filter(assessment=given["now"], is_current=True, unit__path__startswith=unit.path)
        sums = rows.aggregate(failed=Sum("failed"), n=Sum("n"))
        found[unit.pk] = (Decimal(sums["failed"]), Decimal(sums["n"]))
    return found


def _answers_loop(given: dict[str, object]) -> Values:
    found = {}
    for unit in _higher_units():
        rows = Observation.objects.filter(
            element=given["ours"], period=given["period"], replaced_at=None, unit__path__startswith=unit.path
        )
        answers = list(rows.values_list("value", flat=True))
        found[unit.pk] = (Decimal(sum(value > 0 for value in answers)), Decimal(len(answers)))
    return found
