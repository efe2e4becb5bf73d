"""The embedded services, started and killed for real on data folders of their own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from tests.platform.processes import PROJECT, USER_PROCESS, User, postmaster, run, server_pids, wait_until, warden


def test_asking_for_settings_starts_nothing(home):
    code = "from common import embedded as e; e.database_settings('web'); e.redis_url(); e.broker_url()"
    environment = os.environ | {"DATA_DIR": str(home), "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

    assert server_pids(home) == set()


def test_processes_share_one_server_and_the_last_one_killed_stops_it(home, use):
    first, second = use("redis"), use("redis")
    pid = postmaster(home)

    first.kill()
    time.sleep(3)
    assert postmaster(home) == pid

    second.kill()
    wait_until(lambda: not server_pids(home))


def test_a_killed_server_comes_back_with_what_was_committed(home, use):
    user = use()
    run(home, "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)")
    before = postmaster(home)

    os.kill(before, signal.SIGKILL)
    user.connect_again()

    assert postmaster(home) != before
    assert run(home, "SELECT count(*) FROM kept") == [(1000,)]


def test_a_killed_warden_takes_the_server_with_it_and_both_come_back(home, use):
    user = use()
    pid = postmaster(home)

    os.kill(warden(home), signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    user.connect_again()

    assert run(home, "SELECT 1") == [(1,)]
    user.kill()
    wait_until(lambda: not server_pids(home))


def test_everything_killed_at_once_starts_again(home, use):
    use("redis")
    for pid in server_pids(home):
        os.kill(pid, signal.SIGKILL)
    use("redis")

    assert run(home, "SELECT 1") == [(1,)]


def test_a_pid_file_that_names_a_living_stranger_does_not_hinder(home, use):
    use().kill()
    wait_until(lambda: not server_pids(home))
    (home / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{home}/postgres/data\n1\n5432\n")

    use()

    assert run(home, "SELECT 1") == [(1,)]


def test_a_path_too_long_for_a_socket_gets_a_short_one(home):
    long = home.parent / ("глубоко-" * 12)
    user = User(long)
    try:
        (short,) = Path(tempfile.gettempdir()).glob(f"opora-{os.getuid()}-*/.s.PGSQL.5432")
        assert len(os.fsencode(short)) < 100
        assert stat.S_IMODE(short.parent.stat().st_mode) == 0o700
    finally:
        user.kill()
        wait_until(lambda: not server_pids(long))
    short.parent.rmdir()


def test_the_database_knows_russian_letters(home, use):
    use()
    assert run(home, "SELECT 'Школа' ILIKE '%школа%', lower('ЁЖ'), upper('щука')") == [(True, "ёж", "ЩУКА")]


def test_secrets_are_for_their_owner_only(home, use):
    use()
    folder = home / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_processes_that_ask_for_a_new_secret_at_once_get_the_same(home):
    code = "from common.embedded import secret; print(secret('contested'))"
    environment = os.environ | {"DATA_DIR": str(home), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", code]
    asking = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(6)]

    assert len({process.communicate()[0] for process in asking}) == 1


@pytest.mark.parametrize("role", ["web", "worker"])
def test_only_the_owner_makes_tables_and_the_others_use_them(home, use, role):
    use()
    run(home, "CREATE TABLE shared (n int GENERATED ALWAYS AS IDENTITY, word text)", role="owner")

    run(home, "INSERT INTO shared (word) VALUES ('слово')", role=role)
    assert run(home, "SELECT word FROM shared", role=role) == [("слово",)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run(home, "CREATE TABLE mine (n int)", role=role)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run(home, "TRUNCATE shared", role=role)


def test_a_wrong_password_is_refused(home, use):
    use()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(host=str(home / "socket"), user="opora_web", dbname="opora", password="guess").close()


PACKAGES = Path(psycopg2.__file__).parents[1]


def ordinary_interpreters() -> list[str]:
    """Interpreters of this version that an ordinary user can run, where the tests themselves run as root."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = [sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"]
    return [place for place in places if os.getuid() == 0 and runs_for_nobody(place)][:1]


def runs_for_nobody(interpreter: str) -> bool:
    """Whether user `nobody` can run it and read the installed packages: a clone in a private folder hides them."""
    reads = f"import os, sys; sys.exit(not os.access({str(PACKAGES)!r}, os.R_OK | os.X_OK))"
    try:
        done = subprocess.run(
            [interpreter, "-c", reads], user="nobody", check=False, stderr=subprocess.DEVNULL, cwd="/"
        )
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.parametrize("interpreter", ordinary_interpreters())
def test_an_ordinary_user_runs_it_as_well(home, interpreter):
    """Where the suite runs as an ordinary user, every other test here says the same."""
    home.mkdir()
    shutil.copytree(PROJECT / "common", home / "code" / "common")
    shutil.chown(home, "nobody")
    environment = {"DATA_DIR": str(home), "PYTHONPATH": f"{home / 'code'}:{PACKAGES}", "PATH": os.defpath}
    done = subprocess.run(
        [interpreter, "-c", USER_PROCESS, "redis"],
        user="nobody",
        env=environment,
        cwd="/",
        input="",
        capture_output=True,
        text=True,
    )

    assert (done.stdout, done.stderr) == ("ready\n", "")
    wait_until(lambda: not server_pids(home))
