"""
Who is on the list approved by order for the autumn of the basis, never a computed one: what was not approved helps
nobody and owes nothing.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from indicators.enums import ValueStatus
from indicators.facts import Basis, Cause, Measure, fact
from monitoring.enums import Category, ListState
from monitoring.models import ListEntry, SchoolList
from schools.enums import Kind
from schools.models import Unit

LIST = "список школ, утверждённый приказом"


def _approved(basis: Basis, **_params: Any) -> Cause | None:
    if SchoolList.objects.filter(cohort_year=basis.cohort_year, state=ListState.APPROVED).exists():
        return None
    return Cause(f"список школ осени {basis.cohort_year} года не утверждён", ValueStatus.NOT_SUBMITTED)


def _cohort(name: str, title: str, aliases: tuple[str, ...], *categories: Category) -> None:
    """Register who stands on the approved list in any of these categories as a fact."""

    @fact(
        name,
        of=Kind.SCHOOL,
        title=title,
        measure=Measure.FLAG,
        aliases=aliases,
        availability=_approved,
        source=LIST,
    )
    def on_the_list(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
        schools = Unit.objects.of_kind(Kind.SCHOOL) if units is None else units.filter(kind=Kind.SCHOOL)
        approved = SchoolList.objects.filter(cohort_year=basis.cohort_year, state=ListState.APPROVED)
        entry = ListEntry.objects.filter(
            Q(categories__overlap=[str(category) for category in categories]),
            unit=OuterRef("pk"),
            school_list__in=approved,
        )
        # Before the list is approved nobody is known to be off it.
        listed = Case(
            When(Exists(entry), then=Value(1)),
            When(Exists(approved), then=Value(0)),
            default=None,
            output_field=IntegerField(),
        )
        return schools.values_list("pk", listed)


_cohort("шнро", "Школа с низкими результатами, по утверждённому списку", ("low_results",), Category.LOW_RESULTS)
_cohort(
    "шнсу",
    "Школа в неблагоприятных социальных условиях, по утверждённому списку",
    ("hard_conditions",),
    Category.HARD_CONDITIONS,
)
_cohort(
    "резильентная", "Резильентная школа, по утверждённому списку", ("резильентные", "resilient"), Category.RESILIENT
)
_cohort(
    "выявлена",
    "Школа из утверждённого списка (ШНРО или ШНСУ)",
    ("выявленные", "выявленных", "identified"),
    Category.LOW_RESULTS,
    Category.HARD_CONDITIONS,
)
