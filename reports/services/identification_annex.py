"""The tables of the report on an identification that are too long for paper: they stand in the XLSX."""

from collections.abc import Iterator

from common.tables import Column, Kind, Table
from common.years import format_academic_year
from monitoring.selectors.explanation import Row
from reports.selectors.cohorts import FoundSchool
from reports.selectors.identification_report import IdentificationData
from reports.services.identification_tables import category_names, explained
from reports.services.parts import PrintedTable
from schools.enums import SchoolType

FILES_ON_PAPER = 12


def annex(data: IdentificationData) -> Iterator[PrintedTable]:
    """Return every table of the annex."""
    yield all_schools(data)
    yield procedures(data)
    yield recommendations(data)
    if data.files:
        yield files(data)


def all_schools(data: IdentificationData) -> PrintedTable:
    """Every school that was looked at, for the annex."""
    rows = [
        (
            place.municipality,
            place.code,
            place.name,
            _considered(found),
            category_names(found.computed) if not found.excluded_as else None,
            _value(found, "results"),
            _value(found, "conditions"),
        )
        for place, found in data.schools
    ]
    columns = [
        Column("Муниципалитет", width=26),
        Column("Код", width=10),
        Column("Школа", width=44),
        Column("В силе", width=26),
        Column("Посчитано", width=26),
        Column("Индекс результатов", Kind.DECIMAL),
        Column("Индекс условий", Kind.DECIMAL),
    ]
    table = Table("Все школы", columns, rows, caption="Все рассмотренные школы")
    return PrintedTable(table, only_in_annex=True)


def _rows(data: IdentificationData, found: FoundSchool) -> tuple[Row, ...]:
    told = explained(data, found)
    return (*told.newest, *told.earlier)


def _considered(found: FoundSchool) -> str:
    if found.excluded_as:
        return f"не рассматривается: {SchoolType(found.excluded_as).label}"
    return category_names(found.categories)


def _value(found: FoundSchool, index: str) -> float | None:
    kept = found.trace.get(index)
    return kept["value"] if kept else None


def procedures(data: IdentificationData) -> PrintedTable:
    """Every procedure of every school as the run saw it, for the annex."""
    rows = [
        (
            place.municipality,
            place.code,
            place.name,
            row.procedure,
            row.subject,
            row.grade,
            format_academic_year(row.academic_year),
            row.n,
            row.failed,
            row.share,
            row.threshold,
            row.verdict_title,
        )
        for place, found in data.schools
        for row in _rows(data, found)
        if row.n
    ]
    columns = [
        Column("Муниципалитет", width=26),
        Column("Код", width=10),
        Column("Школа", width=40),
        Column("Процедура"),
        Column("Предмет", width=26),
        Column("Класс", Kind.INTEGER, width=8),
        Column("Учебный год", width=12),
        Column("Участников, чел.", Kind.INTEGER),
        Column("Не справились, чел.", Kind.INTEGER),
        Column("Доля, %", Kind.PERCENT),
        Column("Порог, %", Kind.PERCENT),
        Column("Вывод", width=24),
    ]
    note = "Где участников меньше 10, один ученик меняет долю более чем на 10 процентных пунктов."
    table = Table("Процедуры", columns, rows, caption="Процедуры, по которым сделан вывод", notes=[note])
    return PrintedTable(table, only_in_annex=True)


def files(data: IdentificationData) -> PrintedTable:
    """The files of results that are in force."""
    rows = [
        (
            one.name,
            one.procedure,
            format_academic_year(one.academic_year),
            one.schools,
            one.accepted_at,
            one.sha256[:16],
        )
        for one in data.files
    ]
    columns = [
        Column("Файл", width=44),
        Column("Процедура", width=14),
        Column("Учебный год", width=12),
        Column("Школ", Kind.INTEGER, width=8),
        Column("Принят", Kind.MOMENT),
        Column("SHA-256, начало", width=20),
    ]
    table = Table("Файлы результатов", columns, rows, caption="Файлы, результаты которых в силе на дату печати")
    return PrintedTable(table, widths=(34, 12, 12, 8, 16, 18), only_in_annex=len(rows) > FILES_ON_PAPER)


def recommendations(data: IdentificationData) -> PrintedTable:
    """Every addressed recommendation of the run."""
    rows = [(one.municipality, one.unit, one.reason, one.text, one.state) for one in data.advice]
    columns = [
        Column("Муниципалитет", width=26),
        Column("Кому", width=36),
        Column("Почему", width=60),
        Column("Что рекомендуется", width=80),
        Column("Состояние", width=16),
    ]
    table = Table("Рекомендации", columns, rows, caption="Адресные рекомендации муниципалитетам и школам")
    return PrintedTable(table, only_in_annex=True)
