"""Identifications as somebody sees them: whole for the region, counts and schools of one's own territory for others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.years import format_academic_year
from monitoring.enums import LISTED, Category
from monitoring.models import Assessment, Finding, IdentificationRun, ListEntry, SchoolList, SchoolResult
from monitoring.selectors.left_out import why_left_out
from schools.enums import Kind as UnitKind
from schools.models import Unit
from schools.selectors.geography import Geography, geography_of, has_changed_since
from schools.selectors.placed import last_day_of, placed

Person = User | AnonymousUser

LOW = Q(categories__contains=[Category.LOW_RESULTS])
HARD = Q(categories__contains=[Category.HARD_CONDITIONS])
GROUPS: dict[str, tuple[str, Q]] = {
    "low_results": ("низкие результаты (ШНРО)", LOW),
    "hard_conditions": ("тяжёлые условия (ШНСУ)", HARD),
    "both": ("и то и другое", LOW & HARD),
    "resilient": ("резильентные", Q(categories__contains=[Category.RESILIENT])),
    "insufficient_data": ("недостаточно данных", Q(categories__contains=[Category.INSUFFICIENT_DATA])),
    "none": ("без категории", Q(categories=[], excluded_as="")),
    "excluded": ("методикой не рассматриваются", ~Q(excluded_as="")),
}
"""Groups of schools that a run is told by; the first four overlap, as the categories do."""


@dataclass(frozen=True, slots=True)
class Group:
    """How many schools of a run are of one sort."""

    code: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class RunCounts:
    """A run told in numbers, as far as somebody sees it."""

    schools: int
    groups: tuple[Group, ...]

    def of(self, code: str) -> int:
        """Return the count of one group."""
        return next(group.count for group in self.groups if group.code == code)


def findings_of(*, user: Person) -> QuerySet[Finding]:
    """Return what runs say of the schools that somebody sees."""
    return Finding.objects.visible_to(user, Permission.IDENTIFICATION_VIEW)


def runs(*, own: QuerySet[Finding]) -> QuerySet[IdentificationRun]:
    """Return the runs that say something of the schools that somebody sees, newest first."""
    found = IdentificationRun.objects.filter(Exists(own.filter(run=OuterRef("pk"))))
    found = found.annotate(has_changed=has_changed_since(last_day_of(OuterRef("academic_year") + 1)))
    return found.select_related("edition__methodology", "run_by", "unit").order_by("-run_at", "-pk")


def geography_of_run(run: IdentificationRun, *, is_today: bool) -> Geography:
    """Return in whose territories a run is told: of the autumn that it identifies for, or of today."""
    return geography_of(run.academic_year + 1, is_today=is_today)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list of runs can be narrowed by: academic years, newest first, and methods by code."""

    years: tuple[int, ...]
    methods: tuple[tuple[str, str], ...]


def choices_of_runs(*, own: QuerySet[Finding]) -> Choices:
    """Return the years and methods of the runs that somebody sees, in one query."""
    method = "edition__methodology"
    rows = runs(own=own).order_by().values_list("academic_year", f"{method}__code", f"{method}__name").distinct()
    found = list(rows)
    years = sorted({year for year, _code, _name in found}, reverse=True)
    return Choices(tuple(years), tuple(sorted({(code, name) for _year, code, name in found})))


def counts_of(run: IdentificationRun, *, own: QuerySet[Finding]) -> RunCounts:
    """Count the schools of a run by group among the findings that somebody sees, in one query."""
    numbers = own.filter(run=run).aggregate(
        schools=Count("pk"), **{code: Count("pk", filter=wanted) for code, (_title, wanted) in GROUPS.items()}
    )
    return _counted(numbers)


def counts_of_many(found: Iterable[IdentificationRun], *, own: QuerySet[Finding]) -> dict[int, RunCounts]:
    """Count the schools of several runs by group among the findings that somebody sees, in one query."""
    found = list(found)
    rows = (
        own.filter(run__in=[run.pk for run in found])
        .order_by()
        .values("run_id")
        .annotate(
            schools=Count("pk"), **{code: Count("pk", filter=wanted) for code, (_title, wanted) in GROUPS.items()}
        )
    )
    counted = {row["run_id"]: _counted(row) for row in rows}
    return {run.pk: counted.get(run.pk, _counted({})) for run in found}


def _counted(numbers: dict[str, int]) -> RunCounts:
    groups = tuple(Group(code, title, numbers.get(code, 0)) for code, (title, _wanted) in GROUPS.items())
    return RunCounts(numbers.get("schools", 0), groups)


def findings_placed(own: QuerySet[Finding], *, is_today: bool) -> QuerySet[Finding]:
    """Add to findings of any runs in which municipality each school stands today, or stood in the autumn of its run."""
    told = Geography(timezone.localdate(), is_today)
    return placed(own, told, on=last_day_of(F("run__academic_year") + 1))


def schools_of_run(run: IdentificationRun, geography: Geography, *, own: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return the schools of a run with what a table shows of them; the traces are left where they are."""
    found = own.filter(run=run).select_related("unit").defer("trace")
    return placed(found, geography).annotate(name=F("unit__short_name"))


def approved_categories(school_list: SchoolList | None, *, own: QuerySet[Finding]) -> dict[int, list[str]]:
    """Return the categories by which the schools of these findings stand on a list, by key of the school."""
    if school_list is None:
        return {}
    entries = ListEntry.objects.filter(school_list=school_list, unit__in=own.values("unit"))
    return dict(entries.exclude(categories=[]).values_list("unit_id", "categories"))


def put_on_a_list(categories: Sequence[str]) -> list[str]:
    """Keep the categories that put a school on a list, in one order."""
    return [str(one) for one in LISTED if one in categories]


def differs(computed: Sequence[str], approved: Sequence[str]) -> bool:
    """Whether a school stands on the approved list otherwise than computed."""
    return put_on_a_list(computed) != put_on_a_list(approved)


@dataclass(frozen=True, slots=True)
class Outline:
    """What is asked of all schools of a run at once: where they are, and which stand on the list otherwise."""

    municipalities: tuple[tuple[int, str], ...]
    differing: tuple[int, ...]  # keys of findings

    def municipality(self, asked: str) -> int | None:
        """Return the key of the municipality that an address asks for, None if no school stands in such a one."""
        return next((key for key, _name in self.municipalities if str(key) == asked), None)


def outline_of(
    run: IdentificationRun, geography: Geography, listed: Mapping[int, list[str]], *, own: QuerySet[Finding]
) -> Outline:
    """Go over the schools of a run once, in the order of their municipalities."""
    found = placed(own.filter(run=run), geography).order_by("place_sort", "place")
    rows = found.values_list("pk", "unit_id", "categories", "place", "place_name")
    places, different = {}, []
    for key, unit, categories, place, name in rows:
        places[place] = name
        if differs(categories, listed.get(unit, [])):
            different.append(key)
    return Outline(tuple(places.items()), tuple(different))


def region_of_portal() -> Unit | None:
    """Return the region of the portal, None before there is one."""
    return Unit.objects.of_kind(UnitKind.REGION).first()


def years_with_results() -> list[int]:
    """Return the academic years that have results in force, newest first."""
    held = SchoolResult.objects.filter(assessment=OuterRef("pk"), is_current=True)
    years = Assessment.objects.filter(Exists(held)).order_by("-academic_year")
    return list(years.values_list("academic_year", flat=True).distinct())


def run_as_answer(run: IdentificationRun, *, user: Person) -> dict[str, Any]:
    """
    Return a run in the form that `identify_schools --json` prints.

    A school of which an index says nothing has `left_out` beside its trace: what is lacking, and in words.
    """
    own = findings_of(user=user).filter(run=run).order_by("unit__code")
    return {
        "schools": {
            code: {
                "categories": categories,
                "trace": [_line(line) for line in trace["procedures"]],
                **({"left_out": reasons} if (reasons := why_left_out(trace)) else {}),
            }
            for code, categories, trace in own.values_list("unit__code", "categories", "trace")
        }
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "procedure": line["procedure"],
        "subject": line["subject"],
        "grade": line["grade"],
        "academic_year": format_academic_year(line["academic_year"]),
        "n": line["n"],
        "failed": line["failed"],
        "share": line["share"],
        "verdict": line["verdict"],
    }
