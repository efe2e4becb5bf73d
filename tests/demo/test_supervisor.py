"""The processes of the demonstration, started, revived and stopped. The whole command runs in test_demo.py."""

import os
import signal
import socket
import sys
import time

import pytest

from demo.services.supervisor import STEADY, Child, NotReady, free_port, revive, running, stop, wait_until_ready

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('set', flush=True); time.sleep(60)",
]
FALLING = [sys.executable, "-c", "raise SystemExit('нет соли')"]


@pytest.fixture(autouse=True)
def logs(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "logs"


def child(command: list[str]) -> Child:
    return Child("worker", command, dict(os.environ))


def test_a_busy_port_gives_way_to_the_next():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]

        assert free_port(taken) == taken + 1


def test_processes_end_with_the_block():
    one = child(SLEEP)
    with running([one]):
        assert not one.has_fallen()

    assert one.process.returncode == -signal.SIGTERM


def test_processes_end_when_the_block_fails():
    one = child(SLEEP)
    with pytest.raises(KeyboardInterrupt), running([one]):
        raise KeyboardInterrupt

    assert one.process.returncode == -signal.SIGTERM


def test_a_process_that_does_not_listen_is_forced(monkeypatch, logs):
    monkeypatch.setattr("demo.services.supervisor.STOP_WITHIN", 0.2)
    one = child(STUBBORN)
    one.start()
    while "set" not in one.log.read_text():
        time.sleep(0.02)

    stop([one])

    assert one.process.returncode == -signal.SIGKILL


def test_a_steady_process_that_falls_is_started_again():
    one = child(SLEEP)
    with running([one]):
        one.process.kill()
        one.process.wait()
        one.started_at -= STEADY

        assert revive([one]) == [one]
        assert not one.has_fallen()


def test_a_process_that_keeps_falling_is_named_with_its_last_words():
    one = child(FALLING)
    with running([one]):
        one.process.wait()
        with pytest.raises(NotReady, match=r"Процесс «worker» остановился.*\n.*нет соли"):
            revive([one])


def test_waiting_ends_when_a_process_falls():
    with running([one := child(FALLING)]):
        one.process.wait()
        with pytest.raises(NotReady, match="нет соли"):
            wait_until_ready([one], port=9)
