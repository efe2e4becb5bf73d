"""«Мониторинг показателей РППКО»: what it says, in which order."""

from collections.abc import Iterator
from datetime import datetime

from common.numbers import NBSP
from common.russian import counted, inside, plural
from programmes.enums import Standing
from programmes.selectors.forecasting import METHOD
from programmes.selectors.indicator_table import Group, Row
from reports.charts.parts import standings_by_direction
from reports.enums import ReportName
from reports.selectors.indicator_figures import figure_of, is_charted
from reports.selectors.indicators_report import IndicatorsData
from reports.services import indicator_tables as tables
from reports.services.distribution_tables import distributions
from reports.services.parts import Block, Items, Paragraph, PrintedFigure, Report, Section

FORMS = ("показатель", "показателя", "показателей")
CHARTS_OF_DIRECTION = 4
COUNTED = (Standing.MET, Standing.AT_RISK, Standing.AHEAD, Standing.MISSED, Standing.NO_DATA)


def indicators_report(data: IndicatorsData, *, now: datetime, is_demo: bool) -> Report:
    """Compose the report."""
    sections = [Section("Главное", list(_summary(data)))]
    sections += [
        Section(_title(group), list(_direction(data, group))) for group in data.table.groups if group.direction
    ]
    gaps = list(_gaps(data))
    if gaps:
        sections.append(Section("Чего не хватает", gaps))
    annex = [
        tables.typed_values(data),
        distributions(data),
        tables.by_municipality(data),
        tables.definitions(data),
    ]
    sections.append(Section("Приложения", [table for table in annex if table is not None]))
    return Report(
        title=ReportName.INDICATORS.label,
        place=data.unit.name,
        year=data.year,
        stretch=f"{data.year} год",
        requisites=_requisites(data),
        sections=sections,
        sources=_sources(data),
        printed_at=now,
        is_demo=is_demo,
        is_numbered=False,
    )


def _title(group: Group) -> str:
    return f"Направление {group.direction.numbered}. {group.direction.title}"


def _requisites(data: IndicatorsData) -> list[tuple[str, str]]:
    return [
        ("Программа", data.programme.title),
        ("Документ", str(data.programme.document) if data.programme.document else "не приложен"),
        ("Исходные данные года", data.basis.in_words()),
        ("Показателей", str(len(data.table.rows))),
        ("Значения посчитаны", _computed(data)),
        *data.closed,
    ]


def _computed(data: IndicatorsData) -> str:
    return f"{data.computed_at:%d.%m.%Y}, расчёт №{NBSP}{data.run.pk}" if data.run else "ещё не посчитаны"


def _summary(data: IndicatorsData) -> Iterator[Block]:
    counts = data.table.standings(data.year)
    whole = sum(counts[standing] for standing in COUNTED)
    yield Paragraph(
        f"На {data.year} год цели поставлены по {_by(whole)}. Исходные данные года: {data.basis.in_words()}."
    )
    said = [f"{standing.label} — {counted(counts[standing], *FORMS)}" for standing in COUNTED if counts[standing]]
    if counts[Standing.NOT_SET]:
        said.append(f"цель не установлена — {counted(counts[Standing.NOT_SET], *FORMS)}")
    yield Items(said)
    yield from _headline(data)
    for standing, words in ((Standing.MISSED, "Не достигнуты цели:"), (Standing.AT_RISK, "Под угрозой цели:")):
        found = [row for row in data.table.rows if data.cell(row).judgement.standing == standing]
        if found:
            yield Paragraph(words)
            yield Items([_missed(data, row) for row in found])
    if data.table.is_running:
        yield Paragraph(METHOD)
    rows = [
        (f"{group.direction.numbered}. {group.direction.short_title or group.direction.title}", _counts(data, group))
        for group in data.table.groups
        if group.direction
    ]
    if any(sum(counts) for _name, counts in rows):
        yield PrintedFigure(standings_by_direction("Достигнуты ли цели по направлениям?", rows))
    yield tables.bases(data)


def _by(count: int) -> str:
    return f"{count}{NBSP}{plural(count, 'показателю', 'показателям', 'показателям')}"


def _headline(data: IndicatorsData) -> Iterator[Block]:
    for row in data.table.rows:
        if row.place.is_headline:
            cell = data.cell(row)
            pair = f" ({cell.pair})" if cell.pair else ""
            said = f"{cell.said}{pair}" if cell.value and cell.value.is_known else "нет данных"
            yield Paragraph(f"Целевой показатель края «{row.indicator.name}» на {data.basis.on:%d.%m.%Y}: {said}.")


def _missed(data: IndicatorsData, row: Row) -> str:
    cell = data.cell(row)
    cause = f", {cell.judgement.cause}" if cell.judgement.cause else ""
    return f"{row.place.number} {inside(row.indicator.name)}: {cell.said} при цели {cell.promise}{cause}"


def _counts(data: IndicatorsData, group: Group) -> list[int]:
    standings = [data.cell(row).judgement.standing for row in group.rows]
    return [standings.count(standing) for standing in COUNTED]


def _direction(data: IndicatorsData, group: Group) -> Iterator[Block]:
    yield tables.direction(data, group)
    charted = [row for row in group.rows if is_charted(row)]
    for row in [one for one in charted if not tables.is_spread(one)][:CHARTS_OF_DIRECTION]:
        yield PrintedFigure(figure_of(row, breaks=data.breaks), is_half=True)
    for row in charted:
        if tables.is_spread(row):  # the table says of it no more than the whole
            yield PrintedFigure(figure_of(row))


def _gaps(data: IndicatorsData) -> Iterator[Block]:
    for table in (tables.without_data(data), tables.failing(data), tables.missing(data)):
        if table is not None:
            yield table


def _sources(data: IndicatorsData) -> list[tuple[str, str]]:
    programme = data.programme
    return [
        ("Программа", f"{programme.title}; {programme.document}" if programme.document else programme.title),
        ("Показатели", "определения и редакции — на листе «Как считается»"),
        ("Значения", f"{_computed(data)}; числитель и знаменатель — на листе «Показатели»"),
        ("Исходные данные года", data.basis.in_words()),
        ("Территория", f"{data.unit.name}: состав на {data.basis.on:%d.%m.%Y}"),
        ("Внесённые значения", "формы портала с документом, датой и лицом, внёсшим значение"),
        ("Персональные данные", "не используются"),
    ]
