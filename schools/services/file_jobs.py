"""
A file about schools in the browser: handed in, read by a worker, shown, then taken or dropped.

Reading is this app's own work. Taking is declared here by its name only: indicators, one of the floors above, plug the
handler, because they leave the note by which numbers are recalculated.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common import spool
from jobs import registry
from jobs.enums import Queue, UploadState
from jobs.models import Job, Upload
from jobs.registry import JobRefused, Progress, Remedy
from jobs.services.orders import order_job
from jobs.services.running import fence
from jobs.services.uploads import erase_upload, keep_spooled, store_upload
from schools.access import NotAllowed, appointments_of, held
from schools.services.files import FileRefused, Plan, SchoolFile, read_file, sentence
from schools.services.membership_import import import_memberships
from schools.services.passports import import_passports
from schools.services.register_import import import_register
from schools.services.registry import UnitRefused

READ_KIND = "schools.read_file"
TAKE_KIND = "schools.take_file"
MENDED_FILE = Remedy("Загрузить исправленный файл", ("schools:import",))  # of a refused file no bytes are kept
SHOWN = 300  # lines of each sort that a preview keeps
IMPORTERS = {"register": import_register, "passports": import_passports, "memberships": import_memberships}
NEEDED = (Permission.UNIT_EDIT, Permission.PASSPORT_EDIT)


class NothingWaits(Exception):
    """The file was taken, dropped or refused already; the message is for the person."""


def register_jobs() -> None:
    """Declare the reading."""
    registry.register(READ_KIND, title="Чтение файла о школах", queue=Queue.SHORT, handler=read_ordered)


def hand_in_file(
    *, name: str, content: Iterable[bytes] | spool.Spooled, year: int | None, actor: User, now: datetime
) -> Job:
    """
    Store a file encrypted and order its reading.

    :raises NotAllowed: if the person keeps neither the register nor passports anywhere
    """
    places = [one.unit for one in appointments_of(actor)]
    if not actor.is_system and not any(held(actor, at=unit) & set(NEEDED) for unit in places):
        raise NotAllowed("Нет права загружать реестр школ или паспорта.")
    if isinstance(content, spool.Spooled):
        upload = keep_spooled(name=name, spooled=content, actor=actor, now=now)
    else:
        upload = store_upload(name=name, pieces=content, actor=actor, now=now)
    payload = {"upload": str(upload.pk), "year": year}
    return order_job(kind=READ_KIND, payload=payload, actor=actor, now=now, title=f"Чтение файла «{name}»"[:300])


def read_ordered(job: Job, progress: Progress) -> dict[str, Any]:
    """Read a file and say what it would do; of one that cannot be taken the bytes are erased."""
    upload = Upload.objects.get(pk=job.payload["upload"])
    progress(0, 0, "файл читается")
    try:
        file = read_file(upload=upload, year=job.payload["year"])
        progress(0, 0, "сверяется с реестром")
        plan = planned(file, upload, job.ordered_by)
    except (FileRefused, UnitRefused, NotAllowed) as refused:
        erase_upload(upload, state=UploadState.REFUSED)
        raise JobRefused(str(refused), remedy=MENDED_FILE) from refused
    with transaction.atomic():
        fence(job)
        if plan.problems_total or plan.is_empty:
            state = UploadState.REFUSED if plan.problems_total else UploadState.PARSED
            erase_upload(upload, state=state)
    return {"text": sentence(plan), "page": ["schools:import-preview", str(job.pk)], "plan": kept(plan)}


def planned(file: SchoolFile, upload: Upload, actor: User) -> Plan:
    """Say what a file would do."""
    return IMPORTERS[file.kind](file=file, upload=upload, actor=actor, now=timezone.now(), apply=False)


def kept(plan: Plan) -> dict[str, Any]:
    """Return a plan as a preview keeps it: all the numbers, and the first lines of each sort."""
    lines = {name: getattr(plan, name) for name in ("opened", "added", "changed")}
    return {
        "kind": plan.kind,
        "academic_year": plan.academic_year,
        "left": plan.left,
        "problems": plan.problems,
        "problems_total": plan.problems_total,
        "warnings": plan.warnings,
        "counts": {name: len(each) for name, each in lines.items()},
        **{name: [asdict(line) for line in each[:SHOWN]] for name, each in lines.items()},
    }


def upload_of(job: Job) -> Upload:
    """Return the file that a reading was about."""
    return Upload.objects.get(pk=job.payload["upload"])


@transaction.atomic
def order_taking(*, job: Job, actor: User, now: datetime) -> Job:
    """
    Order that a file which was read be written, whole.

    :raises NothingWaits: if it is no longer there to be taken
    """
    upload = _waiting(job, actor)
    payload = {"upload": str(upload.pk), "year": job.payload["year"], "kind": job.result["plan"]["kind"]}
    title = f"Запись файла «{upload.name}»"[:300]
    dedupe_key = f"{TAKE_KIND}:{upload.pk}"
    return order_job(kind=TAKE_KIND, payload=payload, actor=actor, now=now, title=title, dedupe_key=dedupe_key)


@transaction.atomic
def drop_file(*, job: Job, actor: User, now: datetime) -> None:
    """Forget a file that was read and is not wanted. :raises NothingWaits: if it is no longer there."""
    upload = _waiting(job, actor)
    erase_upload(upload)
    record(actor=actor, action="school_file.dropped", target=upload, now=now)


def _waiting(job: Job, actor: User) -> Upload:
    if job.ordered_by_id != actor.pk:
        raise NotAllowed("Файл загружен не вами.")
    upload = Upload.objects.select_for_update().get(pk=job.payload["upload"])
    if upload.state != UploadState.STORED:
        raise NothingWaits(f"Файл «{upload.name}» уже {upload.get_state_display()}: загрузите его ещё раз.")
    return upload
