"""Whether a school takes part in a project: a condition of formulas, true of any day of the period."""

from __future__ import annotations

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from indicators.facts.registry import Basis, Measure, Parameter, fact
from schools.enums import Kind
from schools.models import Membership, Project, School, Unit

IN_PROJECT = "участвует_в_проекте"


def _projects() -> dict[str, str]:
    """Every word by which a project is called, with its marks and without them."""
    return {
        word: project.code
        for project in Project.objects.all()
        for word in (*project.keys, project.code, project.name, project.short_name, project.short_name.strip("«»"))
    }


@fact(
    IN_PROJECT,
    of=Kind.SCHOOL,
    title="Школа участвует в проекте или имеет инфраструктуру",
    measure=Measure.FLAG,
    aliases=("участвуют_в_проекте", "in_project"),
    parameters=(Parameter("проект", "project", "название проекта из справочника", choices=_projects),),
    source="реестр организаций",
)
def in_project(basis: Basis, units: QuerySet[Unit] | None = None, *, project: str) -> QuerySet:
    """1 where the school belongs to the project on any day of the period."""
    schools = School.objects.all() if units is None else School.objects.filter(unit__in=units)
    there = Membership.objects.filter(
        Q(until=None) | Q(until__gte=basis.period.starts_on),
        unit=OuterRef("pk"),
        project__code=project,
        since__lte=basis.period.ends_on,
    )
    return schools.values_list("unit_id", Cast(Exists(there), IntegerField()))
