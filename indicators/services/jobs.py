"""The kinds of long work of this app, as the queue calls them."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from indicators.models import RecalculationRun
from indicators.selectors.run_journal import JOB_KIND, PART_KIND
from indicators.services.checking import CHECKING_KIND, run_checks
from indicators.services.long_runs import do_parts
from indicators.services.recalculation import fulfil_requests
from indicators.services.school_files import take_school_file
from jobs import registry
from jobs.enums import Queue
from jobs.models import Job, Upload
from jobs.registry import JobRefused, Progress, Unfinished
from jobs.services.running import fence
from schools.access import NotAllowed
from schools.services.file_jobs import MENDED_FILE, TAKE_KIND
from schools.services.files import FileRefused, read_file, sentence
from schools.services.registry import UnitRefused

# What is due is taken up again by the sweep, whoever ordered it (services.sweeping).
STILL_DUE = Unfinished(
    failed="Прежние значения на месте, портал повторит её сам; если не кончится и тогда — сообщите администратору "
    "портала.",
    cancelled="Пересчёт всё ещё нужен: портал возьмётся за него сам.",
)
REST_IS_DUE = Unfinished(
    failed="Посчитанное не пропало, остальное портал повторит сам; если не кончится и тогда — сообщите администратору "
    "портала.",
    cancelled="Посчитанное не пропало, за остальное портал возьмётся сам.",
)


def register_jobs() -> None:
    """Declare them."""
    registry.register(TAKE_KIND, title="Запись файла о школах", queue=Queue.SHORT, handler=taking)
    registry.register(CHECKING_KIND, title="Проверка определений", queue=Queue.SHORT, handler=checking)
    registry.register(
        JOB_KIND, title="Пересчёт показателей", queue=Queue.SHORT, handler=recalculation, unfinished=STILL_DUE
    )
    registry.register(
        PART_KIND, title="Долгий пересчёт показателей", queue=Queue.LONG, handler=parts, unfinished=REST_IS_DUE
    )


def recalculation(job: Job, progress: Progress) -> dict[str, Any]:
    """Fulfil every note that waits, this job's and others'."""
    return fulfil_requests(clock=timezone.now, progress=progress)


def checking(job: Job, progress: Progress) -> dict[str, Any]:
    """Put every check to everything that is defined and computed."""
    run = run_checks(actor=job.ordered_by, clock=timezone.now, progress=progress)
    return {"text": f"Найдено: {sum(run.counts.values())}.", "page": ["indicators:checks"]}


def parts(job: Job, progress: Progress) -> dict[str, Any]:
    """Do parts of a long run, beside whoever else does."""
    run = RecalculationRun.objects.get(pk=job.payload["run"])
    return {"parts": do_parts(run, clock=timezone.now, progress=progress)}


def taking(job: Job, progress: Progress) -> dict[str, Any]:
    """Write a file about schools that somebody has looked at; what it needs is found out anew."""
    upload = Upload.objects.get(pk=job.payload["upload"])
    progress(0, 0, "файл читается")
    try:
        file = read_file(upload=upload, kind=job.payload["kind"], year=job.payload["year"])
        progress(0, 0, "записывается")
        with transaction.atomic():
            fence(job)
            plan = take_school_file(file=file, upload=upload, actor=job.ordered_by, now=timezone.now())
    except (FileRefused, UnitRefused) as refused:
        raise JobRefused(str(refused), remedy=MENDED_FILE) from refused
    except NotAllowed as refused:
        raise JobRefused(str(refused)) from refused
    return {"text": sentence(plan, is_done=True), "page": ["schools:school-list"]}
