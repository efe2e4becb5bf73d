"""«Паспорт школы»: what it says, in which order."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from common.numbers import NBSP, format_number
from common.russian import plural
from common.years import format_academic_year
from reports.charts.parts import mark_distribution
from reports.enums import ReportName
from reports.selectors.cohorts import listed
from reports.selectors.school_passport import PassportData
from reports.services import passport_tables as tables
from reports.services.identification_tables import category_names
from reports.services.parts import Block, Items, Paragraph, PrintedFigure, PrintedTable, Report, Section
from reports.services.words import edition_in_words


def passport_report(data: PassportData, *, now: datetime, is_demo: bool) -> Report:
    """Compose the passport."""
    sections = [
        Section("Категория школы", list(_category(data))),
        Section("Результаты оценочных процедур", list(_results(data))),
        Section("Социальные условия", list(_conditions(data))),
        Section("Программа и показатели", list(_programme(data))),
    ]
    if data.recommendations:
        advice = [f"{one.reason} {one.text}" for one in data.recommendations]
        sections.append(Section("Адресные рекомендации", [Items(advice, is_numbered=True)]))
    return Report(
        title=ReportName.SCHOOL_PASSPORT.label,
        place=data.unit.name,
        year=data.year,
        stretch=f"{data.year} год программы: {data.basis.in_words()}",
        requisites=_requisites(data),
        sections=sections,
        sources=_sources(data),
        printed_at=now,
        is_demo=is_demo,
        has_title_page=False,
    )


def _requisites(data: PassportData) -> list[tuple[str, str]]:
    school = data.school
    lines = [
        ("Муниципалитет", data.municipality),
        ("Код РЦОИ", data.unit.code),
        ("Логин ФИС ОКО", school.fisoko_login or ""),
        ("ИНН", school.inn),
        ("Уровень, местность, тип", _sort(data)),
        ("Сайт", school.site),
        ("Обучающихся", _pupils(data)),
    ]
    return [(what, value) for what, value in lines if value]


def _sort(data: PassportData) -> str:
    school = data.school
    return f"{school.get_level_display()}, {school.get_locality_display()}, {school.get_type_display()}"


def _pupils(data: PassportData) -> str:
    known = [
        one for one in data.page.passports if one.academic_year <= data.basis.academic_year and one.pupils is not None
    ]
    if not known:
        return ""
    return f"{format_number(known[-1].pupils)} ({format_academic_year(known[-1].academic_year)} учебный год)"


def _category(data: PassportData) -> Iterator[Block]:
    found = data.found
    if found is None or data.cohort is None:
        yield Paragraph(f"Осенью {data.basis.cohort_year} года школа не рассматривалась: идентификации ещё не было.")
        return
    yield Paragraph(_in_one_sentence(data))
    told = data.told
    if told is not None:
        yield Items([f"{sentence.about}: {sentence.text}" for sentence in told.answer])
        if told.way_out:
            steps = [
                f"{tables.inside(step.title)}: не более {step.allowed} вместо {step.failed}" for step in told.steps
            ]
            yield Paragraph(told.way_out)
            if steps:
                yield Items(steps)
        if (judged := tables.procedures(told)) is not None:
            yield judged
    if (years := tables.autumns(data)) is not None:
        yield years


def _in_one_sentence(data: PassportData) -> str:
    found, cohort = data.found, data.cohort
    names = category_names(listed(found.categories))
    if cohort.school_list is None:
        result = names if listed(found.categories) else "категорий нет"
        return f"По расчёту осени {cohort.year} года: {result}. Список приказом ещё не утверждён."
    order = cohort.school_list.order
    by = f" (приказ №{NBSP}{order.number} от {order.dated_on:%d.%m.%Y})" if order else ""
    if listed(found.categories):
        return f"Осенью {cohort.year} года школа в списке: {names}{by}."
    reason = f" Основание: {found.reason}." if found.reason else ""
    return f"Осенью {cohort.year} года школа в список не включена{by}.{reason}"


def _results(data: PassportData) -> Iterator[Block]:
    table = tables.results(data)
    if table is None:
        yield Paragraph("Результатов этой школы на портале ещё нет.")
        return
    newest = max(one.academic_year for one in data.results)
    rows = [
        (tables.title_of(one), list(one.marks))
        for one in data.results
        if one.academic_year == newest and one.marks and len(one.marks) == 4
    ]
    if rows:
        question = f"Как распределились отметки в {format_academic_year(newest)} учебном году?"
        yield PrintedFigure(mark_distribution(question, rows))
    yield table
    yield from _only([tables.all_results(data)])


def _conditions(data: PassportData) -> Iterator[Block]:
    passport = tables.passport(data)
    yield passport or Paragraph("Социальный паспорт школы ещё не внесён.")
    told = data.told
    if told is not None:
        yield from _only([tables.conditions(told)])


def _only(found: Sequence[PrintedTable | None]) -> Iterator[PrintedTable]:
    return (table for table in found if table is not None)


def _programme(data: PassportData) -> Iterator[Block]:
    own = data.page.programmes
    if own:
        count = len(own)
        yield Paragraph(f"{plural(count, 'Программа', 'Программы', 'Программы')} школы:")
        yield Items([f"{one.title}: {one.get_status_display()}{_approved(one)}" for one in own])
    else:
        yield Paragraph("Школьной программы повышения качества образования (ШППКО) на портале нет.")
    table = tables.indicators(data)
    yield table or Paragraph(f"Значений показателей программы за {data.year} год у школы нет.")
    if table and data.closed:
        yield Items([f"{said}: {how}" for said, how in data.closed])


def _approved(programme) -> str:
    if programme.document is None:
        return ""
    return f", {programme.document}"


def _sources(data: PassportData) -> list[tuple[str, str]]:
    lines = [("Реестр", f"код РЦОИ {data.unit.code}, реестр организаций портала")]
    files = list(dict.fromkeys(one.file for one in data.results))
    if files:
        rest = f" и ещё {len(files) - 6}" if len(files) > 6 else ""
        lines.append(("Результаты процедур", f"файлы: {', '.join(files[:6])}{rest}"))
    sources = list(dict.fromkeys(one.source for one in data.page.passports if one.source))
    if sources:
        lines.append(("Социальный паспорт", "; ".join(sources)))
    if data.cohort is not None:
        run = data.cohort.run
        lines += [
            ("Методика", edition_in_words(run.edition)),
            ("Расчёт", f"№ {run.pk} от {run.run_at:%d.%m.%Y}"),
            ("Отпечаток исходных данных (SHA-256)", run.input_hash),
        ]
    lines.append(("Персональные данные", "не используются: результаты обезличены при загрузке"))
    return lines
