import hashlib
import os

import pytest

from common import spool
from common.spool import FRAME, SpoolError, SpoolWriter


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 7])
def test_a_file_comes_out_as_it_went_in(tmp_path, size):
    content = os.urandom(size)
    spooled = spool.spool([content[:10], content[10:]], tmp_path)
    assert b"".join(spool.read(spooled.name, spooled.key, tmp_path)) == content
    assert (spooled.size, spooled.sha256) == (size, hashlib.sha256(content).hexdigest())


def test_nothing_readable_lies_on_the_disk(tmp_path):
    surname = "Преображенская".encode()
    spooled = spool.spool([surname * 1000], tmp_path)
    on_disk = (tmp_path / spooled.name).read_bytes()
    assert surname not in on_disk
    assert spooled.key not in on_disk
    assert (tmp_path / spooled.name).stat().st_mode & 0o777 == 0o600


def test_two_files_never_share_a_key(tmp_path):
    first, second = spool.spool([b"a"], tmp_path), spool.spool([b"a"], tmp_path)
    assert first.key != second.key
    with pytest.raises(SpoolError):
        list(spool.read(first.name, second.key, tmp_path))


@pytest.mark.parametrize("harm", ["flip", "cut a frame", "cut a byte", "swap"])
def test_a_changed_or_shortened_file_is_noticed(tmp_path, harm):
    spooled = spool.spool([os.urandom(3 * FRAME)], tmp_path)
    path, frame = tmp_path / spooled.name, FRAME + 16
    sealed = bytearray(path.read_bytes())
    if harm == "flip":
        sealed[100] ^= 1
    elif harm == "swap":
        sealed[:frame], sealed[frame : 2 * frame] = sealed[frame : 2 * frame], sealed[:frame]
    else:
        del sealed[-frame if harm == "cut a frame" else -1 :]
    path.write_bytes(sealed)
    with pytest.raises(SpoolError, match="повреждён"):
        list(spool.read(spooled.name, spooled.key, tmp_path))


def test_an_interrupted_upload_leaves_nothing(tmp_path):
    with pytest.raises(ConnectionError), SpoolWriter(tmp_path) as writer:
        writer.write(b"x" * 10)
        raise ConnectionError
    assert list(tmp_path.iterdir()) == []


def test_an_erased_file_is_gone_and_erasing_again_is_no_matter(tmp_path):
    spooled = spool.spool([b"x"], tmp_path)
    spool.erase(spooled.name, tmp_path)
    spool.erase(spooled.name, tmp_path)
    with pytest.raises(SpoolError, match="стёрт"):
        list(spool.read(spooled.name, spooled.key, tmp_path))
