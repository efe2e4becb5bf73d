"""
Reading a file of results: the spooled file goes to the confined child, which leaves anonymous rows and a summary.

Nothing is in force after reading. The rows wait in `DATA_DIR/staging`, and the load is shown for a decision
(`accepting`, `undoing`). The uploaded bytes are erased as soon as they are read.
"""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import acting_token
from accounts.services.audit import record
from common import spool
from common.faults import fault
from common.progress import Progress, no_progress
from common.spreadsheets.child import run_child
from common.spreadsheets.gate import Refused, judge
from jobs.enums import JobState, UploadState
from jobs.models import Job, Upload
from jobs.registry import JobRefused, Remedy
from jobs.services.orders import order_job
from jobs.services.running import fence
from jobs.services.uploads import erase_upload, keep_spooled, read_upload, store_upload
from monitoring.enums import LoadState
from monitoring.layouts.identity import Hints
from monitoring.models import Load
from monitoring.selectors.loads import places_to_load, standing_twin
from monitoring.selectors.parsing import directory_for, lasting_procedures, norms_for, procedures_of_codes
from monitoring.services.pupil_keys import codes_mark, pupil_key
from schools.access import NotAllowed, require
from schools.models import Unit

JOB_KIND = "monitoring.read_load"
MENDED_FILE = Remedy("Загрузить исправленный файл", ("monitoring:load-upload",))  # of a refused one no bytes are kept
_PARSER = "monitoring.layouts"
_ROWS = "*.copy"
_FORGOTTEN = timedelta(hours=1)


class AlreadyLoaded(Exception):
    """The very same file is in force already; nothing changes."""

    def __init__(self, load: Load) -> None:
        when = timezone.localtime(load.accepted_at).strftime("%d.%m.%Y %H:%M") if load.accepted_at else ""
        super().__init__(
            f"Этот файл уже принят {when} (загрузка № {load.pk}): ничего не изменилось. "
            "Чтобы загрузить его иначе, сначала отмените ту загрузку."
        )
        self.load = load


def places_for(*, actor: User) -> list[Unit]:
    """Return the places for which somebody may hand results in. :raises NotAllowed: if there is none"""
    places = list(places_to_load(actor))
    if not places:
        raise NotAllowed("Загружать результаты могут центр оценки качества и муниципальный координатор.")
    return places


def hand_in(
    *, name: str, content: Iterable[bytes] | spool.Spooled, unit: Unit, hints: Hints, actor: User, now: datetime
) -> Job:
    """
    Store a file encrypted and order its reading.

    :raises AlreadyLoaded: if the very same file is in force
    """
    require(actor, Permission.RESULT_LOAD, at=unit)
    if isinstance(content, spool.Spooled):
        upload = keep_spooled(name=name, spooled=content, actor=actor, now=now)
    else:
        upload = store_upload(name=name, pieces=content, actor=actor, now=now)
    return order_load(upload=upload, hints=hints, unit=unit, actor=actor, now=now)


def order_load(*, upload: Upload, hints: Hints, unit: Unit, actor: User, now: datetime) -> Job:
    """
    Order the reading of a file that was stored; the same file ordered twice by one person is read once.

    :raises AlreadyLoaded: if the very same file is in force; the stored one is erased
    """
    require(actor, Permission.RESULT_LOAD, at=unit)
    twin = standing_twin(upload.sha256, unit)
    if twin is not None:
        discard_upload(upload)
        raise AlreadyLoaded(twin)
    said = {name: value for name, value in asdict(hints).items() if value is not None}
    token = acting_token(actor)
    who = (actor.pk, token.pk if token else None)  # a key sees what was ordered with it only
    key = hashlib.sha256(f"{upload.sha256} {upload.name} {unit.pk} {who} {sorted(said.items())}".encode())
    job = order_job(
        kind=JOB_KIND,
        payload={"upload": str(upload.pk), "unit": unit.pk, "hints": said},
        actor=actor,
        now=now,
        title=f"Чтение файла «{upload.name}»"[:300],
        dedupe_key=f"read_load:{key.hexdigest()}",
    )
    if job.payload["upload"] != str(upload.pk):
        discard_upload(upload)
    return job


def read_load(job: Job, progress: Progress) -> dict[str, Any]:
    """Read the file of a job. Doing it twice leaves one load. :raises JobRefused: if it is not a file of results"""
    upload = Upload.objects.get(pk=job.payload["upload"])
    load = Load.objects.filter(upload=upload).first()
    if load is None:
        load = _read(job, upload, progress)
        fault("load.read")
    return {"load": load.pk, "page": ["monitoring:load", load.pk], "text": outcome(load)}


def parse_file(
    *,
    data: bytes,
    name: str,
    unit: Unit,
    hints: Hints,
    now: datetime,
    staging: Path,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """
    Parse a file in the confined child; its rows are left in `staging`. Return the summary.

    :raises Refused: if it is not a file of results, or says too little
    """
    judge(data, name)
    lasting = lasting_procedures(unit)
    coded = procedures_of_codes(lasting, hints.procedure, name)
    secrets = {"pupil": pupil_key(coded[0].codes_holder)} if coded else {}
    options = {
        "name": name,
        "norms": norms_for(unit),
        "schools": directory_for(unit),
        "hints": asdict(hints),
        "today": timezone.localdate(now).isoformat(),
        "coded": [one.name for one in coded],
        "lasting": [one.name for one in lasting],
    }

    def told(done: int, total: int) -> None:
        progress(done, total, f"Прочитано строк: {done}")
        fault("load.parsing")

    summary = run_child(_PARSER, data=data, options=options, staging=staging, secrets=secrets, on_progress=told)
    summary["hints"] = {key: value for key, value in asdict(hints).items() if value is not None}
    summary["checksum"] = checksum(staging)
    summary["codes_mark"] = codes_mark(coded[0].codes_holder) if coded else ""
    return summary


@transaction.atomic
def keep_load(
    *, upload: Upload, unit: Unit, summary: Mapping[str, Any], staging: Path, actor: User, now: datetime
) -> Load:
    """Keep what was read of a file, to be accepted or cancelled."""
    require(actor, Permission.RESULT_LOAD, at=unit)
    load = Load.objects.create(
        upload=upload,
        unit=unit,
        layout=summary["layout"][:60],
        summary=summary,
        staging=staging.name,
        rows=sum(part["rows"] for part in summary["assessments"]),
        loaded_by=actor,
        created_at=now,
    )
    after = {"sha256": upload.sha256, "rows": load.rows, "problems": summary["problems_total"]}
    record(actor=actor, action="load.read", target=load, now=now, after=after)
    return load


def outcome(load: Load) -> str:
    """Say in one sentence what reading a file came to."""
    problems = load.summary["problems_total"]
    if problems:
        return f"Файл прочитан, замечаний: {problems}. Принять его нельзя, пока они не исправлены."
    return f"Файл прочитан, строк: {load.rows}. Проверьте, что понял портал, и примите загрузку."


def staging_root() -> Path:
    """Where rows wait for a decision."""
    return Path(settings.DATA_DIR) / "staging"


def erase_staging(name: str) -> None:
    """Remove the rows of a load once the transaction commits."""
    if name:
        transaction.on_commit(lambda: shutil.rmtree(staging_root() / name, ignore_errors=True))


def sweep_staging(*, now: datetime) -> int:
    """Erase rows that no load waits with and no running job writes, as a killed worker leaves them; return how many."""
    root = staging_root()
    if not root.is_dir():
        return 0
    waiting = set(Load.objects.filter(state=LoadState.PREVIEWED).values_list("staging", flat=True))
    running = {str(pk) for pk in Job.objects.filter(state=JobState.RUNNING, kind=JOB_KIND).values_list("pk", flat=True)}
    forgotten = [
        folder
        for folder in root.iterdir()
        if folder.name not in waiting
        and not any(folder.name.startswith(job) for job in running)
        and _is_old(folder, now)
    ]
    for folder in forgotten:
        shutil.rmtree(folder, ignore_errors=True)
    return len(forgotten)


def _is_old(folder: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - folder.stat().st_mtime > _FORGOTTEN.total_seconds()
    except FileNotFoundError:
        return False


def discard_upload(upload: Upload) -> None:
    """Leave nothing of a file that is not going to be read."""
    with transaction.atomic():
        erase_upload(upload)
        upload.delete()


def checksum(staging: Path) -> str:
    """Return a hash over the anonymous rows, so that what is accepted is what was shown."""
    found = hashlib.sha256()
    for path in sorted(staging.glob(_ROWS)):
        with path.open("rb") as rows:
            found.update(hashlib.file_digest(rows, "sha256").digest())
    return found.hexdigest()


def _read(job: Job, upload: Upload, progress: Progress) -> Load:
    staging = staging_root() / f"{job.pk}-{job.attempt}"
    for former in staging_root().glob(f"{job.pk}-*"):
        shutil.rmtree(former, ignore_errors=True)
    unit = Unit.objects.get(pk=job.payload["unit"])
    try:
        summary = parse_file(
            data=read_upload(upload),
            name=upload.name,
            unit=unit,
            hints=Hints(**job.payload["hints"]),
            now=job.ordered_at,
            staging=staging,
            progress=progress,
        )
        with transaction.atomic():
            fence(job)
            load = keep_load(
                upload=upload, unit=unit, summary=summary, staging=staging, actor=job.ordered_by, now=timezone.now()
            )
            erase_upload(upload, state=UploadState.PARSED)
    except BaseException as error:
        shutil.rmtree(staging, ignore_errors=True)
        if isinstance(error, Refused):
            erase_upload(upload, state=UploadState.REFUSED)
            raise JobRefused(str(error), remedy=MENDED_FILE) from error
        if isinstance(error, NotAllowed):
            raise JobRefused(str(error)) from error
        raise
    return load
