"""
Two hundred indicators over five years, counted from scratch: a thousand schools, and the country's forty-two thousand.

Each size is drawn anew and counted by two workers, as the portal does it. The growth is written beside the results as
`growth.svg`. SIZES=1000,4000 measures others; the country takes about half an hour with its drawing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

import vl_convert
from django.db import connection
from django.utils import timezone

from benchmarks._country import YEARS, Drawn, build
from benchmarks._scratch import analyse, scratch_database
from benchmarks._usage import Memory
from benchmarks.figures import Figure, median_seconds
from indicators.models import DataElement, IndicatorValue, Period, RecalculationPart, RecalculationRun
from indicators.services.entries import Entry
from indicators.services.long_runs import WORKERS, do_parts, lay_out
from indicators.services.observations import enter_observation
from indicators.services.recalculation import current_editions
from indicators.services.runs import Wish
from schools.enums import Kind
from schools.models import Unit

SIZES = (1_000, 4_000, 12_000, 42_000)
INDICATORS = 200
LIMITS = {1_000: 10, 42_000: 600}  # seconds
GIBIBYTE = 2**30


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size took."""

    schools: int
    seconds: float
    values: int
    disk: int
    memory: float


def measure() -> Iterator[Figure]:
    """Count each size from scratch; at the smallest also what one school's change takes, and that nothing else is."""
    grown = []
    for size in _sizes():
        with scratch_database("country"):
            drawn = build(size, timezone.now(), indicators=INDICATORS)
            analyse()
            one = _from_scratch(drawn)
            grown.append(one)
            yield from _figures(one)
            if size == min(_sizes()):
                yield from _one_change(drawn)
    if len(grown) > 1:
        flat = [1_000_000 * one.seconds / (one.schools * INDICATORS * len(YEARS)) for one in grown]
        note = "микросекунд на школу × показатель × год: " + ", ".join(
            f"{one.schools} школ — {each:.1f}" for one, each in zip(grown, flat, strict=True)
        )
        yield Figure("рост: самый дорогой размер к самому малому", max(flat) / flat[0], "раз", 1.5, note=note)
        _plot(grown)


def _sizes() -> tuple[int, ...]:
    asked = os.environ.get("SIZES")
    return tuple(int(one) for one in asked.split(",")) if asked else SIZES


def _from_scratch(drawn: Drawn) -> Measured:
    wanted = [Wish(edition, set(YEARS)) for edition in current_editions()]
    with Memory() as memory:
        started = perf_counter()
        run = lay_out(wanted, notes=[], reason="всё впервые", now=timezone.now())
        connection.close()
        workers = [get_context("fork").Process(target=_work, args=(run.pk,)) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        seconds = perf_counter() - started
    run.refresh_from_db()
    assert (run.problems, run.editions) == ({}, INDICATORS * len(YEARS)), run.problems
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s)", [IndicatorValue._meta.db_table])
        (disk,) = cursor.fetchone()
    return Measured(drawn.schools, seconds, run.written, disk, memory.peak)


def _work(run: int) -> None:
    do_parts(RecalculationRun.objects.get(pk=run), clock=timezone.now)
    connection.close()


def _figures(one: Measured) -> Iterator[Figure]:
    what = f"{one.schools} школ × {INDICATORS} показателей × {len(YEARS)} лет"
    note = f"{one.values} значений, два обработчика; {one.values / one.seconds:.0f} в секунду"
    yield Figure(what, one.seconds, "с", LIMITS.get(one.schools), note=note)
    is_country = one.schools >= SIZES[-1]
    yield Figure(f"{one.schools} школ: память", one.memory, "ГиБ", 4 if is_country else None, note="вместе с сервером")
    note = f"таблица значений с указателями, {one.disk / one.values:.0f} байт на значение"
    yield Figure(f"{one.schools} школ: место", one.disk / GIBIBYTE, "ГиБ", 6 if is_country else None, note=note)


def _one_change(drawn: Drawn) -> Iterator[Figure]:
    """One answer of one school: the form's save with every value that rests on it, and how many were looked at."""
    school = Unit.objects.filter(kind=Kind.SCHOOL).order_by("pk").first()
    assert school is not None
    above = school.path.strip("/").count("/") + 1
    element = DataElement.objects.get(code="вопрос_ш_0")
    period = Period.objects.get(code="2021")
    resting = [e for e in current_editions() if "есть(вопрос_ш_0)" in (e.depends_on or ())]
    turn = [0]

    def change() -> None:
        turn[0] += 1
        entry = Entry(element, school, period, Decimal(turn[0] % 2))
        enter_observation(entry=entry, actor=drawn.actor, now=timezone.now())

    seconds = median_seconds(change)
    newest = RecalculationRun.objects.order_by("-pk").first()
    assert newest is not None
    note = f"зависит показателей {len(resting)}, значений просмотрено {newest.written}: школа и {above - 1} над ней"
    yield Figure("изменение одной школы, от ответа до новых значений", 1000 * seconds, "мс", 100, note=note)
    assert (newest.editions, RecalculationPart.objects.count()) == (len(resting), 0)
    assert newest.written <= above * len(resting), "что не зависит, не должно считаться"


def _plot(grown: list[Measured]) -> None:
    spec = {
        "width": 560,
        "height": 320,
        "data": {"values": [{"школ": one.schools, "секунд": one.seconds} for one in grown]},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "школ", "type": "quantitative"},
            "y": {"field": "секунд", "type": "quantitative"},
        },
    }
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    (Path(__file__).parent / "growth.svg").write_text(svg, encoding="utf-8")
