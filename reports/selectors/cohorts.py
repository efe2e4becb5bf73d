"""What an autumn says of each school: by the list approved by order if there is one, else as the newest run found."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from accounts.models import User
from accounts.permissions import Permission
from monitoring.enums import Category, ListState
from monitoring.models import Finding, IdentificationRun, ListEntry, SchoolList
from schools.models import Unit

LISTED = (Category.LOW_RESULTS, Category.HARD_CONDITIONS, Category.RESILIENT)


@dataclass(frozen=True)
class FoundSchool:
    """One school: what was computed, what stands in force, why they differ, and the trace of the criteria."""

    unit_id: int
    computed: tuple[str, ...]
    categories: tuple[str, ...]
    reason: str = ""
    excluded_as: str = ""
    trace: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        """Whether the list says otherwise than was computed."""
        return listed(self.computed) != listed(self.categories)


@dataclass(frozen=True)
class Cohort:
    """An autumn: the list or the run, and what each school that somebody may see is called."""

    year: int
    run: IdentificationRun
    school_list: SchoolList | None
    schools: Mapping[int, FoundSchool]

    def counts(self, among: Collection[int]) -> Counter[str]:
        """Count some of its schools by category; a school of two categories counts in both and under «both»."""
        return count_schools(one for key, one in self.schools.items() if key in among)


def listed(categories: Iterable[str]) -> tuple[str, ...]:
    """Keep the categories that put a school on a list, in one order."""
    held = set(categories)
    return tuple(str(one) for one in LISTED if one in held)


def count_schools(schools: Iterable[FoundSchool]) -> Counter[str]:
    """
    Count schools by category and all of them.

    «both» is low results in hard conditions, «excluded» whom the method leaves out, «judged» whom it could judge,
    «none» those of no category.
    """
    counts: Counter[str] = Counter()
    for school in schools:
        held = set(school.categories)
        counts.update(held)
        counts["both"] += {Category.LOW_RESULTS, Category.HARD_CONDITIONS} <= held
        counts["excluded"] += bool(school.excluded_as)
        counts["none"] += not held and not school.excluded_as
        counts["judged"] += not school.excluded_as and Category.INSUFFICIENT_DATA not in held
        counts["all"] += 1
    return counts


def cohort(*, user: User, unit: Unit, year: int, with_trace: bool = False, only: Unit | None = None) -> Cohort | None:
    """
    Return what the autumn of a year says of the schools that somebody may see, or of one of them.

    None if nothing was identified for the unit or for what it is a part of.
    """
    above = unit.line
    school_list = (
        SchoolList.objects.filter(unit__in=above, cohort_year=year, state=ListState.APPROVED)
        .select_related("order", "approved_by", "signatory", "run__edition__methodology", "run__edition__document")
        .order_by("unit__path", "-approved_at")
        .first()
    )
    run = school_list.run if school_list else _newest_run(above, year - 1)
    if run is None:
        return None
    findings = Finding.objects.visible_to(user, Permission.IDENTIFICATION_VIEW).filter(run=run)
    if only is not None:
        findings = findings.filter(unit=only)
    fields = ("unit_id", "categories", "excluded_as", *(("trace",) if with_trace else ()))
    entries = _entries(school_list)
    schools = {}
    for key, computed, excluded_as, *trace in findings.values_list(*fields):
        found = FoundSchool(key, tuple(computed), tuple(computed), "", excluded_as, trace[0] if trace else {})
        schools[key] = found if school_list is None else _decided(found, *entries.get(key, ([], "")))
    return Cohort(year, run, school_list, schools)


def _newest_run(above: Collection[int], academic_year: int) -> IdentificationRun | None:
    return (
        IdentificationRun.objects.filter(unit__in=above, academic_year=academic_year)
        .select_related("edition__methodology", "edition__document")
        .order_by("unit__path", "-run_at", "-pk")
        .first()
    )


def _entries(school_list: SchoolList | None) -> dict[int, tuple[list[str], str]]:
    """Return what a list decided of each school; it is looked up for schools that somebody may see only."""
    if school_list is None:
        return {}
    rows = ListEntry.objects.filter(school_list=school_list)
    return {
        key: (categories, reason) for key, categories, reason in rows.values_list("unit_id", "categories", "reason")
    }


def _decided(found: FoundSchool, categories: Sequence[str], reason: str) -> FoundSchool:
    """Put the decision of an approved list in the place of what was computed; who is unjudged stays so."""
    kept = [one for one in found.computed if one == Category.INSUFFICIENT_DATA and not categories]
    return replace(found, categories=(*categories, *kept), reason=reason)
