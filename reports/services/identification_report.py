"""«Аналитическая справка о результатах идентификации»: what it says, in which order."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from common.numbers import NBSP, format_percent
from common.russian import counted, plural
from common.share import Share
from common.years import format_academic_year
from monitoring.enums import Category
from monitoring.selectors.explanation import rule_in_words
from reports.charts.counts import category_counts, counts_over_years
from reports.charts.ranked_shares import ranked_shares
from reports.enums import ReportName
from reports.selectors.cohorts import listed
from reports.selectors.identification_report import Advice, IdentificationData
from reports.services import identification_tables as tables
from reports.services.identification_annex import annex
from reports.services.parts import (
    Block,
    Items,
    Paragraph,
    PrintedFigure,
    Report,
    Section,
    Subheading,
)
from reports.services.words import edition_in_words
from schools.enums import Kind
from schools.selectors.signatories import approval_in_words

SCHOOL = ("школа", "школы", "школ")
COMPUTED = "приказом не утверждён, приведены результаты расчёта"


def identification_report(data: IdentificationData, *, now: datetime, is_demo: bool) -> Report:
    """Compose the report."""
    return Report(
        title=ReportName.IDENTIFICATION.label,
        place=data.unit.name,
        year=data.year,
        stretch=_stretch(data),
        requisites=_requisites(data),
        sections=[
            Section("Главное", list(_summary(data))),
            Section("Методика", list(_method(data))),
            Section("Результаты", list(_results(data))),
            Section("Школы и причины", list(_schools(data)), is_wide=True),
            Section("Динамика", list(_dynamics(data))),
            Section("Адресные рекомендации", list(_advice(data))),
            Section("Приложения", list(annex(data))),
        ],
        sources=_sources(data),
        printed_at=now,
        is_demo=is_demo,
    )


def _stretch(data: IdentificationData) -> str:
    results = format_academic_year(data.run.academic_year)
    return f"{data.year} год: результаты {results} учебного года, список осени {data.cohort.year} года"


def _order(data: IdentificationData) -> str:
    chosen = data.cohort.school_list
    if chosen is None or chosen.order is None:
        return COMPUTED
    people = approval_in_words(signatory=chosen.signatory, signed_as=chosen.signed_as, clicker=chosen.approved_by)
    return "; ".join(filter(None, [str(chosen.order), people]))


def _requisites(data: IdentificationData) -> list[tuple[str, str]]:
    document = data.run.edition.document
    lines = [("Методика", edition_in_words(data.run.edition))]
    if document:
        lines.append(("Документ методики", str(document)))
    return [
        *lines,
        ("Список школ", _order(data)),
        ("Расчёт", f"№{NBSP}{data.run.pk} от {data.run.run_at:%d.%m.%Y}"),
        ("Отпечаток исходных данных", data.run.input_hash[:16]),
        ("Рассмотрено школ", str(data.counts["all"] - data.counts["excluded"])),
    ]


def _summary(data: IdentificationData) -> Iterator[Block]:
    counts = data.counts
    whole = counts["all"] - counts["excluded"]
    schools = counted(whole, *SCHOOL)
    said = f"Идентификация проведена по результатам {format_academic_year(data.run.academic_year)} учебного года. "
    said += f"{plural(whole, 'Рассмотрена', 'Рассмотрены', 'Рассмотрено')} {schools}"
    if counts["excluded"]:
        left = counted(counts["excluded"], "школу", "школы", "школ")
        said += f"; на {left} методика не распространяется"
    yield Paragraph(f"{said}.")
    yield Items([f"{title} — {_of_whole(counts[code], whole)}" for code, title in tables.GROUPS[:5]])
    if data.cohort.school_list is None:
        yield Paragraph("Список школ приказом ещё не утверждён: приведены результаты расчёта.")
    elif changed := sum(found.is_changed for _place, found in data.schools):
        yield Paragraph(f"При утверждении списка решение изменено по {_by_schools(changed)}; основания — в таблице.")
    yield from _compared(data)
    bars = [
        ("ШНРО", counts[Category.LOW_RESULTS]),
        ("ШНСУ", counts[Category.HARD_CONDITIONS]),
        ("ШНРО и ШНСУ", counts["both"]),
        ("резильентные", counts[Category.RESILIENT]),
        ("недостаточно данных", counts[Category.INSUFFICIENT_DATA]),
        ("без категории", counts["none"]),
    ]
    yield PrintedFigure(category_counts("Сколько школ в каждой категории?", bars, of="школ"))


def _of_whole(count: int, whole: int) -> str:
    return f"{counted(count, *SCHOOL)} ({format_percent(Share.of(count, whole))})"


def _by_schools(count: int) -> str:
    return f"{count}{NBSP}{plural(count, 'школе', 'школам', 'школам')}"


def _compared(data: IdentificationData) -> Iterator[Block]:
    if data.before is None:
        yield Paragraph(f"Идентификация {data.cohort.year - 1} года на портале не проводилась: сравнивать не с чем.")
        return
    now, before = data.counts, data.before.counts(data.places)
    came, left = _movement(data)
    change = now[Category.LOW_RESULTS] - before[Category.LOW_RESULTS]
    if change:
        word = "больше" if change > 0 else "меньше"
        said = f"Школ с низкими результатами на {abs(change)} {word}, чем в {data.cohort.year - 1} году"
    else:
        said = f"Школ с низкими результатами столько же, сколько в {data.cohort.year - 1} году"
    yield Paragraph(
        f"{said} ({before[Category.LOW_RESULTS]} → {now[Category.LOW_RESULTS]}). "
        f"За год в список {plural(came, 'вошла', 'вошли', 'вошло')} {counted(came, *SCHOOL)}, "
        f"{plural(left, 'вышла', 'вышли', 'вышло')} из него {counted(left, *SCHOOL)}."
    )


def _movement(data: IdentificationData) -> tuple[int, int]:
    """Count who came onto the list and who left it since the year before."""
    came = left = 0
    for place, found in data.schools:
        earlier = data.before.schools.get(place.pk)
        was, is_now = bool(earlier and listed(earlier.categories)), bool(listed(found.categories))
        came += is_now and not was
        left += was and not is_now
    return came, left


def _method(data: IdentificationData) -> Iterator[Block]:
    yield Paragraph(f"{edition_in_words(data.run.edition)}. {rule_in_words(data.method)}")
    if data.run.edition.note:
        yield Paragraph(f"Основание редакции: {data.run.edition.note.strip()}")
    yield tables.parameters(data)
    digest = data.run.input_hash
    yield Paragraph(
        f"Исходные данные расчёта заморожены. Их отпечаток (SHA-256): {digest[:32]} {digest[32:]}. Повторный расчёт по "
        "той же редакции методики и тем же данным даёт тот же отпечаток и те же выводы."
    )


def _results(data: IdentificationData) -> Iterator[Block]:
    yield tables.categories(data)
    by_place = tables.counts_by_municipality(data)
    if len(by_place) > 1:
        counts = data.counts
        whole = Share.of(counts[Category.LOW_RESULTS], counts["all"] - counts["excluded"])
        shares = [(name, _share_of_low(one)) for name, one in by_place.items() if one[Category.LOW_RESULTS]]
        if shares:
            question = "В каких муниципалитетах доля ШНРО выше?"
            yield PrintedFigure(ranked_shares(question, shares, whole=(data.unit.short_name, whole), of=SCHOOL))
        yield tables.municipalities(data)


def _share_of_low(counts: Counter[str]) -> Share:
    return Share.of(counts[Category.LOW_RESULTS], counts["all"] - counts["excluded"])


def _schools(data: IdentificationData) -> Iterator[Block]:
    if not any(listed(found.categories) for _place, found in data.schools):
        yield Paragraph("Ни одна школа не отнесена к категориям ШНРО, ШНСУ и резильентных.")
    else:
        yield tables.schools_with_reasons(data)
    for table in (tables.changed(data), tables.unjudged(data)):
        if table is not None:
            yield table


def _dynamics(data: IdentificationData) -> Iterator[Block]:
    if data.before is None:
        yield Paragraph(
            f"Динамика появится, когда будет идентификация двух лет подряд: за {data.cohort.year - 1} год её нет."
        )
        return
    earlier = data.before.run.edition
    if earlier.pk != data.run.edition.pk:
        yield Paragraph(
            f"Осень {data.before.year} года оценена по другой редакции ({edition_in_words(earlier)}): "
            "сравнение двух лет условно."
        )
    series = {
        "ШНРО": Category.LOW_RESULTS,
        "ШНСУ": Category.HARD_CONDITIONS,
        "резильентные": Category.RESILIENT,
    }
    years = {name: {year: counts[code] for year, counts in data.history.items()} for name, code in series.items()}
    shown = {name: counts for name, counts in years.items() if any(counts.values())}
    if shown:
        yield PrintedFigure(counts_over_years("Как меняется число школ в категориях?", shown, of="школ"))
    moved = tables.moved(data)
    yield moved or Paragraph("За год ни одна школа не вошла в список и не вышла из него.")


def _advice(data: IdentificationData) -> Iterator[Block]:
    if not data.advice:
        yield Paragraph("По результатам этого расчёта рекомендаций нет.")
        return
    to_places = [one for one in data.advice if not one.is_to_school]
    yield from _advice_of(to_places)
    to_schools = [one for one in data.advice if one.is_to_school]
    if data.unit.kind == Kind.MUNICIPALITY:
        yield from _advice_of(to_schools)
    elif to_schools:
        number = counted(len(to_schools), "рекомендация", "рекомендации", "рекомендаций")
        yield Paragraph(
            f"Школам {plural(len(to_schools), 'направлена', 'направлены', 'направлено')} {number}: они приведены в "
            "справках муниципалитетов и в паспортах школ."
        )


def _advice_of(many: Sequence[Advice]) -> Iterator[Block]:
    units: dict[int, list[Advice]] = {}
    for one in many:
        units.setdefault(one.unit_id, []).append(one)
    for advice in units.values():
        yield Subheading(advice[0].unit)
        yield Items([f"{one.reason} {one.text}" for one in advice], is_numbered=True)


def _sources(data: IdentificationData) -> list[tuple[str, str]]:
    run = data.run
    return [
        ("Методика", edition_in_words(run.edition)),
        ("Документ методики", str(run.edition.document) if run.edition.document else "не приложен"),
        ("Список школ", _order(data)),
        (
            "Расчёт",
            f"№ {run.pk} от {run.run_at:%d.%m.%Y}, новейший учебный год {format_academic_year(run.academic_year)}",
        ),
        ("Отпечаток исходных данных (SHA-256)", run.input_hash),
        ("Результаты процедур", _files(data)),
        ("Социальные условия", "социальные паспорта школ" if data.method.conditions else "методикой не учитываются"),
        ("Территория", f"{data.unit.name}: состав школ на {data.on:%d.%m.%Y}"),
        ("Персональные данные", "не используются: результаты обезличены при загрузке"),
    ]


def _files(data: IdentificationData) -> str:
    names = list(dict.fromkeys(one.name for one in data.files))
    if not names:
        return "файлов в силе нет"
    shown = ", ".join(names[:6])
    rest = f" и ещё {len(names) - 6}" if len(names) > 6 else ""
    return f"{counted(len(names), 'файл', 'файла', 'файлов')}: {shown}{rest}"
