"""Identification as long work: ordered on a page, by the API or by the command, done by a worker, done once."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.russian import counted
from common.years import format_academic_year
from jobs import registry
from jobs.enums import Queue
from jobs.models import Job
from jobs.registry import JobRefused, Progress
from jobs.services.orders import order_job
from jobs.services.running import fence
from monitoring.identification.method import MethodError
from monitoring.models import IdentificationRun, MethodologyEdition
from monitoring.services.identification import NoResults, NoSchools, run_identification
from schools.access import NotAllowed, require
from schools.models import Unit

JOB_KIND = "monitoring.identify"


def register_jobs() -> None:
    """Declare them."""
    registry.register(JOB_KIND, title="Идентификация школ", queue=Queue.LONG, handler=identification)


def order_identification(
    *, academic_year: int, edition: MethodologyEdition, region: Unit, actor: User, now: datetime
) -> Job:
    """
    Order an identification of the schools below a unit. One that waits or runs already is returned instead.

    :raises NotAllowed: if the actor may not identify there
    """
    require(actor, Permission.IDENTIFICATION_RUN, at=region)
    return order_job(
        kind=JOB_KIND,
        payload={"academic_year": academic_year, "edition": edition.pk, "unit": region.pk},
        actor=actor,
        now=now,
        title=f"Идентификация школ по {format_academic_year(academic_year)} году: {edition}"[:300],
        dedupe_key=f"identify:{region.pk}:{edition.pk}:{academic_year}",
    )


def identification(job: Job, progress: Progress) -> dict[str, Any]:
    """Do the work, unless an attempt before has written its run and died. :raises JobRefused: with what is to mend."""
    run = IdentificationRun.objects.filter(job=job).first() or _run(job, progress)
    return {
        "page": ["monitoring:run", run.pk],
        "text": f"Расчёт № {run.pk}: {counted(run.schools, 'школа', 'школы', 'школ')}.",
        "run": run.pk,
    }


def _run(job: Job, progress: Progress) -> IdentificationRun:
    try:
        return run_identification(
            academic_year=job.payload["academic_year"],
            edition=MethodologyEdition.objects.select_related("methodology").get(pk=job.payload["edition"]),
            region=Unit.objects.get(pk=job.payload["unit"]),
            actor=job.ordered_by,
            now=timezone.now(),
            progress=progress,
            job=job,
            guard=lambda: fence(job),
        )
    except (NoSchools, NoResults, MethodError, NotAllowed) as refused:
        raise JobRefused(str(refused)) from refused
