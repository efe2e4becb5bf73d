"""What an identification reads: every school with its sums and passports, in three statements over the whole region."""

import hashlib
import json
from collections import defaultdict
from datetime import date
from fractions import Fraction

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from common.years import last_day
from monitoring.identification.method import Method
from monitoring.identification.region import Passport, Region, School, SchoolYearResult, region_of
from monitoring.models import SchoolResult
from monitoring.selectors.results import with_journal
from schools.enums import Kind, SchoolType
from schools.models import SchoolYear, Unit

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
"""Figures of the social passport that a method may name."""


def identified_units(region: Unit, academic_year: int) -> QuerySet[Unit]:
    """Return the schools below a unit that worked at the end of an academic year."""
    day: date = last_day(academic_year)
    return Unit.objects.of_kind(Kind.SCHOOL).within(region).open_on(day)


def region_input(region: Unit, method: Method, academic_year: int) -> Region:
    """Gather what the method looks at: the newest year and as many before it as the method needs."""
    first = academic_year - method.years_back
    attributes = dict(
        identified_units(region, academic_year)
        .order_by("code")
        .values_list("code", Coalesce("school__type", Value(SchoolType.ORDINARY.value)))
    )
    results = _results(region, first, academic_year, method)
    passports = _passports(region, first, academic_year) if method.conditions else {}
    return region_of(
        School(code, frozenset([type_]), tuple(results.get(code, ())), tuple(passports.get(code, ())))
        for code, type_ in attributes.items()
    )


_RESULT = (
    "unit__code",
    "assessment__procedure__name",
    "assessment__subject__name",
    "assessment__grade",
    "assessment__academic_year",
    "n",
    "failed",
    "score_sum",
    "max_score",
    "journal_raised",
)


def _results(region: Unit, first: int, last: int, method: Method) -> dict[str, list[SchoolYearResult]]:
    wanted = Q()
    for procedure in method.results.procedures:
        wanted |= Q(
            assessment__procedure__name=procedure.procedure,
            assessment__subject__name__in=procedure.subjects,
            assessment__grade=procedure.grade,
        )
    years = Q(assessment__academic_year__range=(first, last))
    rows = SchoolResult.objects.within(region).filter(
        wanted, years, is_current=True, failed__isnull=False, assessment__procedure__owner=None
    )
    found: dict[str, list[SchoolYearResult]] = defaultdict(list)
    for code, procedure, subject, grade, year, n, failed, score_sum, max_score, raised in (
        with_journal(rows).order_by("assessment_id", "unit_id").values_list(*_RESULT).iterator(5000)
    ):
        found[code].append(
            SchoolYearResult(
                procedure,
                subject,
                grade,
                year,
                n,
                failed,
                Fraction(100 * score_sum, n * max_score) if score_sum is not None and max_score and n else None,
                _is_not_objective(raised, n, method.raised_limit),
            )
        )
    return found


def _is_not_objective(raised: int | None, n: int, limit: Fraction | None) -> bool:
    if limit is None or raised is None or not n:
        return False
    return raised * limit.denominator >= limit.numerator * n


def _passports(region: Unit, first: int, last: int) -> dict[str, list[Passport]]:
    rows = (
        SchoolYear.objects.within(region)
        .filter(academic_year__range=(first, last))
        .order_by("unit_id", "academic_year")
        .values_list("unit__code", "academic_year", *FIGURES)
    )
    found: dict[str, list[Passport]] = defaultdict(list)
    for code, year, *figures in rows.iterator(5000):
        known = {name: value for name, value in zip(FIGURES, figures, strict=True) if value is not None}
        found[code].append(Passport(year, known))
    return found


def input_hash(region: Region, parameters: object, academic_year: int) -> str:
    """Return one hash of everything a run looked at, so that a repeated run can be told to rest on the same data."""
    digest = hashlib.sha256()
    head = {"academic_year": academic_year, "parameters": parameters}
    digest.update(json.dumps(head, sort_keys=True, ensure_ascii=False, default=str).encode())
    for school in sorted(region.schools, key=lambda one: one.code):
        line = [
            school.code,
            sorted(school.attributes),
            sorted(
                (r.procedure, r.subject, r.grade, r.academic_year, r.n, r.failed, str(r.score_percent), r.not_objective)
                for r in school.results
            ),
            sorted((p.academic_year, sorted((k, str(v)) for k, v in p.figures.items())) for p in school.passports),
        ]
        digest.update(json.dumps(line, ensure_ascii=False).encode())
    return digest.hexdigest()
