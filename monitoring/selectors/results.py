"""Results of a school in an assessment, opened down to the rows of the file that brought them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.permissions import Permission, Role
from accounts.selectors import acting_token
from common.lists import Page
from common.sql import named_sql
from monitoring.enums import LoadState, MeasureKind, Source
from monitoring.models import AssessmentLoad, SchoolResult
from schools.querysets import acts_as_the_system, granting, in_force
from schools.selectors.geography import Geography
from schools.selectors.placed import last_day_of, placed

_SHOWN = ("assessment__procedure", "assessment__subject", "unit", "load__upload")
PROGRAMME_YEAR = F("assessment__academic_year") + 1  # the year that looks back at the results
SMALL_GROUP = 10  # participants below which rows open to the school itself and to the centre only


@dataclass(frozen=True)
class OpenedRow:
    """One anonymous result with its place in the file."""

    sheet: str
    line: int
    class_name: str | None
    variant: str | None
    tasks: Sequence[int | None]
    score: int | None
    mark: int | None
    journal_mark: int | None
    level: str | None


def school_results(user: User | AnonymousUser) -> QuerySet[SchoolResult]:
    """Return the results, in force and former, of the schools that somebody may see."""
    results = SchoolResult.objects.visible_to(user, Permission.RESULT_VIEW)
    return results.select_related(*_SHOWN)


def results_placed(results: QuerySet[SchoolResult], geography: Geography) -> QuerySet[SchoolResult]:
    """Add in which municipality each school stands today, or stood in the programme year of its results."""
    return placed(results, geography, on=last_day_of(PROGRAMME_YEAR))


def filled(page: Page, geography: Geography) -> Page:
    """
    Return a page of results with all that is shown of each.

    A page is chosen by keys alone: sorting fifty thousand rows with all that they are joined to takes ten times longer.
    """
    keys = [result.pk for result in page.rows]
    found = SchoolResult.objects.filter(pk__in=keys).select_related(*_SHOWN).defer("load__summary")
    found = results_placed(found, geography).in_bulk()
    return replace(page, rows=[found[key] for key in keys])


def versions_of(result: SchoolResult) -> QuerySet[SchoolResult]:
    """Return everything that any load has said of the same school and assessment, newest first."""
    same = SchoolResult.objects.filter(assessment=result.assessment_id, unit=result.unit_id)
    return same.select_related("load__upload").order_by("-load__accepted_at", "-load_id")


def with_journal(results: QuerySet[SchoolResult]) -> QuerySet[SchoolResult]:
    """
    Add what is known of journal marks: `journal_raised`, `journal_confirmed`, `journal_lowered`.

    A result that does not bring them itself has them of the newest comparison with the journal that was accepted.
    """
    brought = SchoolResult.objects.filter(
        assessment=OuterRef("assessment"),
        unit=OuterRef("unit"),
        source=Source.JOURNAL,
        load__state__in=[LoadState.IN_FORCE, LoadState.SUPERSEDED],
    ).order_by("-load__accepted_at", "-load_id")
    ways = ("raised", "confirmed", "lowered")
    return results.annotate(**{f"journal_{way}": Coalesce(way, Subquery(brought.values(way)[:1])) for way in ways})


def part_of(result: SchoolResult) -> AssessmentLoad:
    """Return how the load brought the assessment: its sheet, plan of tasks, maximum, threshold."""
    return AssessmentLoad.objects.get(load=result.load_id, assessment=result.assessment_id)


def may_open_rows(user: User | AnonymousUser, result: SchoolResult) -> bool:
    """Say whether somebody may see the rows behind a result: the question that the database asks as well."""
    if acts_as_the_system(user):
        return True
    appointments, own = granting(user, Permission.RESULT_ROWS), in_force(user)
    if appointments is None or own is None:
        return False
    above = result.unit.line
    if not appointments.filter(unit__in=above).exists():
        return False
    if result.n >= SMALL_GROUP:
        return True
    near = own.granting(Permission.RESULT_ROWS).filter(unit__in=above)
    return near.filter(Q(unit=result.unit_id) | Q(unit__parent=None, role=Role.CENTRE_OPERATOR)).exists()


def opened_rows(user: User | AnonymousUser, result: SchoolResult) -> list[OpenedRow]:
    """
    Return the rows behind a result, in the order of the file; none to whom the database does not open them.

    A school has some hundreds of them at most, so they come whole.
    """
    if result.source != Source.ROWS or not user.is_authenticated:
        return []
    token = acting_token(user)
    keys = [result.load_id, result.assessment_id, result.unit_id, user.pk, token.pk if token else None]
    with connection.cursor() as cursor:
        cursor.execute(named_sql("monitoring", "rows_opened"), keys)
        found = cursor.fetchall()
    sheets = result.load.summary["sheets"]
    names = dict(enumerate(name for name, _ in outcomes_of(result))) if result.levels is not None else {}
    return [OpenedRow(*place_in_file(row_no, sheets), *rest, level=names.get(level)) for row_no, *rest, level in found]


def place_in_file(row_no: int, sheets: Sequence[dict[str, Any]]) -> tuple[str, int]:
    """Return the sheet and the line of a row that is counted on over all sheets of a file."""
    sheet = max((one for one in sheets if one["offset"] < row_no), key=lambda one: one["offset"])
    return sheet["name"], row_no - sheet["offset"]


def outcomes_of(result: SchoolResult) -> list[tuple[str, int]]:
    """Return how many got which mark or level, lowest first; nothing where the file brings neither."""
    if result.marks is not None:
        return [(f"«{mark}»", count) for mark, count in zip((2, 3, 4, 5), result.marks, strict=True)]
    if result.levels is not None:
        names = result.assessment.procedure.terms.get("levels", [])
        titles = [names[place][0] if place < len(names) else f"уровень {place + 1}" for place in range(9)]
        return [(titles[place], count) for place, count in enumerate(result.levels)]
    return []


def failed_means(result: SchoolResult, part: AssessmentLoad) -> str:
    """Say in words who counts as having failed."""
    if result.marks is not None:
        return "отметка «2»"
    if result.levels is not None:
        return "низший уровень"
    if result.assessment.procedure.measure == MeasureKind.MARKS:
        return "отметок в файле нет"
    return "порог не задан" if part.threshold is None else f"меньше {part.threshold} баллов"
