"""
What the trail of rows costs: the same work with its triggers and without, taking turns, and how much it keeps.

A million result rows are journalled per load, so their import pays for a handful of rows; an ordinary update, in a
transaction of its own as a page makes it, pays for one row. Since the two ways take turns, a machine that is shared
slows both alike.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import RowChange, User
from accounts.services.people import system_user
from benchmarks._big_files import individual_results
from benchmarks._scratch import analyse, scratch_database
from benchmarks.figures import Figure
from benchmarks.loading import loaded, open_schools
from common.journalling import journalled
from common.session_facts import acting
from demo.models import BuiltStep
from monitoring.catalogue.procedures import procedure_catalogue
from monitoring.services.procedures import load_procedures
from monitoring.services.undoing import undo_load
from schools.enums import Kind
from schools.models import Unit
from schools.services.registry import NewUnit, open_unit

MILLION = int(os.environ.get("BENCH_ROWS", "1000000"))
UPDATES, TURNS, IMPORTS = 1000, 5, 2
OVERHEAD = 30
_BOOK = "ВПР 2021 Математика 5.xlsx"


def measure() -> Iterator[Figure]:
    """Update row by row, update at once, import; then say what the demonstration's trail holds."""
    yield from _volume()
    with scratch_database("audit"), tempfile.TemporaryDirectory() as folder:
        actor = system_user()
        new = NewUnit(kind=Kind.REGION, code="24", name="Край", parent=None)
        region = open_unit(new=new, actor=actor, now=timezone.now())
        load_procedures(written=procedure_catalogue(), actor=actor, now=timezone.now())
        schools = open_schools(region, actor)
        analyse()
        yield from _updates(actor)
        yield from _import(Path(folder), region, actor, schools)


def _volume() -> Iterator[Figure]:
    if BuiltStep._meta.db_table not in connection.introspection.table_names() or not BuiltStep.objects.exists():
        return  # nobody has built the demonstration here
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM accounts_rowchange), (SELECT count(*) FROM accounts_auditevent),"
            " pg_total_relation_size('accounts_rowchange'), pg_total_relation_size('accounts_auditevent'),"
            " pg_database_size(current_database())"
        )
        rows, events, rows_size, events_size, whole = cursor.fetchone()
    size = (rows_size + events_size) / 1024**2
    note = f"строк {rows}, событий {events}; база вся {whole / 1024**2:.0f} МиБ"
    yield Figure("журнал после постройки демонстрации", size, "МиБ", note=note)
    yield Figure("его доля в базе", 100 * size * 1024**2 / whole, "%")


def _updates(actor: User) -> Iterator[Figure]:
    units = list(Unit.objects.of_kind(Kind.SCHOOL).order_by("pk")[:UPDATES])

    marks = count()

    def one_by_one() -> None:
        for number, unit in enumerate(units):
            unit.short_name = f"Школа {number}, правка {next(marks)}"
            unit.save(update_fields=["short_name"])

    def at_once() -> None:
        Unit.objects.of_kind(Kind.SCHOOL).update(short_name=f"Школа, правка {next(marks)}")

    written = RowChange.objects.count()
    with acting(actor=actor.pk, request="benchmark"):
        with_trail, without = _in_turns(one_by_one, TURNS)
        assert RowChange.objects.count() - written == UPDATES * (TURNS + 1)
        note = f"{1000 * without / UPDATES:.2f} мс без журнала, {1000 * with_trail / UPDATES:.2f} мс с ним; {_shared()}"
        share = 100 * (with_trail / without - 1)
        yield Figure("1000 правок по одной: на сколько дольше", share, "%", OVERHEAD, note=note)
        with_trail, without = _in_turns(transaction.atomic(one_by_one), TURNS)
        note = f"{1000 * without / UPDATES:.2f} мс без журнала, {1000 * with_trail / UPDATES:.2f} мс с ним"
        share = 100 * (with_trail / without - 1)
        yield Figure("те же правки в одной транзакции, без её записи на диск", share, "%", note=note)
        with_trail, without = _in_turns(at_once, TURNS)
    micro = 1_000_000 * (with_trail - without) / len(units)
    note = f"{1000 * without:.0f} мс без журнала, {1000 * with_trail:.0f} мс с ним; одним запросом SQL"
    yield Figure("1000 правок разом: цена строки журнала", micro, "мкс", note=note)


def _import(folder: Path, region: Unit, actor: User, schools: list[tuple[str, str, str]]) -> Iterator[Figure]:
    book = folder / _BOOK
    individual_results(book, rows=MILLION, tasks=3, schools=schools)
    rows = 0
    spent: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(IMPORTS):
        for is_on in (False, True):
            _switch(is_on)
            written = RowChange.objects.count()
            seconds, load = loaded(book, region, actor)
            spent[is_on].append(seconds)
            rows = max(rows, RowChange.objects.count() - written)
            undo_load(load=load, actor=actor, now=timezone.now())
    with_trail, without = median(spent[True]), median(spent[False])
    note = f"{without:.1f} с без журнала, {with_trail:.1f} с с ним; строк журнала на загрузку {rows}; {_shared()}"
    yield Figure(
        f"импорт {MILLION} строк: на сколько дольше", 100 * (with_trail / without - 1), "%", OVERHEAD, note=note
    )


def _in_turns(work: Callable[[], None], turns: int) -> tuple[float, float]:
    """Do the work with the triggers and without, in turns after a warm-up, and return the medians."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(turns + 1):
        for is_on in (True, False):
            _switch(is_on)
            started = perf_counter()
            work()
            if turn:
                spent[is_on].append(perf_counter() - started)
    _switch(True)
    return median(spent[True]), median(spent[False])


def _switch(is_on: bool) -> None:
    word = "ENABLE" if is_on else "DISABLE"
    with connection.cursor() as cursor:
        for one in journalled():
            cursor.execute(f'ALTER TABLE "{one.table}" {word} TRIGGER USER')


def _shared() -> str:
    load = os.getloadavg()[0]
    return f"средняя загрузка машины {load:.1f}" + (", машиной пользовались и другие" if load > 2 else "")
