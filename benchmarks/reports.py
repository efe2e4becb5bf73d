"""Reports: long tables as PDF, the real reports of the region, a hundred passports by two workers, where time goes."""

import io
import multiprocessing
import resource
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, process_time

import pypdf
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.services.people import system_user
from benchmarks._region import draw_region
from benchmarks._scratch import analyse, scratch_database
from benchmarks.figures import Figure
from jobs.enums import JobState
from jobs.services.running import run_next
from reports.enums import ReportFormat, ReportName
from reports.models import ReportOrder
from reports.services.composing import compose, printed
from reports.services.orders import order_report
from reports.services.paper import markup, typeset
from reports.services.parts import PrintedTable, Report, Section
from schools.enums import Kind
from schools.models import Unit

YEAR, PASSPORTS, WORKERS = 2021, 100, 2
ROWS_ON_PAPER = ((700, 20), (1000, 30))


def measure() -> Iterator[Figure]:
    """Make reports of a region of a thousand schools."""
    with scratch_database("reports"), tempfile.TemporaryDirectory() as folder:
        settings.DATA_DIR = Path(folder)
        region = draw_region()
        analyse()
        yield _passports()  # first: the workers are forked before anything is drawn here
        whole = compose(name=ReportName.IDENTIFICATION, unit=region, year=YEAR, user=system_user(), now=timezone.now())
        for rows, limit in ROWS_ON_PAPER:
            yield _on_paper(f"PDF: таблица в {rows} строк", _with_rows(whole, rows), limit)
        yield from _real(region)


def _passports() -> Figure:
    """Order the passports of a hundred schools and let two workers do them, as the long queue does."""
    schools = Unit.objects.filter(kind=Kind.SCHOOL, code__gte="131").order_by("code")[:PASSPORTS]
    for school in schools:
        order_report(
            name=ReportName.SCHOOL_PASSPORT,
            unit=school,
            year=YEAR,
            file_format=ReportFormat.PDF,
            actor=system_user(),
            now=timezone.now(),
        )
    connection.close()
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=run_next, kwargs={"queue": "long"}) for _ in range(WORKERS)]
    started, before = perf_counter(), _of_children()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent = perf_counter() - started
    done = ReportOrder.objects.filter(job__state=JobState.DONE).exclude(file_sha256="")
    assert done.count() == PASSPORTS, done.count()
    size = sum(one.file_size for one in done) // PASSPORTS // 1024
    used = _of_children() - before
    note = f"по {size} КБ, от начала задания до файла с контрольной суммой; процессора {used:.0f} с на двоих"
    return Figure(f"{PASSPORTS} паспортов школ, исполнителей {WORKERS}", spent, "с", 120, note=note)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _with_rows(report: Report, count: int) -> Report:
    """Keep the summary and results with their charts, and print so many schools of the annex."""
    schools = next(printed for printed in report.sheets if printed.table.title == "Все школы")
    table = replace(schools.table, rows=list(islice(cycle(schools.rows), count)))
    long = PrintedTable(table, widths=(9, 27, 20, 20, 12, 12), group_by=0)
    return replace(report, sections=[report.sections[0], report.sections[2], Section("Школы", [long])])


def _on_paper(name: str, report: Report, limit: float | None) -> Figure:
    """Print a report and tell its pages and where the time went."""
    started, used = perf_counter(), process_time()
    text = markup(report)
    drawn = perf_counter()
    content = typeset(text)
    done, used = perf_counter(), process_time() - used
    pages = len(pypdf.PdfReader(io.BytesIO(content)).pages)
    note = (
        f"{pages} стр.; графики и разметка {drawn - started:.1f} с, вёрстка и запись {done - drawn:.1f} с; "
        f"процессора {used:.1f} с"
    )
    return Figure(name, done - started, "с", limit, note=note)


def _real(region: Unit) -> Iterator[Figure]:
    """Make each real report of the region: gathering apart from printing."""
    for name in (ReportName.IDENTIFICATION, ReportName.INDICATORS):
        report, gathering = _timed(
            lambda name=name: compose(name=name, unit=region, year=YEAR, user=system_user(), now=timezone.now())
        )
        yield Figure(f"{name.label}, край: сбор данных", gathering, "с")
        yield _on_paper(f"{name.label}, край: PDF", report, None)
        content, spent = _timed(lambda report=report: printed(report, ReportFormat.XLSX))
        note = f"{len(content) // 1024} КБ, строк {sum(len(one.rows) for one in report.sheets)}"
        yield Figure(f"{name.label}, край: XLSX", spent, "с", note=note)


def _timed(work: Callable[[], object]) -> tuple[object, float]:
    started = perf_counter()
    return work(), perf_counter() - started
