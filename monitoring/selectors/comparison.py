"""
Which assessments of two years may be compared: the rule behind «положительная динамика».

A year is compared with the last earlier year in which the same procedure was held on the same scale. The scale is the
same when pupils are judged alike: marks 2–5 always, scores with the same minimum, levels with the same names. A year
that the catalogue calls incomparable is compared with none. Subjects that make one («Математика профильная» and
«базовая» are mathematics) are compared only as far as both years had them.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import BooleanField, F, Func, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from common.years import format_academic_year
from monitoring.catalogue.comparability import incomparable_years
from monitoring.enums import MeasureKind
from monitoring.models import Assessment, MarkScale, SchoolResult

LOOK_BACK_YEARS = 5
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Pair:
    """Assessments of this year and of the earlier one, on the same scale."""

    year: int
    earlier: int
    now: tuple[Assessment, ...]
    before: tuple[Assessment, ...]


@dataclass(frozen=True, slots=True)
class Incomparable:
    """Why there is nothing to compare."""

    reason: str
    is_held: bool


_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read in this block", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """
    Read the assessments of a procedure, and what else is asked through `once`, once a block.

    For a page, whose formula asks of the same procedure several times, while nobody loads results under its hands.
    """
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def assessments_held(procedure: str, subject: str, grade: int) -> list[Assessment]:
    """
    Return every year's assessments of a procedure that have results in force, a joint subject as its parts.

    Each has beside it the `scale` that was in force.
    """
    return [one for one in _held(procedure, grade, None) if is_about(one, (subject.lower(),))]


def assessments_of_year(
    procedure: str, subjects: Collection[str] | None, grades: Collection[int] | None, year: int
) -> list[Assessment]:
    """Return the assessments of one year in any of the subjects and grades (None: every one), as `assessments_held`."""
    only = next(iter(grades)) if grades is not None and len(grades) == 1 else None
    return [
        one
        for one in _held(procedure, only, year)
        if (grades is None or one.grade in grades) and (subjects is None or is_about(one, subjects))
    ]


def is_about(one: Assessment | MarkScale, subjects: Iterable[str]) -> bool:
    """Whether it is in one of the subjects, or in a part of one: «Математика базовая» is mathematics."""
    name = f"{one.subject.name.lower()} "
    return any(name.startswith(f"{subject} ") for subject in subjects)


def once(asked: Hashable, read: Callable[[], Read]) -> Read:
    """Return what was read in this block for a question, or read it."""
    known = _read.get()
    if known is None:
        return read()
    if asked not in known:
        known[asked] = read()
    return known[asked]


def assessments_with_levels() -> list[tuple[Assessment, int]]:
    """Return the assessments whose results in force come by levels, and how many of these are ever reached."""
    highest = "(SELECT max(place) FROM unnest(%(expressions)s) WITH ORDINALITY AS level (count, place) WHERE count > 0)"
    results = SchoolResult.objects.filter(is_current=True, levels__isnull=False).order_by()
    most = results.values("assessment").annotate(
        most=Max(Func(F("levels"), template=highest, output_field=IntegerField()))
    )
    found = dict(most.values_list("assessment", "most"))
    rows = _with_scales(Assessment.objects.filter(pk__in=found))
    return [(one, found[one.pk] or 0) for one in rows]


def _held(procedure: str, grade: int | None, year: int | None) -> list[Assessment]:
    return once(("held", procedure, grade, year), lambda: _with_results(procedure, grade, year))


def _with_results(procedure: str, grade: int | None, year: int | None) -> list[Assessment]:
    # Whoever reads one school compares the same years as whoever reads them all.
    anywhere = Func(F("pk"), function="opora_is_held", output_field=BooleanField())
    held = Assessment.objects.filter(anywhere, procedure__code=procedure)
    if grade is not None:
        held = held.filter(grade=grade)
    if year is not None:
        held = held.filter(academic_year=year)
    return _with_scales(held)


def _with_scales(held: QuerySet[Assessment]) -> list[Assessment]:
    """Read assessments, each with the `scale` that was in force beside it."""
    held = with_scale(held).select_related("procedure", "subject")
    return list(held.order_by("academic_year", "grade", "subject_id"))


def with_scale(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Add the `scale` that was in force when each was held: its figures by name, None where the norms have none."""
    scales = MarkScale.objects.filter(
        Q(to_year=None) | Q(to_year__gte=OuterRef("academic_year")),
        procedure=OuterRef("procedure"),
        subject=OuterRef("subject"),
        grade=OuterRef("grade"),
        from_year__lte=OuterRef("academic_year"),
    )
    names = ("passing_score", "levels", "basic_level", "max_score", "measure")
    said = JSONObject(**{name: name for name in names})
    return assessments.annotate(scale=Subquery(scales.order_by("-from_year", "-pk").values(said=said)[:1]))


def comparable_pair(procedure: str, subject: str, grade: int, year: int) -> Pair | Incomparable:
    """Find what this year is compared with."""
    held = assessments_held(procedure, subject, grade)
    now = {one.subject_id: one for one in held if one.academic_year == year}
    written = format_academic_year(year)
    if not now:
        return Incomparable(f"в {written} учебном году процедура не проводилась", is_held=False)
    reason = incomparable_years().get((procedure, year))
    if reason:
        return Incomparable(reason, is_held=False)
    earlier_years = sorted({one.academic_year for one in held if year - LOOK_BACK_YEARS <= one.academic_year < year})
    for earlier in reversed(earlier_years):
        if (procedure, earlier) in incomparable_years():
            continue
        before = {one.subject_id: one for one in held if one.academic_year == earlier}
        shared = [key for key in now if key in before and _is_same_scale(now[key], before[key])]
        if shared:
            return Pair(
                year,
                earlier,
                tuple(now[key] for key in shared),
                tuple(before[key] for key in shared),
            )
    return Incomparable(f"до {written} учебного года нет года, с которым можно сравнить", is_held=True)


def from_level(assessment: Assessment) -> int | None:
    """Return from which level on, counted from 1, a pupil has reached the bar; None where there are no levels."""
    if assessment.procedure.measure != MeasureKind.LEVELS:
        return None
    basic = assessment.scale["basic_level"] if assessment.scale else None
    return 2 if basic is None else basic + 1


def _is_same_scale(now: Assessment, before: Assessment) -> bool:
    measure, first, second = now.procedure.measure, now.scale, before.scale
    if measure == MeasureKind.MARKS or first is None or second is None:
        return True
    if measure == MeasureKind.SCORE:
        return first["passing_score"] == second["passing_score"]
    return (first["levels"], first["basic_level"]) == (second["levels"], second["basic_level"])
