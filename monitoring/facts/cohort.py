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


def _approved_lists(basis: Basis) -> QuerySet[SchoolList]:
    return SchoolList.objects.filter(cohort_year=basis.cohort_year, state=ListState.APPROVED)


def _approved(basis: Basis, **_params: Any) -> Cause | None:
    if _approved_lists(basis).exists():
        return None
    return Cause(f"список школ осени {basis.cohort_year} года не утверждён", ValueStatus.NOT_SUBMITTED)


def _cohort(name: str, title: str, aliases: tuple[str, ...], *categories: Category) -> None:
    """Register who stands on the approved list in any of these categories as a fact."""

    def listed_in(basis: Basis) -> QuerySet[ListEntry]:
        named = Q(categories__overlap=[str(category) for category in categories])
        return ListEntry.objects.filter(named, school_list__in=_approved_lists(basis))

    @fact(
        name,
        of=Kind.SCHOOL,
        title=title,
        measure=Measure.FLAG,
        aliases=aliases,
        availability=_approved,
        source=LIST,
        those=lambda basis: listed_in(basis).values_list("unit").distinct(),
    )
    def on_the_list(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
        approved = _approved_lists(basis)
        entry = listed_in(basis).filter(unit=OuterRef("pk"))
        # Before the list is approved nobody is known to be off it.
        listed = Case(
            When(Exists(entry), then=Value(1)),
            When(Exists(approved), then=Value(0)),
            default=None,
            output_field=IntegerField(),
        )
        return (Unit.objects.all() if units is None else units).values_list("pk", listed)


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
