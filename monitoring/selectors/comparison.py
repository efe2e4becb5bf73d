"""
Which assessments of two years may be compared: the rule behind «положительная динамика».

A year is compared with the last earlier year in which the same procedure was held on the same scale. The scale is the
same when pupils are judged alike: marks 2–5 always, scores with the same minimum, levels with the same names. A year
that the catalogue calls incomparable is compared with none. Subjects that make one («Математика профильная» and
«базовая» are mathematics) are compared only as far as both years had them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from common.years import format_academic_year
from monitoring.catalogue.comparability import incomparable_years
from monitoring.enums import MeasureKind
from monitoring.models import Assessment, MarkScale, SchoolResult

LOOK_BACK_YEARS = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Assessments of this year and of the earlier one, and from which level on a pupil has reached the bar."""

    year: int
    earlier: int
    now: tuple[int, ...]
    before: tuple[int, ...]
    from_level: int | None


@dataclass(frozen=True, slots=True)
class Incomparable:
    """Why there is nothing to compare."""

    reason: str
    is_held: bool


def assessments_held(procedure: str, subject: str, grade: int) -> Iterable[Assessment]:
    """Return every year's assessments of a procedure that have results in force, a joint subject as its parts."""
    results = SchoolResult.objects.filter(assessment=OuterRef("pk"), is_current=True, n__gt=0)
    return (
        Assessment.objects.filter(
            Q(subject__name__iexact=subject) | Q(subject__name__istartswith=f"{subject} "),
            Exists(results),
            procedure__code=procedure,
            grade=grade,
        )
        .select_related("procedure", "subject")
        .order_by("academic_year", "subject_id")
    )


def comparable_pair(procedure: str, subject: str, grade: int, year: int) -> Pair | Incomparable:
    """Find what this year is compared with."""
    held = list(assessments_held(procedure, subject, grade))
    now = {one.subject_id: one for one in held if one.academic_year == year}
    written = format_academic_year(year)
    if not now:
        return Incomparable(f"в {written} учебном году процедура не проводилась", is_held=False)
    reason = incomparable_years().get((procedure, year))
    if reason:
        return Incomparable(reason, is_held=False)
    scales = list(MarkScale.objects.filter(procedure__code=procedure, grade=grade))
    earlier_years = sorted({one.academic_year for one in held if year - LOOK_BACK_YEARS <= one.academic_year < year})
    for earlier in reversed(earlier_years):
        if (procedure, earlier) in incomparable_years():
            continue
        before = {one.subject_id: one for one in held if one.academic_year == earlier}
        shared = [key for key in now if key in before and _is_same_scale(now[key], before[key], scales)]
        if shared:
            scale = _scale_of(now[shared[0]], scales)
            return Pair(
                year,
                earlier,
                tuple(now[key].pk for key in shared),
                tuple(before[key].pk for key in shared),
                _first_level(now[shared[0]], scale),
            )
    return Incomparable(f"до {written} учебного года нет года, с которым можно сравнить", is_held=True)


def from_level(assessment: Assessment) -> int | None:
    """Return from which level on, counted from 1, a pupil has reached the bar; None where there are no levels."""
    scales = MarkScale.objects.filter(procedure=assessment.procedure_id, grade=assessment.grade)
    return _first_level(assessment, _scale_of(assessment, list(scales)))


def _first_level(assessment: Assessment, scale: MarkScale | None) -> int | None:
    if assessment.procedure.measure != MeasureKind.LEVELS:
        return None
    basic = scale.basic_level if scale is not None else None
    return 2 if basic is None else basic + 1


def _scale_of(assessment: Assessment, scales: Collection[MarkScale]) -> MarkScale | None:
    fitting = [
        scale
        for scale in scales
        if scale.subject_id == assessment.subject_id
        and scale.from_year <= assessment.academic_year
        and (scale.to_year is None or assessment.academic_year <= scale.to_year)
    ]
    return max(fitting, key=lambda scale: scale.from_year, default=None)


def _is_same_scale(now: Assessment, before: Assessment, scales: Collection[MarkScale]) -> bool:
    measure = now.procedure.measure
    first, second = _scale_of(now, scales), _scale_of(before, scales)
    if measure == MeasureKind.MARKS or first is None or second is None:
        return True
    if measure == MeasureKind.SCORE:
        return first.passing_score == second.passing_score
    return (first.levels, first.basic_level) == (second.levels, second.basic_level)
