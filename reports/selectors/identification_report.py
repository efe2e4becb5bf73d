"""Everything that a report on an identification says, gathered as far as somebody may see it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from accounts.models import User
from accounts.permissions import Permission
from monitoring.enums import RecommendationState
from monitoring.identification.method import Method, read_method
from monitoring.models import IdentificationRun, Recommendation, SchoolResult
from reports.selectors.basis import NothingToReport, basis_for
from reports.selectors.cohorts import Cohort, FoundSchool, cohort
from reports.selectors.territory import PlacedSchool, placed_schools
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.geography import Geography

YEARS_SHOWN = 4


@dataclass(frozen=True)
class Advice:
    """One addressed recommendation: to whom, why, what, and what came of it."""

    unit_id: int
    unit: str
    is_to_school: bool
    municipality: str
    reason: str
    text: str
    state: str


@dataclass(frozen=True)
class SourceFile:
    """A file whose results are in force: which procedure, for how many of the schools, when it was accepted."""

    name: str
    sha256: str
    procedure: str
    academic_year: int
    schools: int
    accepted_at: datetime | None


@dataclass(frozen=True)
class IdentificationData:
    """An identification of one autumn in one territory."""

    unit: Unit
    year: int
    on: date
    method: Method
    cohort: Cohort
    before: Cohort | None
    places: Mapping[int, PlacedSchool]
    history: Mapping[int, Counter[str]]
    advice: Sequence[Advice]
    files: Sequence[SourceFile]

    @property
    def run(self) -> IdentificationRun:
        """The run that the report rests on."""
        return self.cohort.run

    @property
    def counts(self) -> Counter[str]:
        """The schools of the territory by category."""
        return self.cohort.counts(self.places)

    @property
    def schools(self) -> list[tuple[PlacedSchool, FoundSchool]]:
        """The schools of the territory that were looked at, in the order of the tables."""
        found = self.cohort.schools
        return [(place, found[key]) for key, place in self.places.items() if key in found]


def identification_data(*, user: User, unit: Unit, year: int, is_today: bool = False) -> IdentificationData:
    """
    Gather the identification of a programme year for a region, a district or a municipality.

    :raises NothingToReport: if nothing was identified for the year, or nothing of it may be seen
    """
    basis = basis_for(year)
    on = basis.on
    places = placed_schools(user=user, unit=unit, geography=Geography(on, is_today))
    found = cohort(user=user, unit=unit, year=basis.cohort_year, with_trace=True)
    if found is None or not any(key in found.schools for key in places):
        raise NothingToReport(
            f"{unit.short_name}: идентификация школ для {year} года программы не проведена. "
            "Проведите её (Мониторинг → Идентификация) или выберите другой год."
        )
    earlier = {back: cohort(user=user, unit=unit, year=basis.cohort_year - back) for back in range(1, YEARS_SHOWN)}
    history = {one.year: one.counts(places) for one in [found, *earlier.values()] if one is not None}
    method = read_method(found.run.edition.parameters)
    return IdentificationData(
        unit=unit,
        year=year,
        on=on,
        method=method,
        cohort=found,
        before=earlier[1],
        places=places,
        history=history,
        advice=_advice(user, unit, found.run, places),
        files=_files(user, places, method, found.run.academic_year),
    )


def _advice(user: User, unit: Unit, run: IdentificationRun, places: Mapping[int, PlacedSchool]) -> list[Advice]:
    municipalities = {place.municipality_id for place in places.values()}
    rows = (
        Recommendation.objects.visible_to(user, Permission.IDENTIFICATION_VIEW)
        .filter(run=run, unit__in=[*places, *(key for key in municipalities if key)])
        .select_related("unit")
        .order_by("unit__sort_key", "unit_id", "pk")
    )
    return [
        Advice(
            one.unit_id,
            one.unit.short_name,
            one.unit.kind == Kind.SCHOOL,
            places[one.unit_id].municipality if one.unit_id in places else one.unit.short_name,
            one.reason,
            one.text,
            RecommendationState(one.state).label,
        )
        for one in rows
    ]


def _files(user: User, places: Collection[int], method: Method, academic_year: int) -> list[SourceFile]:
    """Find the files whose results now are in force in the procedures and years of the method."""
    wanted = Q()
    for procedure in method.results.procedures:
        wanted |= Q(
            assessment__procedure__name=procedure.procedure,
            assessment__subject__name__in=procedure.subjects,
            assessment__grade=procedure.grade,
        )
    rows = (
        SchoolResult.objects.visible_to(user, Permission.RESULT_VIEW)
        .filter(
            wanted,
            is_current=True,
            unit__in=list(places),
            assessment__academic_year__range=(academic_year - method.years_back, academic_year),
        )
        .order_by("-assessment__academic_year", "assessment__procedure__name", "load__upload__name")
        .values_list(
            "load__upload__name",
            "load__upload__sha256",
            "assessment__procedure__name",
            "assessment__academic_year",
            "load__accepted_at",
        )
        .annotate(schools=Count("unit", distinct=True))
    )
    return [
        SourceFile(name, digest, procedure, year, schools, accepted)
        for name, digest, procedure, year, accepted, schools in rows
    ]
