import os
import signal
import subprocess
import sys

LOOP = """
from common.faults import fault
for n in range(1, 6):
    print(n, flush=True)
    fault('copy')
    fault('other')
"""


def run(**environment):
    return subprocess.run(
        [sys.executable, "-c", LOOP],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_point_kills_on_the_pass_that_was_named():
    result = run(FAULT="copy:3")
    assert (result.returncode, result.stdout.split()) == (-signal.SIGKILL, ["1", "2", "3"])


def test_without_orders_nobody_dies():
    assert run(FAULT="").returncode == 0
    assert run(FAULT="nowhere:1").returncode == 0


def test_a_mark_lets_only_the_first_process_die(tmp_path):
    mark = str(tmp_path / "died")
    assert run(FAULT="copy:1", FAULT_MARK=mark).returncode == -signal.SIGKILL
    assert run(FAULT="copy:1", FAULT_MARK=mark).returncode == 0


def test_another_process_can_be_the_victim(tmp_path):
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pid_file = tmp_path / "victim.pid"
    pid_file.write_text(f"{victim.pid}\nother lines\n", encoding="ascii")
    assert run(FAULT=f"copy:2@{pid_file}").returncode == 0
    assert victim.wait(timeout=10) == -signal.SIGKILL
