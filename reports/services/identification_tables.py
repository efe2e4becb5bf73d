"""The tables of the report on an identification."""

from collections import Counter
from collections.abc import Iterable

from common.numbers import NBSP, format_number, format_percent
from common.russian import inside
from common.russian import listed as in_words
from common.share import Share
from common.tables import Column, Kind, Table
from common.years import format_academic_year
from monitoring.enums import Category
from monitoring.identification.findings import Verdict
from monitoring.selectors.explanation import Explanation, Row, explain
from monitoring.selectors.methods import in_words as parameters_in_words
from reports.selectors.cohorts import FoundSchool, listed
from reports.selectors.identification_report import IdentificationData
from reports.selectors.territory import PlacedSchool
from reports.services.parts import PrintedTable

CAUSES = 2
WEAKEST = 2
UNJUDGED_ON_PAPER = 30
GROUPS = (
    (Category.LOW_RESULTS, "школы с низкими результатами обучения (ШНРО)"),
    (Category.HARD_CONDITIONS, "школы, функционирующие в неблагоприятных социальных условиях (ШНСУ)"),
    ("both", "из них одновременно ШНРО и ШНСУ"),
    (Category.RESILIENT, "резильентные школы"),
    (Category.INSUFFICIENT_DATA, "недостаточно данных для вывода"),
    ("none", "без категории"),
    ("excluded", "методикой не рассматриваются"),
)


def category_names(categories: Iterable[str]) -> str:
    """Write the categories of a school in one cell: «ШНРО, ШНСУ»; of none «без категории»."""
    return ", ".join(Category(one).label for one in categories) or "без категории"


def parameters(data: IdentificationData) -> PrintedTable:
    """What the method asks."""
    rows = [
        (section.title, line.title, line.text)
        for section in parameters_in_words(data.run.edition.parameters)
        for line in section.lines
    ]
    columns = [Column("Раздел", width=24), Column("Параметр", width=50), Column("Значение", width=80)]
    table = Table("Методика", columns, rows, caption="Параметры методики")
    return PrintedTable(table, widths=(45, 55), group_by=0)


def categories(data: IdentificationData) -> PrintedTable:
    """How many schools of each category there are, beside last year."""
    now, before = data.counts, data.before.counts(data.places) if data.before else None
    whole = now["all"] - now["excluded"]
    rows = [
        (
            title,
            now[code],
            None if code == "excluded" else Share.of(now[code], whole),
            before[code] if before else None,
            now[code] - before[code] if before else None,
        )
        for code, title in GROUPS
    ]
    columns = [
        Column("Категория", width=60),
        Column(f"{data.cohort.year} год, школ", Kind.INTEGER),
        Column("Доля рассмотренных, %", Kind.PERCENT),
        Column(f"{data.cohort.year - 1} год, школ", Kind.INTEGER),
        Column("Изменение, школ", Kind.INTEGER),
    ]
    table = Table("Категории", columns, rows, caption="Школы по категориям")
    return PrintedTable(table, widths=(44, 13, 17, 13, 13))


def municipalities(data: IdentificationData) -> PrintedTable:
    """How many schools of each category there are in each municipality, and in all."""
    counted = counts_by_municipality(data)
    rows = [_municipality_row(name, counts) for name, counts in counted.items()]
    rows.append(_municipality_row("Всего", data.counts))
    columns = [
        Column("Муниципалитет"),
        Column("Школ", Kind.INTEGER),
        Column("ШНРО", Kind.INTEGER),
        Column("ШНСУ", Kind.INTEGER),
        Column("ШНРО и ШНСУ", Kind.INTEGER),
        Column("Рези­льент­ные", Kind.INTEGER),
        Column("Нет данных", Kind.INTEGER),
        Column("Доля ШНРО, %", Kind.PERCENT),
    ]
    notes = ["«Нет данных» — участников слишком мало, чтобы судить. Доля ШНРО — от всех рассмотренных школ."]
    table = Table("Муниципалитеты", columns, rows, caption="Школы по муниципалитетам и категориям", notes=notes)
    return PrintedTable(table, widths=(28, 9, 10, 10, 10, 12, 10, 11))


def counts_by_municipality(data: IdentificationData) -> dict[str, Counter[str]]:
    """Count the schools of each municipality by category, in Russian order."""
    keys: dict[str, list[int]] = {}
    for place, _found in data.schools:
        keys.setdefault(place.municipality, []).append(place.pk)
    return {name: data.cohort.counts(members) for name, members in keys.items()}


def _municipality_row(name: str, counts: Counter[str]) -> tuple[object, ...]:
    whole = counts["all"] - counts["excluded"]
    low = counts[Category.LOW_RESULTS]
    return (
        name,
        whole,
        low,
        counts[Category.HARD_CONDITIONS],
        counts["both"],
        counts[Category.RESILIENT],
        counts[Category.INSUFFICIENT_DATA],
        Share.of(low, whole),
    )


def schools_with_reasons(data: IdentificationData) -> PrintedTable:
    """Every school with a category, and why; for schools of low results also what leads off the list."""
    rows = []
    for place, found in data.schools:
        if listed(found.categories):
            told = explained(data, found)
            rows.append(
                (
                    len(rows) + 1,
                    place.municipality,
                    place.code,
                    place.name,
                    category_names(listed(found.categories)),
                    _why(data, found, told),
                    _way_out(found, told),
                )
            )
    columns = [
        Column("№", Kind.INTEGER, width=6),
        Column("Муниципалитет", width=26),
        Column("Код", width=10),
        Column("Школа", width=36),
        Column("Категория", width=18),
        Column("Почему", width=70),
        Column("Что выведет из списка", width=50),
    ]
    notes = ["В скобках — доля не преодолевших минимальный порог.", "* Участников меньше 10."]
    table = Table("Школы и причины", columns, rows, caption="Школы по категориям и причины", notes=notes)
    return PrintedTable(table, widths=(4, 7, 18, 10, 41, 20), group_by=1)


def explained(data: IdentificationData, found: FoundSchool) -> Explanation:
    """Tell the stored trace of a school."""
    return explain(found.trace, list(found.computed), data.method, data.run.academic_year)


def _why(data: IdentificationData, found: FoundSchool, told: Explanation) -> str:
    """Say in one cell what put a school on the list."""
    if found.is_changed:
        return f"решение при утверждении списка: {found.reason or 'основание не указано'}"
    said = []
    if Category.LOW_RESULTS in found.computed:
        said += [_procedure(row, data.run.academic_year) for row in _low(found, told)]
        if told.results and told.results.value is not None:
            said.insert(0, f"индекс результатов {_index(told.results.value, told.results.cut, 2)}")
    is_hard = {Category.HARD_CONDITIONS, Category.RESILIENT} & set(found.computed)
    if is_hard and told.conditions and told.conditions.value is not None:
        heaviest = [inside(part.title) for part in told.conditions.parts if part.points < 0][:CAUSES]
        causes = f": {in_words(heaviest)}" if heaviest else ""
        said.append(f"индекс условий {_index(told.conditions.value, told.conditions.cut, 0)}{causes}")
    if Category.RESILIENT in found.computed:
        said += [sentence.text.rstrip(".") for sentence in told.answer if sentence.about == "Резильентная"]
    return "; ".join(said)


def _low(found: FoundSchool, told: Explanation) -> list[Row]:
    """Return the procedures that decided: those of the newest year, and the earlier ones of a repetition."""
    repeated = {tuple(key) for check in found.trace["checks"] if check["code"] == "B" for key in check["low"]}
    low = [row for row in told.newest if row.verdict == Verdict.LOW]
    if told.results is not None:  # the index decides: only where it is pulled down most
        return sorted(low, key=lambda row: row.z or 0)[:WEAKEST]
    earlier = (row for row in told.earlier if row.verdict == Verdict.LOW)
    return low + [row for row in earlier if (row.procedure, row.subject, row.grade) in repeated]


def _procedure(row: Row, newest: int) -> str:
    year = "" if row.academic_year == newest else f" ({format_academic_year(row.academic_year)})"
    mark = "*" if row.is_small else ""
    share = format_percent(row.share)
    subject = inside(row.subject)
    return f"{row.procedure}, {row.grade}{NBSP}кл., {subject}{year}: {row.failed} из {row.n}{mark} ({share})"


def _index(value: float, cut: float | None, places: int) -> str:
    border = "" if cut is None else f" (граница {format_number(cut, places)})"
    return f"{format_number(value, places)}{border}"


def _way_out(found: FoundSchool, told: Explanation) -> str | None:
    if told.steps:
        steps = "; ".join(
            f"{inside_title(step.title)}: не более {step.allowed} вместо {step.failed}" for step in told.steps
        )
        return f"не справившихся: {steps}"
    rise = found.trace["way_out"]["rise"]
    return None if rise is None else f"рост на {format_number(max(rise, 0.1), 1)} п. п. в каждой процедуре"


def inside_title(title: str) -> str:
    """Shorten «ОГЭ, 9 класс, Русский язык» for a narrow cell."""
    procedure, _, subject = title.rpartition(", ")
    return f"{procedure.replace(' класс', f'{NBSP}кл.')}, {inside(subject)}"


def changed(data: IdentificationData) -> PrintedTable | None:
    """Schools that the approved list names otherwise than was computed, with the reasons."""
    rows = [
        (
            place.municipality,
            place.code,
            place.name,
            category_names(found.computed),
            category_names(found.categories),
            found.reason,
        )
        for place, found in data.schools
        if found.is_changed
    ]
    if not rows:
        return None
    columns = [
        Column("Муниципалитет", width=26),
        Column("Код", width=10),
        Column("Школа", width=36),
        Column("Посчитано", width=20),
        Column("Утверждено", width=20),
        Column("Основание", width=60),
    ]
    table = Table("Решения", columns, rows, caption="Школы, утверждённые иначе, чем посчитано")
    return PrintedTable(table, widths=(10, 26, 17, 17, 30), group_by=0)


def moved(data: IdentificationData) -> PrintedTable | None:
    """Schools that came onto the list or left it since the year before."""
    if data.before is None:
        return None
    rows = [row for place, found in data.schools if (row := _moved_row(data, place, found))]
    if not rows:
        return None
    columns = [
        Column("Муниципалитет", width=26),
        Column("Код", width=10),
        Column("Школа", width=36),
        Column(f"{data.cohort.year - 1} год", width=24),
        Column(f"{data.cohort.year} год", width=24),
        Column("Что произошло", width=24),
    ]
    table = Table("Движение", columns, rows, caption="Школы, вошедшие в список и вышедшие из него за год")
    return PrintedTable(table, widths=(10, 30, 20, 20, 20), group_by=0)


def _moved_row(data: IdentificationData, place: PlacedSchool, found: FoundSchool) -> tuple[str, ...] | None:
    earlier = data.before.schools.get(place.pk)
    was, is_now = listed(earlier.categories) if earlier else (), listed(found.categories)
    if bool(was) == bool(is_now):
        return None
    happened = "вошла в список" if is_now else "вышла из списка"
    return place.municipality, place.code, place.name, _short(earlier), _short(found), happened


def _short(found: FoundSchool | None) -> str:
    return category_names(found.categories) if found else "не рассматривалась"


def unjudged(data: IdentificationData) -> PrintedTable | None:
    """Schools of which there is too little data."""
    rows = [
        (place.municipality, place.code, place.name, _participants(data, found))
        for place, found in data.schools
        if Category.INSUFFICIENT_DATA in found.categories
    ]
    if not rows:
        return None
    columns = [
        Column("Муниципалитет", width=26),
        Column("Код", width=10),
        Column("Школа", width=44),
        Column("Наибольшее число участников процедуры, чел.", Kind.INTEGER, width=24),
    ]
    table = Table("Недостаточно данных", columns, rows, caption="Школы, о которых недостаточно данных")
    return PrintedTable(table, widths=(14, 58, 28), group_by=0, only_in_annex=len(rows) > UNJUDGED_ON_PAPER)


def _participants(data: IdentificationData, found: FoundSchool) -> int:
    year = data.run.academic_year
    return max((line["n"] for line in found.trace["procedures"] if line["academic_year"] == year), default=0)
