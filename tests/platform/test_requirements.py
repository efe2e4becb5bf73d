"""The pinned requirements."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
BASE = PROJECT / "requirements" / "base.txt"
DEV = PROJECT / "requirements" / "dev.txt"


def requirements(path: Path) -> list[str]:
    """The file's requirements, each with its continuation lines."""
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(lines).replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("path", [BASE, DEV], ids=["base", "dev"])
def test_every_line_is_one_exact_version_with_hashes(path):
    shape = re.compile(r"[A-Za-z0-9_.-]+==\S+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")

    assert [line for line in requirements(path) if not shape.fullmatch(line)] == []


def test_tests_run_on_the_versions_that_are_shipped():
    assert set(requirements(BASE)) - set(requirements(DEV)) == set()
