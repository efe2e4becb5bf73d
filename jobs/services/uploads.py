"""Files that people hand in: they wait on disk encrypted, their keys in the database; both go once they are read."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.selectors import acting_token
from common import spool
from common.faults import fault
from jobs.enums import UploadState
from jobs.models import Upload
from jobs.registry import JobRefused, Remedy

_NAME = 255


def spool_folder() -> Path:
    """Where files wait."""
    return Path(settings.DATA_DIR) / "spool"


def store_upload(*, name: str, pieces: Iterable[bytes], actor: User, now: datetime) -> Upload:
    """Put a file into the spool and say so in the database; on a refusal or a failure nothing of it is left."""
    return keep_spooled(name=name, spooled=spool.spool(pieces, spool_folder()), actor=actor, now=now)


def keep_spooled(*, name: str, spooled: spool.Spooled, actor: User, now: datetime) -> Upload:
    """Say in the database that a file waits in the spool. If that cannot be said, the file is erased."""
    try:
        upload = Upload.objects.create(
            name=Path(name).name[-_NAME:],
            size=spooled.size,
            sha256=spooled.sha256,
            spool_name=spooled.name,
            spool_key=spooled.key,
            uploaded_by=actor,
            uploaded_at=now,
            uploaded_with=acting_token(actor),
        )
    except BaseException:
        spool.erase(spooled.name, spool_folder())
        raise
    fault("upload.stored")
    return upload


def read_upload(upload: Upload) -> bytes:
    """Return the whole file. :raises JobRefused: if it is gone already, or damaged."""
    if not upload.spool_key:
        remedy = Remedy("Загрузите файл ещё раз")
        raise JobRefused(f"Файл «{upload.name}» уже прочитан и стёрт.", remedy=remedy)
    try:
        return b"".join(spool.read(upload.spool_name, bytes(upload.spool_key), spool_folder()))
    except spool.SpoolError as gone:
        raise JobRefused(str(gone)) from gone


def erase_upload(upload: Upload, *, state: UploadState = UploadState.ERASED) -> None:
    """Forget the file's key, and erase the file once that is committed."""
    name = upload.spool_name
    upload.spool_name, upload.spool_key, upload.state = "", None, state
    upload.save(update_fields=["spool_name", "spool_key", "state"])
    if name:
        transaction.on_commit(lambda: spool.erase(name, spool_folder()))
