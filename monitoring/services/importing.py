"""A file from the disk of whoever runs a command: read, shown or taken at once, and nothing left of a refused one."""

import hashlib
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from common.progress import Progress, no_progress
from jobs.enums import UploadState
from jobs.models import Upload
from monitoring.layouts.identity import Hints
from monitoring.models import Load
from monitoring.selectors.loads import standing_twin
from monitoring.services.accepting import accept_load
from monitoring.services.reading import AlreadyLoaded, keep_load, parse_file, staging_root
from schools.access import require
from schools.models import Unit


@dataclass(frozen=True)
class ResultFile:
    """A file of results as it was found: its name and its bytes."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """What the file is told by."""
        return hashlib.sha256(self.data).hexdigest()


class FileHasProblems(Exception):
    """The file was read and is not taken; the summary says every problem."""

    def __init__(self, summary: dict[str, Any]) -> None:
        super().__init__(f"Замечаний: {summary['problems_total']}.")
        self.summary = summary


def preview_file(
    *, file: ResultFile, unit: Unit, hints: Hints, actor: User, now: datetime, progress: Progress = no_progress
) -> dict[str, Any]:
    """Read a file and return its summary; nothing of it stays. :raises Refused: if it is not a file of results"""
    require(actor, Permission.RESULT_LOAD, at=unit)
    with _staging() as staging:
        return parse_file(
            data=file.data, name=file.name, unit=unit, hints=hints, now=now, staging=staging, progress=progress
        )


def import_file(
    *, file: ResultFile, unit: Unit, hints: Hints, actor: User, now: datetime, progress: Progress = no_progress
) -> Load:
    """
    Read a file and take it at once, whole.

    :raises Refused: if it is not a file of results
    :raises FileHasProblems: if any row of it is wrong
    :raises AlreadyLoaded: if the very same file is in force
    """
    require(actor, Permission.RESULT_LOAD, at=unit)
    twin = standing_twin(file.sha256, unit)
    if twin is not None:
        raise AlreadyLoaded(twin)
    with _staging() as staging:
        summary = parse_file(
            data=file.data, name=file.name, unit=unit, hints=hints, now=now, staging=staging, progress=progress
        )
        if summary["problems_total"]:
            raise FileHasProblems(summary)
        with transaction.atomic():
            upload = Upload.objects.create(
                name=file.name[-255:],
                size=len(file.data),
                sha256=file.sha256,
                state=UploadState.PARSED,
                uploaded_by=actor,
                uploaded_at=now,
            )
            load = keep_load(upload=upload, unit=unit, summary=summary, staging=staging, actor=actor, now=now)
            return accept_load(load=load, actor=actor, now=now, progress=progress)


@contextmanager
def _staging() -> Iterator[Path]:
    """Give a folder for rows that is gone afterwards, whatever happens."""
    folder = staging_root() / f"command-{uuid.uuid4()}"
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
