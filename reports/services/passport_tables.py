"""The tables of a school's passport."""

from common.numbers import NBSP, NOTHING, format_percent
from common.russian import inside
from common.tables import Column, Kind, Table
from common.years import format_academic_year
from monitoring.selectors.explanation import Explanation
from programmes.enums import Standing
from programmes.selectors.indicator_table import Row
from reports.selectors.school_page import Listed
from reports.selectors.school_passport import PassportData, SchoolSums
from reports.services.indicator_tables import standing_in_words
from reports.services.parts import PrintedTable

SMALL_NOTE = "* Участников меньше 10: один ученик меняет долю более чем на 10 процентных пунктов."


def passport(data: PassportData) -> PrintedTable | None:
    """The social passport through the years, with the share of pupils in the newest one."""
    years = [year for year in data.page.passport_years if year <= data.basis.academic_year]
    if not years:
        return None
    rows = []
    for line in data.page.passport:
        figures = line.figures[: len(years)]
        rows.append((line.title[:1].upper() + line.title[1:], *(figure for figure, _ in figures), figures[-1][1]))
    columns = [
        Column("Показатель", width=44),
        *(Column(format_academic_year(year), Kind.INTEGER) for year in years),
        Column("Доля обучающихся, %", Kind.PERCENT),
    ]
    table = Table("Социальный паспорт", columns, rows, caption="Социальный паспорт по учебным годам, чел.")
    rest = 54 // len(years)
    return PrintedTable(table, widths=(84 - rest * len(years), *(rest for _ in years), 16))


def results(data: PassportData) -> PrintedTable | None:
    """Who failed in each procedure, year by year."""
    if not data.results:
        return None
    years = sorted({one.academic_year for one in data.results})
    lines: dict[str, dict[int, SchoolSums]] = {}
    for one in data.results:
        lines.setdefault(title_of(one), {})[one.academic_year] = one
    rows = [(title, *(_cell(sums.get(year)) for year in years)) for title, sums in lines.items()]
    columns = [Column("Процедура"), *(Column(format_academic_year(year)) for year in years)]
    notes = ["В скобках — не справились и участники. Прочерк — процедуры не было или школа в ней не участвовала."]
    if any(one.is_few for one in data.results):
        notes.append(SMALL_NOTE)
    caption = "Доля не справившихся по процедурам и учебным годам"
    table = Table("Результаты по годам", columns, rows, caption=caption, notes=notes)
    rest = 64 // len(years)
    return PrintedTable(table, widths=(100 - rest * len(years), *(rest for _ in years)), only_on_paper=True)


def title_of(one: SchoolSums) -> str:
    """Name a procedure: «ОГЭ, 9 класс, математика»."""
    return f"{one.procedure}, {one.grade}{NBSP}класс, {inside(one.subject)}"


def _cell(one: SchoolSums | None) -> str:
    if one is None:
        return NOTHING
    if one.share is None:
        return f"без отметок ({one.n}{NBSP}чел.)"
    mark = "*" if one.is_few else ""
    return f"{format_percent(one.share)} ({one.failed}{NBSP}из{NBSP}{one.n}){mark}"


def all_results(data: PassportData) -> PrintedTable | None:
    """Every assessment with typed numbers and its file, for the annex."""
    if not data.results:
        return None
    rows = [
        (
            format_academic_year(one.academic_year),
            one.procedure,
            one.subject,
            one.grade,
            one.n,
            one.failed,
            one.share,
            *(one.marks if one.marks and len(one.marks) == 4 else (None,) * 4),
            one.score_percent,
            one.file,
            one.accepted_at,
        )
        for one in data.results
    ]
    columns = [
        Column("Учебный год", width=12),
        Column("Процедура", width=12),
        Column("Предмет", width=28),
        Column("Класс", Kind.INTEGER, width=8),
        Column("Участников, чел.", Kind.INTEGER),
        Column("Не справились, чел.", Kind.INTEGER),
        Column("Доля не справившихся, %", Kind.PERCENT),
        *(Column(f"«{mark}», чел.", Kind.INTEGER, width=9) for mark in (2, 3, 4, 5)),
        Column("Средний балл, % от максимального", Kind.PERCENT),
        Column("Файл", width=40),
        Column("Принят", Kind.MOMENT),
    ]
    return PrintedTable(Table("Результаты", columns, rows, caption="Результаты процедур"), only_in_annex=True)


def autumns(data: PassportData) -> PrintedTable | None:
    """What each autumn found: by the list and by every method."""
    rows = [
        (
            autumn.cohort_year,
            computed.method,
            "не рассматривается" if computed.is_excluded else computed.labels or "без категории",
            _listed(autumn.listed),
        )
        for autumn in data.page.autumns
        if autumn.cohort_year <= data.basis.cohort_year
        for computed in autumn.computed[:1]  # the method of the list; the others are on the school's page
    ]
    if not rows:
        return None
    columns = [
        Column("Осень", width=8),
        Column("Методика", width=50),
        Column("По расчёту", width=26),
        Column("По приказу", width=40),
    ]
    table = Table("Категории по годам", columns, rows, caption="Категории школы по годам")
    return PrintedTable(table, widths=(9, 37, 22, 32))


def _listed(listed: Listed | None) -> str:
    if listed is None:
        return "список не утверждён"
    said = listed.labels or "не в списке"
    if listed.order is not None:
        said += f"; приказ №{NBSP}{listed.order.number} от {listed.order.dated_on:%d.%m.%Y}"
    return f"{said}; {listed.reason}" if listed.reason else said


def procedures(told: Explanation) -> PrintedTable | None:
    """The procedures by which the school was judged."""
    rows = [
        (
            f"{row.procedure}, {row.grade}{NBSP}класс, {inside(row.subject)}",
            format_academic_year(row.academic_year),
            row.n,
            row.failed,
            row.share,
            row.threshold,
            row.verdict_title,
        )
        for row in (*told.newest, *sorted(told.earlier, key=lambda row: -row.academic_year))
        if row.n
    ]
    if not rows:
        return None
    columns = [
        Column("Процедура", width=40),
        Column("Учебный год", width=12),
        Column("Участников", Kind.INTEGER),
        Column("Не справились", Kind.INTEGER),
        Column("Доля, %", Kind.PERCENT),
        Column("Порог, %", Kind.PERCENT),
        Column("Вывод", width=24),
    ]
    table = Table("Обоснование", columns, rows, caption="Процедуры, по которым сделан вывод")
    return PrintedTable(table, widths=(30, 11, 13, 13, 9, 8, 16))


def conditions(told: Explanation) -> PrintedTable | None:
    """What the index of social conditions is made of."""
    if told.conditions is None or not told.conditions.parts:
        return None
    rows = [(part.title, part.value, part.mean, part.points, abs(part.weight)) for part in told.conditions.parts]
    columns = [
        Column("Показатель условий", width=44),
        Column("Школа", Kind.DECIMAL),
        Column("Средняя школа края", Kind.DECIMAL),
        Column("Вклад в индекс, баллов", Kind.DECIMAL),
        Column("Вес", Kind.DECIMAL),
    ]
    notes = ["Доли — в процентах; вклад ниже нуля ухудшает условия. Первым стоит то, что ухудшает их сильнее всего."]
    table = Table("Условия", columns, rows, caption="Из чего сложился индекс социальных условий", notes=notes)
    return PrintedTable(table, widths=(44, 14, 16, 15, 11))


def indicators(data: PassportData) -> PrintedTable | None:
    """The indicators of the programme that say something of the school."""
    rows = [_indicator(data, row) for row in data.indicators.rows if _says(data, row)] if data.indicators else []
    if not rows:
        return None
    columns = [
        Column("№", width=8),
        Column("Показатель", width=70),
        Column("Цель", width=20),
        Column("Значение", width=14),
        Column("Итог", width=30),
    ]
    table = Table("Показатели", columns, rows, caption=f"Показатели программы на {data.year} год")
    return PrintedTable(table, widths=(9, 45, 16, 12, 18))


def _says(data: PassportData, row: Row) -> bool:
    cell = next((one for one in row.cells if one.year == data.year), None)
    if cell is None or cell.value is None or cell.judgement.standing == Standing.NOT_SET:
        return False
    return cell.value.is_known


def _indicator(data: PassportData, row: Row) -> tuple[str, ...]:
    cell = next(one for one in row.cells if one.year == data.year)
    return (row.place.number, row.indicator.name, cell.promise, cell.said, standing_in_words(cell))
