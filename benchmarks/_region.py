"""
A region for the benchmarks that read: about a thousand schools with four years of results and passports.

Drawn like the demonstration but written straight into the tables, in seconds; whatever is read out of it is made by
the services of the portal: identification, lists, programme, values. It stands in a database of its own.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from accounts.services.people import system_user
from demo.generation.calendar import Sitting, ege_sittings, oge_sittings, vpr_sittings
from demo.generation.passports import passport_rows
from demo.generation.places import catalogue_places
from demo.generation.results import mark_counts, test_scores
from demo.generation.schools import DrawnSchool, draw_schools
from indicators.services.documents import Order
from jobs.models import Upload
from monitoring.catalogue.method_files import method_files
from monitoring.enums import LoadState, Source
from monitoring.models import Assessment, Load, MethodologyEdition, Procedure, SchoolResult, Subject
from monitoring.services.identification import run_identification
from monitoring.services.identification_lists import approve_list, draft_list
from monitoring.services.identification_methods import load_methods
from schools.enums import Kind, Locality, SchoolLevel, SchoolType
from schools.models import SchoolYear, Unit
from schools.services.registry import NewUnit, SchoolDetails, open_units

YEARS = (2018, 2019, 2020, 2021)
MINIMUM = {"Русский язык": (24, 64.0, 16.0), "Математика профильная": (27, 51.0, 17.0)}
LABELS = {label: value for kind in (SchoolLevel, Locality, SchoolType) for value, label in kind.choices}
FIGURES = (
    "pupils",
    "parents_higher_education",
    "single_parent",
    "low_income",
    "parents_unemployed",
    "on_record",
    "russian_not_native",
    "special_needs",
    "teachers",
    "narrow_specialists",
    "distance_km",
)


def draw_region() -> Unit:
    """Draw the region, identify its schools in two autumns, load the programme and compute its values."""
    actor, now = system_user(), timezone.now()
    call_command("load_territory", verbosity=0)
    call_command("load_procedures", verbosity=0)
    schools = draw_schools(catalogue_places())
    units = _open(schools, actor, now)
    _passports(schools, units, actor, now)
    _results(schools, units, actor, now)
    load_methods(written=method_files(), actor=actor, now=now)
    region = Unit.objects.get(kind=Kind.REGION)
    for year in YEARS[1:3]:
        _identify(region, year, actor, now)
    call_command("load_programme", "rppko-2020-2022", verbosity=0)
    for year in ("2020", "2021", "2022"):
        call_command("recalculate_indicators", year=int(year), all=False, verbosity=0)
    return region


def _open(schools: Sequence[DrawnSchool], actor: User, now: datetime) -> dict[str, Unit]:
    places = {unit.code: unit for unit in Unit.objects.of_kind(Kind.MUNICIPALITY)}
    new = [
        NewUnit(
            kind=Kind.SCHOOL,
            code=one.code,
            name=one.full_name,
            short_name=one.short_name,
            parent=places[one.place.code],
            school=SchoolDetails(
                level=LABELS[one.level],
                locality=LABELS[one.locality],
                type=LABELS[one.type],
                fisoko_login=one.login,
                inn=one.inn,
            ),
        )
        for one in schools
    ]
    return {unit.code: unit for unit in open_units(new=new, actor=actor, now=now)}


def _passports(schools: Sequence[DrawnSchool], units: dict[str, Unit], actor: User, now: datetime) -> None:
    rows = [
        SchoolYear(
            unit=units[code],
            academic_year=year,
            source="социальный паспорт.xlsx",
            entered_by=actor,
            entered_at=now,
            **dict(zip(FIGURES, figures, strict=True)),
        )
        for year in YEARS
        for code, _name, *figures in passport_rows(schools, year)
    ]
    SchoolYear.objects.bulk_create(rows, batch_size=1000)


def _results(schools: Sequence[DrawnSchool], units: dict[str, Unit], actor: User, now: datetime) -> None:
    region = Unit.objects.get(kind=Kind.REGION)
    for year in YEARS:
        for sitting in [*vpr_sittings(year), *oge_sittings(year), *ege_sittings(year)]:
            if sitting.cohort == "autumn":
                continue
            name = f"{sitting.procedure} {sitting.subject} {sitting.grade} {year + 1}.xlsx"
            upload = Upload.objects.create(name=name, size=1, sha256="0" * 64, uploaded_by=actor, uploaded_at=now)
            load = Load.objects.create(
                upload=upload, unit=region, layout="drawn", state=LoadState.IN_FORCE, loaded_by=actor, created_at=now,
                accepted_at=now,
            )  # fmt: skip
            assessment = Assessment.objects.create(
                procedure=Procedure.objects.get(name=sitting.procedure),
                subject=Subject.objects.get(name=sitting.subject),
                grade=sitting.grade,
                academic_year=year,
            )
            common = {"assessment": assessment, "load": load, "source": Source.ROWS, "is_current": True}
            SchoolResult.objects.bulk_create(
                SchoolResult(unit=units[school.code], **common, **figures)
                for school, figures in _figures(schools, sitting)
                if figures["n"]
            )


def _figures(schools: Sequence[DrawnSchool], sitting: Sitting) -> Iterator[tuple[DrawnSchool, dict[str, object]]]:
    if sitting.procedure == "ЕГЭ" and sitting.subject in MINIMUM:
        lowest, mean, spread = MINIMUM[sitting.subject]
        for school, scores in zip(schools, test_scores(schools, sitting, mean, spread), strict=True):
            failed = int((scores < lowest).sum())
            yield school, {"n": len(scores), "failed": failed, "score_sum": int(scores.sum()), "max_score": 100}
        return
    for school, marks in zip(schools, mark_counts(schools, sitting).tolist(), strict=True):
        total = 20 * sum(count * mark for count, mark in zip(marks, (6, 11, 16, 19), strict=True)) // 20
        yield school, {"n": sum(marks), "failed": marks[0], "marks": marks, "score_sum": total, "max_score": 20}


def _identify(region: Unit, year: int, actor: User, now: datetime) -> None:
    edition = MethodologyEdition.objects.get(methodology__code="integral", is_current=True)
    run = run_identification(academic_year=year, edition=edition, region=region, actor=actor, now=now)
    order = Order(f"{year + 1}-11-05", date(year + 1, 11, 1))
    approve_list(school_list=draft_list(run=run, actor=actor, now=now), order=order, actor=actor, now=now)
