"""Results of schools: the list, and one result opened down to the rows of its file."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common.downloads import table_response
from common.lists import Heading, Listing
from common.share import Share
from common.tables import Column, Table
from common.tables import Kind as Of
from common.years import format_academic_year
from monitoring.forms.results import ResultFilter
from monitoring.models import SchoolResult
from monitoring.selectors.loads import loads_of
from monitoring.selectors.previews import title_of
from monitoring.selectors.results import (
    OpenedRow,
    failed_means,
    filled,
    may_open_rows,
    opened_rows,
    outcomes_of,
    part_of,
    place_in_file,
    results_placed,
    school_results,
    versions_of,
    with_journal,
)
from monitoring.selectors.same_pupils import same_pupils_of
from monitoring.views.crumbs import crumbs
from schools.selectors.geography import geography_of
from schools.selectors.placed import have_borders_moved, told_in

HEADINGS = [
    Heading("Школа", key="school", order=("unit__sort_key", "pk")),
    Heading("Муниципалитет", key="place", order=("place_sort", "unit__sort_key", "pk")),
    Heading("Процедура", key="procedure", order=("assessment__procedure__name", "unit__sort_key", "pk")),
    Heading("Предмет", key="subject", order=("assessment__subject__name", "unit__sort_key", "pk")),
    Heading("Класс", key="grade", order=("assessment__grade", "unit__sort_key", "pk"), is_number=True),
    Heading("Учебный год", key="held", order=("assessment__academic_year", "unit__sort_key", "pk")),
    Heading("Участников", key="n", order=("n", "pk"), is_number=True),
    Heading("Не справились", key="failed", order=("failed", "pk"), is_number=True),
    Heading("Доля", is_number=True, hint="Доля не справившихся"),
    Heading("По каким данным", key="source", order=("source", "pk")),
]
ROW_HEADINGS = [
    Heading("Лист", key="sheet", order=("sheet", "line")),
    Heading("Строка", key="line", order=("line",), is_number=True),
    Heading("Класс", key="class", order=("class_name", "line")),
    Heading("Вариант", key="variant", order=("variant", "line")),
    Heading("Баллы за задания"),
    Heading("Балл", key="score", order=("score", "line"), is_number=True),
    Heading("Отметка", key="mark", order=("mark", "line"), is_number=True),
    Heading("По журналу", key="journal", order=("journal_mark", "line"), is_number=True),
]
LEVEL = Heading("Уровень", key="level", order=("level", "line"))


@require_safe
def result_list(request: HttpRequest) -> HttpResponse:
    """List results of schools in force, or those of one load."""
    listing = Listing.read(request.GET, HEADINGS, default="school")
    form = ResultFilter(request.GET)
    geography = geography_of(request.programme_year, is_today=request.is_today)
    found = results_placed(form.narrow(school_results(request.user).defer("load__summary")), geography)
    results = listing.sort(found)
    if listing.file_format:
        about = told_in(geography)
        return table_response(
            _results_table(results), name="Результаты школ", file_format=listing.file_format, about=about
        )
    shown = {
        "listing": listing,
        "form": form,
        "page": filled(listing.page(results.select_related(None).only("pk")), geography),
        "geography": geography,
        "has_changed": have_borders_moved(),
        "crumbs": crumbs(("Результаты школ", "")),
    }
    return render(request, "monitoring/results/list.html", shown)


@require_safe
def result_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one result: who failed of how many, which loads said so, and the rows behind it."""
    geography = geography_of(request.programme_year, is_today=request.is_today)
    own_load = Exists(loads_of(request.user).filter(pk=OuterRef("load")))
    results = with_journal(school_results(request.user)).annotate(sees_load=own_load)
    result = get_object_or_404(results_placed(results, geography), pk=pk)
    headings = ROW_HEADINGS if result.levels is None else [*ROW_HEADINGS, LEVEL]
    listing = Listing.read(request.GET, headings, default="line")
    rows = listing.sort(opened_rows(request.user, result))
    if listing.file_format:
        name = f"{result.unit.short_name}, {title_of(result.assessment)}".replace("/", "-")
        return table_response(_rows_table(result, rows), name=name, file_format=listing.file_format)
    return render(request, "monitoring/results/result.html", _shown(request, result, listing, rows))


def _shown(request: HttpRequest, result: SchoolResult, listing: Listing, rows: list[OpenedRow]) -> dict[str, Any]:
    part = part_of(result)
    sheet, line = ("", None)
    if result.row_no is not None:
        sheet, line = place_in_file(result.row_no, result.load.summary["sheets"])
    title = title_of(result.assessment)
    way = [("Результаты школ", "monitoring:result-list"), (result.place_name, "")]
    way += [(result.unit.short_name, ""), (title, "")]
    return {
        "result": result,
        "title": title,
        "part": part,
        "share": Share.of(result.failed, result.n) if result.failed is not None else None,
        "average": result.score_sum / result.n if result.score_sum is not None and result.n else None,
        "outcomes": [(name, count, Share.of(count, result.n)) for name, count in outcomes_of(result)],
        "failed_means": failed_means(result, part),
        "same_pupils": list(same_pupils_of(result.unit).filter(assessment=result.assessment_id)) if part.coded else [],
        "versions": list(versions_of(result).defer("load__summary")),
        "sees_load": result.sees_load,
        "may_open": bool(rows) or may_open_rows(request.user, result),  # whoever was given rows may open them
        "has_rows": result.source == "rows",
        "sheet": sheet,
        "line": line,
        "listing": listing,
        "page": listing.page(rows),
        "crumbs": crumbs(*way),
    }


def _results_table(results: Any) -> Table:
    columns = [Column("Код ОО", width=10), Column("Школа", width=36), Column("Муниципалитет", width=28)]
    columns += [Column("Процедура", width=10), Column("Предмет", width=28), Column("Класс", Of.INTEGER, 8)]
    columns += [Column("Учебный год", width=12), Column("Участников", Of.INTEGER), Column("Не справились", Of.INTEGER)]
    columns += [Column("Доля не справившихся, %", Of.PERCENT), Column("По каким данным", width=26)]
    columns += [Column("Файл", width=40)]
    rows = (
        (
            one.unit.code,
            one.unit.short_name,
            one.place_name,
            one.assessment.procedure.name,
            one.assessment.subject.name,
            one.assessment.grade,
            format_academic_year(one.assessment.academic_year),
            one.n,
            one.failed,
            None if one.failed is None else Share.of(one.failed, one.n),
            one.get_source_display(),
            one.load.upload.name,
        )
        for one in results
    )
    return Table(title="Результаты школ", columns=columns, rows=rows)


def _rows_table(result: SchoolResult, rows: list[OpenedRow]) -> Table:
    labels = [task["label"] for task in part_of(result).tasks]
    columns = [Column("Лист", width=24), Column("Строка", Of.INTEGER, 9), Column("Класс", width=9)]
    columns += [Column("Вариант", width=9), *(Column(f"Задание {label}", Of.INTEGER, 10) for label in labels)]
    columns += [Column("Балл", Of.INTEGER, 9), Column("Отметка", Of.INTEGER, 9), Column("По журналу", Of.INTEGER, 12)]
    has_levels = result.levels is not None
    columns += [Column("Уровень", width=16)] * has_levels
    lines = (
        (
            one.sheet,
            one.line,
            one.class_name,
            one.variant,
            *[*one.tasks, *[None] * len(labels)][: len(labels)],
            one.score,
            one.mark,
            one.journal_mark,
            *[one.level] * has_levels,
        )
        for one in rows
    )
    return Table(title="Строки результатов", columns=columns, rows=lines)
