"""What stands beside a finding: the school's other years, schools that are alike and cope, the results of today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Abs

from monitoring.enums import Category, ListState
from monitoring.identification.method import Method
from monitoring.models import Finding, SchoolList, SchoolResult
from monitoring.selectors.explanation import Row

ALIKE_WITHIN = Decimal(5)  # points of the index of conditions
ALIKE_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Year:
    """What one year's run and list said of a school."""

    academic_year: int
    finding: Finding | None
    listed: tuple[str, ...] | None  # None where no list of that autumn is approved


@dataclass(frozen=True, slots=True)
class Now:
    """The sums of one procedure as they are in force today, to be opened and to be told from those of the run."""

    keys: tuple[int, ...]
    n: int
    failed: int

    def is_other_than(self, row: Row) -> bool:
        """Whether newer results have come since the run."""
        return not row.pooled and (self.n, self.failed) != (row.n, row.failed)


def years_of(finding: Finding) -> list[Year]:
    """Return the school's newest run of each year by the same method, with how it stood on the approved list."""
    others = (
        Finding.objects.filter(unit=finding.unit_id, run__edition__methodology=finding.run.edition.methodology_id)
        .select_related("run")
        .defer("trace")
        .order_by("run__academic_year", "-run__run_at", "-run_id")
        .distinct("run__academic_year")
    )
    found = {one.run.academic_year: one for one in others} | {finding.run.academic_year: finding}
    lists = SchoolList.objects.filter(state=ListState.APPROVED, unit=finding.run.unit_id)
    mine = FilteredRelation("entries", condition=Q(entries__unit=finding.unit_id))
    rows = lists.annotate(mine=mine).values_list("cohort_year", "mine__categories")
    listed = {year: categories or [] for year, categories in rows}
    years = sorted({*found, *(year - 1 for year in listed)})
    return [Year(year, found.get(year), tuple(listed[year + 1]) if year + 1 in listed else None) for year in years]


def alike_and_coping(finding: Finding, *, own: QuerySet[Finding]) -> list[Finding]:
    """Return those of these findings, as placed, in the most similar conditions whose results are not low."""
    if finding.conditions_index is None:
        return []
    alike = own.filter(run=finding.run_id, conditions_index__isnull=False, results_index__isnull=False)
    alike = alike.exclude(pk=finding.pk).exclude(categories__contains=[Category.LOW_RESULTS])
    near = alike.annotate(distance=Abs(F("conditions_index") - finding.conditions_index))
    near = near.filter(distance__lte=ALIKE_WITHIN).select_related("unit").defer("trace")
    return list(near.order_by("distance", "-results_index", "pk")[:ALIKE_AT_MOST])


def results_now(unit_id: int, rows: Sequence[Row], method: Method) -> Mapping[tuple[str, str, int, int], Now]:
    """Return the sums in force by what a row names: procedure, subject, grade, academic year."""
    in_force = SchoolResult.objects.filter(
        unit=unit_id, is_current=True, assessment__academic_year__in={row.academic_year for row in rows}
    )
    sums = {
        (procedure, subject, grade, year): (key, n, failed)
        for key, procedure, subject, grade, year, n, failed in in_force.values_list(
            "pk",
            "assessment__procedure__name",
            "assessment__subject__name",
            "assessment__grade",
            "assessment__academic_year",
            "n",
            "failed",
        )
    }
    found = {}
    for row in rows:
        named = (row.procedure, row.subject, row.grade, row.academic_year)
        parts = [sums[key] for subject in _subjects(row, method) if (key := (*named[:1], subject, *named[2:])) in sums]
        if parts:
            found[named] = Now(
                tuple(key for key, _n, _failed in parts),
                sum(n for _key, n, _failed in parts),
                sum(failed or 0 for _key, _n, failed in parts),
            )
    return found


def _subjects(row: Row, method: Method) -> tuple[str, ...]:
    """Return the subjects that make up a row: a procedure may join several, as basic and profile mathematics."""
    for procedure in method.results.procedures:
        if (procedure.procedure, procedure.grade) == (row.procedure, row.grade) and row.subject in (
            procedure.title,
            *procedure.subjects,
        ):
            return procedure.subjects
    return (row.subject,)
