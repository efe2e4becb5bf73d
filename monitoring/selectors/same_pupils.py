"""
Which two works show the same pupils, and by what they may be compared.

The works are of procedures with one keeper of lasting codes, in one subject, and as many years apart as grades: who
wrote in grade 4 in 2018/19 is in grade 6 in 2020/21. Compared are marks with marks, levels with levels of the same
names, scores with scores out of the same maximum with the same minimum.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from common.years import format_academic_year
from monitoring.catalogue.comparability import incomparable_years
from monitoring.enums import LoadState, MeasureKind
from monitoring.models import Assessment, AssessmentLoad, SamePupils, SchoolResult
from monitoring.selectors.comparison import with_scale
from schools.models import Unit


@dataclass(frozen=True, slots=True)
class PupilPair:
    """A later work and an earlier one of the same pupils. Without a measure they cannot be compared, for a reason."""

    now: Assessment
    before: Assessment
    measure: MeasureKind | None
    reason: str = ""


def pairs_with(assessments: Collection[int]) -> list[PupilPair]:
    """Return the pairs that any of the assessments is one of, in the order of their keys."""
    asked = with_lasting_codes().filter(pk__in=assessments)
    kinships = {(one.holder, one.subject_id) for one in asked}
    kin = Q(pk__in=[])
    for holder, subject in kinships:
        kin |= Q(holder=holder, subject=subject)
    found = list(with_lasting_codes().filter(kin).order_by("pk"))
    return [
        pair_of(now, before)
        for now in found
        for before in found
        if _are_of_same_pupils(now, before) and {now.pk, before.pk} & {*assessments}
    ]


def with_lasting_codes() -> QuerySet[Assessment]:
    """Return the works of procedures with lasting codes, each with its scale and its `holder` of the codes."""
    held = Assessment.objects.exclude(procedure__codes_document=None)
    held = held.annotate(holder=Coalesce("procedure__codes_of", "procedure"))
    return with_scale(held.select_related("procedure__codes_of", "subject"))


def _are_of_same_pupils(now: Assessment, before: Assessment) -> bool:
    later = now.academic_year - before.academic_year
    return (now.holder, now.subject_id) == (before.holder, before.subject_id) and 0 < later == now.grade - before.grade


def pair_of(now: Assessment, before: Assessment) -> PupilPair:
    """Say by what two works of the same pupils are compared, or why they are not; both come with their `scale`."""
    for one in (now, before):
        reason = incomparable_years().get((one.procedure.code, one.academic_year))
        if reason:
            return PupilPair(now, before, None, reason)
    measure, former = (_measure(one) for one in (now, before))
    if measure != former:
        return PupilPair(
            now, before, None, f"работы дают разное: {measure.label} и {former.label}, одно с другим не сравнивается"
        )
    if measure == MeasureKind.LEVELS and _levels(now) != _levels(before):
        return PupilPair(now, before, None, "уровни работ называются по-разному, подняться с одних на другие нельзя")
    if measure == MeasureKind.SCORE and not _are_on_one_scale(now, before):
        years = f"{format_academic_year(before.academic_year)} и {format_academic_year(now.academic_year)}"
        return PupilPair(now, before, None, f"баллы работ {years} учебных годов по разным шкалам и не сравниваются")
    return PupilPair(now, before, measure)


def _measure(one: Assessment) -> MeasureKind:
    of_scale = one.scale["measure"] if one.scale else ""
    return MeasureKind(of_scale or one.procedure.measure)


def _levels(one: Assessment) -> list[str]:
    named = one.scale["levels"] if one.scale else None
    return named or [names[0] for names in one.procedure.terms.get("levels", [])]


def _are_on_one_scale(now: Assessment, before: Assessment) -> bool:
    """Scores of a pupil are compared only where both norms are known and say the same."""
    if not now.scale or not before.scale or now.scale["max_score"] is None:
        return False
    return all(now.scale[name] == before.scale[name] for name in ("max_score", "passing_score"))


def marks_of_codes(assessments: Collection[int]) -> set[tuple[int, str]]:
    """Return by which keys pupils of each assessment are hashed in the loads that stand, as (assessment, mark)."""
    parts = AssessmentLoad.objects.filter(assessment__in=assessments, coded__gt=0)
    standing = parts.filter(load__state__in=[LoadState.IN_FORCE, LoadState.SUPERSEDED])
    return set(standing.values_list(F("assessment_id"), F("codes_mark")).distinct())


def sums_of_pairs(pairs: Collection[tuple[int, int]], unit_ids: Collection[int]) -> QuerySet[SamePupils]:
    """Return the sums of schools for pairs of works (later, earlier), each with the key of its `result` of today."""
    asked = Q(pk__in=[])
    for now, before in pairs:
        asked |= Q(assessment=now, before=before)
    return shown_with_works(SamePupils.objects.filter(asked, unit__in=unit_ids))


def same_pupils_of(unit: Unit) -> QuerySet[SamePupils]:
    """Return what became of the same pupils of a school in every work that has an earlier one, the newest first."""
    return shown_with_works(SamePupils.objects.filter(unit=unit))


def shown_with_works(rows: QuerySet[SamePupils]) -> QuerySet[SamePupils]:
    """Add what is told of both works, and the key of the school's `result` in the later one."""
    results = SchoolResult.objects.filter(assessment=OuterRef("assessment"), unit=OuterRef("unit"), is_current=True)
    told = ("assessment__procedure", "assessment__subject", "before__procedure")
    rows = rows.select_related(*told).annotate(result=Subquery(results.values("pk")[:1]))
    return rows.order_by("-assessment__academic_year", "assessment__subject__name", "-before__grade", "pk")
