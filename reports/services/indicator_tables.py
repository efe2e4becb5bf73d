"""The tables of the monitoring of indicators."""

from collections.abc import Sequence

from common.numbers import NOTHING
from common.russian import plural
from common.tables import Column, Kind, Table
from indicators.enums import IndicatorKind, ValueStatus
from programmes.enums import Standing, TargetOperator
from programmes.selectors.indicator_table import Cell, Group, Row
from programmes.selectors.judging import Measured
from reports.selectors.indicators_report import IndicatorsData, MissingEntry
from reports.services.parts import PrintedTable
from schools.enums import Kind as UnitKind

NAMED = 12
REMEDIES = {
    ValueStatus.NOT_SUBMITTED: "внести значения",
    ValueStatus.NOT_HELD: "вносить нечего: процедура в этом году не проводилась",
    ValueStatus.TOO_FEW: "вносить нечего: участников слишком мало",
    ValueStatus.NOBODY: "утвердить список школ или программы, по которым считается показатель",
    ValueStatus.NOT_OBJECTIVE: "вносить нечего: результаты исключены",
}
WHO = {
    UnitKind.REGION: ("край", "края", "краёв"),
    UnitKind.DISTRICT: ("округ", "округа", "округов"),
    UnitKind.MUNICIPALITY: ("муниципалитет", "муниципалитета", "муниципалитетов"),
    UnitKind.SCHOOL: ("школа списка", "школы списка", "школ списка"),
}


def names_of(units: Sequence[str]) -> str:
    """Name the first ones and count the rest."""
    rest = len(units) - NAMED
    return ", ".join(units[:NAMED]) + (f" и ещё {rest}" if rest > 0 else "")


def standing_in_words(cell: Cell) -> str:
    """Say how an indicator stands, and why where that helps."""
    judged = cell.judgement
    said = f"{judged.standing.mark} {judged.standing.label}"
    cause = judged.cause.removeprefix(f"{judged.standing.label}: ")
    if cause:
        said += f": {cause}"
    return f"{said} (пересчитывается)" if cell.is_stale else said


def is_spread(row: Row) -> bool:
    """Whether it is several numbers and not one."""
    return row.edition.kind == IndicatorKind.DISTRIBUTION


def direction(data: IndicatorsData, group: Group) -> PrintedTable:
    """The indicators of one direction: the target, the year before, the year, how it stands."""
    rows = [_row(data, row) for row in group.rows]
    columns = [
        Column("Таблица"),
        Column("№"),
        Column("Показатель"),
        Column("Цель"),
        Column(f"{data.year - 1}"),
        Column(f"{data.year}"),
        Column("Итог"),
    ]
    name = f"направления {group.direction.numbered}" if group.direction else "края"
    table = Table(name, columns, rows, caption=f"Показатели {name}")
    return PrintedTable(table, widths=(8, 32, 16, 12, 14, 18), group_by=0, only_on_paper=True)


def _row(data: IndicatorsData, row: Row) -> tuple[str, ...]:
    cell, before = data.cell(row), data.before(row)
    value = f"{cell.said} ({cell.pair})" if cell.pair else cell.said
    was = before.said if before else NOTHING
    if is_spread(row):  # the parts would break in a narrow column: they are drawn below the table
        value, was = cell.pair or cell.said, (before.pair or before.said) if before else NOTHING
    group = f"{row.place.group_number}. {row.place.group_title}" if row.place.group_number else ""
    unit = row.edition.unit_of_measure
    name = f"{row.indicator.name}, {unit}" if unit not in ("%", "да/нет", "состояние", "") else row.indicator.name
    name = f"— {name}" if row.place.part_of else name
    name = f"{name} ({row.cumulation})" if row.cumulation else name
    name = f"{name}; части — на рисунке под таблицей" if is_spread(row) and cell.pair else name
    return (
        group,
        row.place.number,
        name,
        cell.promise,
        was,
        value,
        standing_in_words(cell),
    )


def bases(data: IndicatorsData) -> PrintedTable:
    """What feeds the year: the rule, and the indicators that have their own."""
    own = [(row, data.cell(row).basis) for row in data.table.rows]
    rows = [("все показатели, кроме названных ниже", data.basis.in_words())]
    rows += [
        (f"{row.place.number} {row.indicator.name}", basis.in_words())
        for row, basis in own
        if basis.in_words() != data.basis.in_words()
    ]
    if len(rows) == 1:
        rows = [("все показатели", data.basis.in_words())]
    columns = [Column("Показатель", width=60), Column("Исходные данные", width=60)]
    table = Table("Основа года", columns, rows, caption=f"Из чего посчитан {data.year} год программы")
    return PrintedTable(table, widths=(55, 45))


def without_data(data: IndicatorsData) -> PrintedTable | None:
    """Indicators that have a target and no value, why, and what to do."""
    rows = []
    for row in data.table.rows:
        cell = data.cell(row)
        if _is_without_data(cell):
            status = ValueStatus(cell.value.status) if cell.value else None
            cause = cell.judgement.cause or (status.label if status else "ещё не посчитано")
            rows.append((row.place.number, row.indicator.name, cause, _remedy(cell, status)))
    if not rows:
        return None
    columns = [
        Column("№", width=8),
        Column("Показатель", width=60),
        Column("Почему нет данных", width=40),
        Column("Что сделать", width=40),
    ]
    table = Table("Нет данных", columns, rows, caption="Показатели, по которым нет данных")
    return PrintedTable(table, widths=(9, 41, 25, 25))


def _is_without_data(cell: Cell) -> bool:
    if cell.judgement.standing == Standing.NO_DATA:
        return True
    unknown = cell.value is None or not cell.value.is_known
    return cell.judgement.standing == Standing.AHEAD and unknown and not cell.judgement.asked


def _remedy(cell: Cell, status: ValueStatus | None) -> str:
    if cell.judgement.unknown or "вторая половина" in cell.judgement.cause:
        return REMEDIES[ValueStatus.NOT_SUBMITTED]
    return REMEDIES.get(status, "пересчитать показатели") if status else "пересчитать показатели"


def failing(data: IndicatorsData) -> PrintedTable | None:
    """Targets asked of each unit: who does not meet them, of whom nothing is known."""
    rows = []
    for row in data.table.rows:
        judged = data.cell(row).judgement
        if judged.failing:
            rows.append(
                (
                    row.place.number,
                    row.indicator.name,
                    judged.asked,
                    len(judged.failing),
                    len(judged.unknown),
                    _named(judged.failing, judged.unknown),
                )
            )
    if not rows:
        return None
    columns = [
        Column("№", width=8),
        Column("Показатель", width=60),
        Column("Всего", Kind.INTEGER),
        Column("Не выпол­няют", Kind.INTEGER),
        Column("Нет данных", Kind.INTEGER),
        Column("Кто", width=90),
    ]
    notes = ["Полный перечень значений по муниципалитетам — в приложении."] if data.values else []
    caption = "Цели, поставленные каждой территории: кто не выполняет"
    table = Table("Кто не выполняет", columns, rows, caption=caption, notes=notes)
    return PrintedTable(table, widths=(9, 32, 9, 11, 10, 29))


def _named(failing: Sequence[Measured], unknown: Sequence[Measured]) -> str:
    said = []
    if failing:
        said.append(f"не выполняют: {names_of([one.unit_name for one in failing])}")
    if unknown:
        said.append(f"нет данных: {names_of([one.unit_name for one in unknown])}")
    return "; ".join(said)


def missing(data: IndicatorsData) -> PrintedTable | None:
    """What has not been entered, by whom."""
    rows = [
        (
            one.name,
            _asked_of(one.level, one.asked),
            one.asked - len(one.missing),
            len(one.missing),
            _who(one),
        )
        for one in data.missing
    ]
    if not rows:
        return None
    columns = [
        Column("Что вносится", width=60),
        Column("Кто вносит", width=22),
        Column("Внесли", Kind.INTEGER),
        Column("Не внесли", Kind.INTEGER),
        Column("Кто не внёс", width=90),
    ]
    table = Table("Не внесено", columns, rows, caption=f"Чего не хватает за {data.year} год")
    return PrintedTable(table, widths=(36, 15, 9, 10, 30))


def _who(one: MissingEntry) -> str:
    if one.asked == 1:
        return ""
    return "все" if len(one.missing) == one.asked else names_of(one.missing)


def _asked_of(level: str, count: int) -> str:
    forms = WHO.get(UnitKind(level), ("организация", "организации", "организаций"))
    return f"{count} {plural(count, *forms)}" if count > 1 else forms[0]


def typed_values(data: IndicatorsData) -> PrintedTable:
    """Every indicator through all years of the programme, with typed numbers, for the annex."""
    rows = [_typed(row, cell) for row in data.table.rows for cell in row.cells]
    columns = [
        Column("Год", Kind.INTEGER, width=8),
        Column("Направление", Kind.INTEGER, width=13),
        Column("№", width=8),
        Column("Показатель", width=70),
        Column("Единица", width=10),
        Column("Значение", Kind.DECIMAL),
        Column("Числитель", Kind.DECIMAL),
        Column("Знаменатель", Kind.DECIMAL),
        Column("Не вошли в расчёт", Kind.INTEGER),
        Column("Сравнение", width=14),
        Column("Цель, число", Kind.DECIMAL),
        Column("Цель", width=26),
        Column("Итог", width=20),
        Column("Причина", width=40),
        Column("Прогноз на конец года", width=40),
        Column("Как складывается", width=24),
        Column("К концу программы", width=24),
        Column("По каким данным", width=44),
    ]
    table = Table("Показатели", columns, rows, caption="Показатели по годам программы")
    return PrintedTable(table, only_in_annex=True)


def _typed(row: Row, cell: Cell) -> tuple[object, ...]:
    value = cell.value
    is_known = value is not None and value.is_known
    return (
        cell.year,
        row.place.direction.number if row.place.direction else None,
        row.place.number,
        row.indicator.name,
        row.edition.unit_of_measure,
        value.shown if value and value.spread is None else None,
        value.n if is_known else None,
        value.d if is_known else None,
        value.left_out if value else None,
        _operator(cell),
        cell.target.value if cell.target else None,
        cell.promise,
        cell.judgement.standing.label,
        cell.judgement.cause,
        cell.forecast,
        row.cumulation or "последнее значение",
        row.end.promise if row.end else "",
        cell.basis.in_words(),
    )


def _operator(cell: Cell) -> str:
    return TargetOperator(cell.target.operator).label if cell.target else "не установлено"


def by_municipality(data: IndicatorsData) -> PrintedTable | None:
    """The values of every municipality, for the annex."""
    if not data.values:
        return None
    rows = [
        (
            one.municipality,
            one.number,
            one.indicator,
            one.unit_of_measure,
            one.value,
            one.n,
            one.d,
            one.left_out,
            one.status,
        )
        for one in data.values
    ]
    columns = [
        Column("Муниципалитет", width=26),
        Column("№", width=8),
        Column("Показатель", width=70),
        Column("Единица", width=10),
        Column("Значение", Kind.DECIMAL),
        Column("Числитель", Kind.DECIMAL),
        Column("Знаменатель", Kind.DECIMAL),
        Column("Не вошли в расчёт", Kind.INTEGER),
        Column("Есть ли значение", width=26),
    ]
    table = Table("По муниципалитетам", columns, rows, caption=f"Показатели муниципалитетов за {data.year} год")
    return PrintedTable(table, only_in_annex=True)


def definitions(data: IndicatorsData) -> PrintedTable:
    """How every indicator is computed, and by which edition, for the annex."""
    rows = [
        (
            row.place.number,
            row.indicator.name,
            row.edition.number,
            row.edition.in_words,
            row.place.basis,
            row.place.verbatim,
        )
        for row in data.table.rows
    ]
    columns = [
        Column("№", width=8),
        Column("Показатель", width=60),
        Column("Редакция", Kind.INTEGER),
        Column("Как считается", width=70),
        Column("По каким данным", width=50),
        Column("Как в программе", width=70),
    ]
    table = Table("Как считается", columns, rows, caption="Как считаются показатели")
    return PrintedTable(table, only_in_annex=True)
