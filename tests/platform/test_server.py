"""The same program on a server: its containers' structure, and each container's own command run by hand."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from common.embedded.postgres import INITDB_ARGUMENTS, psql
from tests.platform.processes import PROJECT, User, data_folder, wait_until

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker-short", "worker-long", "beat"]
PORT = "18765"


def test_every_part_of_a_server_is_there():
    assert set(SERVICES) == {*OURS, "postgres", "redis", "front"}


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_says_how_it_feels_and_comes_back(service):
    assert SERVICES[service]["healthcheck"]["test"]
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", OURS)
def test_our_services_share_an_image_an_environment_and_a_data_folder(service):
    described = SERVICES[service]
    assert (described["image"], described["env_file"], described["volumes"]) == ("opora", ".env", ["data:/data"])


def test_every_named_volume_is_declared():
    mounts = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    named = {mount.partition(":")[0] for mount in mounts if not mount.startswith(".")}
    files = {mount.partition(":")[0] for mount in mounts if mount.startswith(".")}

    assert named == set(COMPOSE["volumes"])
    assert [file for file in files if not (PROJECT / file).is_file()] == []


def test_the_server_database_is_made_as_the_embedded_one():
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split() == INITDB_ARGUMENTS


def test_only_the_front_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["front"]


def new_env() -> dict[str, str]:
    """What `scripts/new_env.sh > .env` gives."""
    text = subprocess.run([PROJECT / "scripts" / "new_env.sh"], capture_output=True, text=True, check=True).stdout
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_secrets_of_a_new_environment_are_all_different_and_none_is_left_out():
    first, second = new_env(), new_env()
    secret = {name for name in first if first[name] != second[name]}

    assert secret == {
        *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL", "POSTGRES_PASSWORD", "SECRET_KEY", "PUPIL_KEY"),
        "SECOND_FACTOR_KEY",
    }
    assert len({first[name] for name in secret}) == len(secret)
    assert [value for value in first.values() if "<" in value] == []


def check(environment: dict[str, str]) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)


COMPULSORY = [
    *("DATABASE_OWNER_URL", "DATABASE_WORKER_URL", "REDIS_URL", "SECRET_KEY", "PUPIL_KEY", "SECOND_FACTOR_KEY"),
    *("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATA_DIR"),
]


def test_a_server_names_all_the_variables_that_are_missing(tmp_path):
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgres://a:b@c/d"}

    done = check(environment)

    last = done.stderr.strip().splitlines()[-1]
    assert last.endswith(f"Задан DATABASE_URL, значит, это сервер; не хватает переменных: {', '.join(COMPULSORY)}")


def test_one_user_for_three_roles_is_refused(tmp_path):
    environment = new_env() | {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    environment["DATABASE_WORKER_URL"] = environment["DATABASE_URL"]

    assert "должны называть трёх разных пользователей базы" in check(environment).stderr


def test_a_server_of_sign_ins_that_anybody_can_imitate_is_refused(tmp_path):
    environment = new_env() | {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}

    assert "должен начинаться с https://" in check(environment | {"OIDC_SERVER_URL": "http://id.example.ru"}).stderr


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """The environment of a server: a new .env whose addresses lead to an empty database and a broker, both real."""
    with data_folder() as folder:
        services = User(folder, "redis")
        environment = new_env()
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL"):
            # Users and a database of its own, for those of local mode are there already.
            address = environment[name].replace("opora", "server")
            environment[name] = address.replace("@postgres:5432/server", f"@/server?host={folder / 'socket'}")
        environment |= {
            "REDIS_URL": f"redis+socket://{folder / 'socket'}/redis.sock",
            "DATA_DIR": str(folder.parent / "server"),
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        }
        make_roles(environment, folder)
        subprocess.run(by_hand("migrate", environment), cwd=PROJECT, env=environment, check=True, capture_output=True)
        yield environment
        services.kill()


def make_roles(environment: dict[str, str], folder: Path) -> None:
    """Run the script that the postgres image runs, against the embedded cluster."""
    password = (folder / "secrets" / "postgres_postgres_password").read_text()
    superuser = {"PGHOST": str(folder / "socket"), "PGUSER": "postgres", "PGPASSWORD": password}
    path = {"PATH": f"{Path(psql()).parent}:{os.defpath}"}
    subprocess.run(["bash", PROJECT / "deploy" / "make_roles.sh"], env=environment | superuser | path, check=True)


def by_hand(service: str, environment: dict[str, str]) -> list[str]:
    """The service's command, with the container's data folder in its place."""
    return [word.replace("/data/", f"{environment['DATA_DIR']}/") for word in SERVICES[service]["command"]]


def health_check(service: str, environment: dict[str, str]) -> str:
    kind, *words = SERVICES[service]["healthcheck"]["test"]
    command = words[0] if kind == "CMD-SHELL" else shlex.join(words)
    return command.replace("$$", "$").replace("/data ", f"{environment['DATA_DIR']} ").replace(":8000", f":{PORT}")


@pytest.mark.parametrize("service", ["web", "worker-short", "worker-long", "beat"])
def test_a_service_runs_by_its_own_command_and_feels_well(server, service):
    environment = server | {"HOST": "127.0.0.1", "PORT": PORT, "HOSTNAME": socket.gethostname()}
    process = subprocess.Popen(by_hand(service, environment), cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: feels_well(service, environment), seconds=60)
        assert process.poll() is None
    finally:
        process.terminate()
        assert process.wait(timeout=30) in {0, -signal.SIGTERM}


def feels_well(service: str, environment: dict[str, str]) -> bool:
    command = ["sh", "-c", health_check(service, environment)]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True).returncode == 0


def test_a_server_passes_the_deployment_check(server):
    done = check(server)

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_the_web_user_of_a_server_has_no_way_to_result_rows(server):
    code = "from django.db import connection as c; c.cursor().execute('SELECT mark FROM monitoring_resultrow_2020')"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    done = subprocess.run(command, cwd=PROJECT, env=server | {"OPORA_PROCESS": "web"}, capture_output=True, text=True)

    assert "permission denied for table monitoring_resultrow_2020" in done.stderr
