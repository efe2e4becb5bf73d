"""Files in the spool: encrypted, erased once read, never left behind."""

import os
import time

import pytest

from accounts.models import User
from jobs.enums import UploadState
from jobs.registry import JobRefused
from jobs.services.reaping import sweep_spool
from jobs.services.uploads import erase_upload, read_upload, spool_folder, store_upload


@pytest.fixture
def spooling(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "spool"


def test_a_file_waits_encrypted_and_is_erased(spooling, person, now, django_capture_on_commit_callbacks):
    upload = store_upload(name="../путь/протокол.csv", pieces=[b"Petrov;", b"Ivan"], actor=person, now=now)
    (spooled,) = spooling.iterdir()

    assert (upload.name, upload.size) == ("протокол.csv", 11)
    assert b"Petrov" not in spooled.read_bytes()
    assert read_upload(upload) == b"Petrov;Ivan"

    with django_capture_on_commit_callbacks(execute=True):
        erase_upload(upload)
    upload.refresh_from_db()

    assert list(spooling.iterdir()) == []
    assert (upload.state, upload.spool_key) == (UploadState.ERASED, None)
    with pytest.raises(JobRefused, match="уже прочитан и стёрт"):
        read_upload(upload)


def test_a_file_that_cannot_be_named_in_the_database_is_erased(spooling, now, db):
    with pytest.raises(ValueError, match="unsaved"):
        store_upload(name="a.csv", pieces=[b"x"], actor=User(login="nobody"), now=now)

    assert list(spooling.iterdir()) == []


def test_forgotten_files_are_swept_and_waiting_ones_are_not(spooling, person, now):
    store_upload(name="a.csv", pieces=[b"x"], actor=person, now=now)
    forgotten = spool_folder() / "forgotten"
    forgotten.write_bytes(b"sealed")
    (waiting,) = (path for path in spooling.iterdir() if path.name != "forgotten")
    for path in (forgotten, waiting):
        os.utime(path, (time.time() - 7200, time.time() - 7200))

    assert sweep_spool() == 1
    assert list(spooling.iterdir()) == [waiting]
