"""Running an identification: read the region, apply the method, freeze what was found with a hash of what was read."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.bulk_work import without_collection
from common.progress import Progress, no_progress
from common.years import format_academic_year
from jobs.models import Job
from monitoring.identification.findings import Finding as Found
from monitoring.identification.findings import Verdict
from monitoring.identification.identify import identify
from monitoring.identification.method import Method, read_method
from monitoring.identification.trace import trace_as_json
from monitoring.models import Finding, IdentificationRun, MethodologyEdition
from monitoring.selectors.identification_input import identified_units, input_hash, region_input
from monitoring.services.recommendations import issue_recommendations
from schools.access import require
from schools.models import Unit

_BATCH = 500


class NoSchools(Exception):
    """There is nobody to identify."""


class NoResults(Exception):
    """No procedure of the method has results in the years it looks at."""


@without_collection()
def run_identification(
    *,
    academic_year: int,
    edition: MethodologyEdition,
    region: Unit,
    actor: User,
    now: datetime,
    progress: Progress = no_progress,
    job: Job | None = None,
    guard: Callable[[], None] = lambda: None,
) -> IdentificationRun:
    """
    Identify every school below a unit by one edition of a method. `academic_year` is the newest year of results.

    `guard` is called in the final transaction and raises where somebody else does this work by now.

    :raises NoSchools: if no school worked in that year
    :raises NoResults: if the method's procedures have no results in its years
    """
    require(actor, Permission.IDENTIFICATION_RUN, at=region)
    progress(0, 4, "Чтение результатов и паспортов")
    method = read_method(edition.parameters)
    read = region_input(region, method, academic_year)
    if not read.schools:
        raise NoSchools(
            f"В {format_academic_year(academic_year)} учебном году нет ни одной школы: загрузите реестр школ."
        )
    if not any(school.results for school in read.schools):
        raise NoResults(
            f"За {format_academic_year(academic_year)} и предыдущие годы нет результатов процедур методики: "
            "загрузите файлы результатов."
        )
    progress(1, 4, "Применение методики")
    found = identify(read, method, academic_year)
    progress(2, 4, "Запись выводов по школам")
    with transaction.atomic():
        guard()
        run = IdentificationRun.objects.create(
            edition=edition,
            academic_year=academic_year,
            unit=region,
            input_hash=input_hash(read, edition.parameters, academic_year),
            schools=len(read.schools),
            run_by=actor,
            run_at=now,
            job=job,
        )
        findings = _save_findings(run, found, method)
        progress(3, 4, "Рекомендации")
        issue_recommendations(run=run, findings=findings, actor=actor, now=now)
        record(
            actor=actor,
            action="identification.run",
            target=run,
            now=now,
            after={"edition": str(edition), "academic_year": academic_year, "schools": run.schools},
        )
    progress(4, 4, "Готово")
    return run


def _save_findings(run: IdentificationRun, found: Mapping[str, Found], method: Method) -> list[Finding]:
    keys = dict(identified_units(run.unit, run.academic_year).values_list("code", "pk"))
    return Finding.objects.bulk_create(
        (
            Finding(
                run=run,
                unit_id=keys[code],
                categories=[str(category) for category in one.categories],
                trace=trace_as_json(one, method),
                low_count=sum(
                    entry.verdict is Verdict.LOW and entry.academic_year == run.academic_year for entry in one.trace
                ),
                excluded_as=one.excluded_as or "",
                results_index=_decimal(one.results.value if one.results else None),
                conditions_index=_decimal(one.conditions.value if one.conditions else None),
            )
            for code, one in found.items()
        ),
        batch_size=_BATCH,
    )


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else round(Decimal(value), 3)
