"""Identification of a thousand schools: both methods from the sums to the frozen run, and where the time goes."""

import random
from collections.abc import Iterator
from time import perf_counter

from django.utils import timezone

from benchmarks._programme_region import SCHOOLS, Region, build
from benchmarks._scratch import analyse, scratch_database
from benchmarks.figures import Figure, median_seconds
from monitoring.identification.identify import identify
from monitoring.identification.method import read_method
from monitoring.models import Finding, MethodologyEdition, SchoolResult
from monitoring.selectors.identification_input import input_hash, region_input
from monitoring.services.identification import run_identification
from schools.models import SchoolYear

YEAR, PASSPORT_YEARS = 2021, (2019, 2020, 2021)
FIGURES = {
    "parents_higher_education": 40, "single_parent": 40, "low_income": 60, "parents_unemployed": 20, "on_record": 5,
    "russian_not_native": 10, "special_needs": 10,
}  # fmt: skip


def measure() -> Iterator[Figure]:
    """Identify the schools of a region by the federal rule and by the integral one."""
    with scratch_database("identification"):
        region = build(timezone.now())
        _passports(region)
        analyse()
        results = SchoolResult.objects.count()
        for code, title in (("federal", "федеральное правило"), ("integral", "интегральные показатели")):
            edition = MethodologyEdition.objects.get(methodology__code=code, is_current=True)
            yield Figure(
                f"{title}: от сумм до замороженного расчёта с рекомендациями",
                median_seconds(lambda edition=edition: _run(region, edition), times=5),
                "с",
                2,
                note=f"школ {SCHOOLS}, сумм {results}",
            )
            yield from _parts(region, edition, title)
        assert Finding.objects.filter(run__academic_year=YEAR).exists()


def _run(region: Region, edition: MethodologyEdition) -> None:
    run = run_identification(
        academic_year=YEAR, edition=edition, region=region.unit, actor=region.actor, now=timezone.now()
    )
    assert run.schools == SCHOOLS


def _parts(region: Region, edition: MethodologyEdition, title: str) -> Iterator[Figure]:
    """Say where the time goes: reading, hashing, counting; the rest is writing."""
    method = read_method(edition.parameters)
    started = perf_counter()
    read = region_input(region.unit, method, YEAR)
    reading = perf_counter()
    input_hash(read, edition.parameters, YEAR)
    hashing = perf_counter()
    identify(read, method, YEAR)
    counting = perf_counter()
    yield Figure(f"{title}: чтение", reading - started, "с")
    yield Figure(f"{title}: отпечаток", hashing - reading, "с")
    yield Figure(f"{title}: применение методики", counting - hashing, "с")


def _passports(region: Region) -> None:
    dice = random.Random(2)
    rows = []
    for school in region.schools:
        pupils = int(dice.lognormvariate(5, 1)) + 1
        rows += [
            SchoolYear(
                unit=school,
                academic_year=year,
                pupils=pupils,
                teachers=pupils // 12 + 2,
                narrow_specialists=dice.randrange(4),
                distance_km=dice.randrange(300),
                entered_by=region.actor,
                entered_at=region.now,
                **{name: dice.randrange(max(1, pupils * share // 100) + 1) for name, share in FIGURES.items()},
            )
            for year in PASSPORT_YEARS
        ]
    SchoolYear.objects.bulk_create(rows, batch_size=1000)
