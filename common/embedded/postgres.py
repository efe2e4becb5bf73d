"""The embedded PostgreSQL 18: its cluster, its three roles, its start."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg2
from psycopg2 import sql

from common.embedded import binaries
from common.embedded.identity import SERVER, give_to_server, open_the_way
from common.embedded.places import DataFolderRefused, data_dir, server_folder, socket_folder
from common.embedded.secret_files import secret
from common.embedded.service import Service, ServiceFailed, server_environment

DATABASE = "opora"
SUPERUSER = "postgres"
# Who migrates, who serves pages, who does the long work.
ROLES = {"owner": "opora_owner", "web": "opora_web", "worker": "opora_worker"}

# The same in docker-compose.yml. The builtin provider knows Russian letter case, which LC_ALL=C does not.
INITDB_ARGUMENTS = ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--encoding=UTF8"]

SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",  # statements are wide but short: compiling them costs more than it saves
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


def password(role: str) -> str:
    """Return the password of a role: one of ROLES' names here (owner, web, worker) or the superuser."""
    return secret(f"postgres_{role}_password")


def cluster() -> Path:
    """Return the folder of the cluster."""
    return data_dir() / "postgres" / "data"


def connect(**overrides: str) -> "psycopg2.extensions.connection":
    """Open a connection as the superuser; for the starter and for tests of roles."""
    arguments = {
        "host": str(socket_folder()),
        "dbname": "postgres",
        "user": SUPERUSER,
        "password": password(SUPERUSER),
        "connect_timeout": "10",
    }
    return psycopg2.connect(**(arguments | overrides))


def ensure() -> None:
    """Return when the cluster answers and its roles exist, started if need be."""
    SERVICE.ensure()


def _marker() -> Path:
    """The name changes with what `_complete` makes, so that a cluster of an older version is completed anew."""
    return data_dir() / "postgres" / "complete-2"


def _answers() -> bool:
    if not (socket_folder() / ".s.PGSQL.5432").exists():
        return False
    try:
        connect().close()
    except psycopg2.OperationalError:
        return False
    return True


def _prepare() -> None:
    if cluster().exists():
        _refuse_foreign_cluster()
        return
    home = server_folder("postgres")
    open_the_way(data_dir())
    open_the_way(binaries.postgres_folder())
    draft = home / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    _initdb(draft)
    # A cluster is there completely or not at all.
    draft.rename(cluster())


def _refuse_foreign_cluster() -> None:
    if cluster().stat().st_uid != SERVER.uid:
        raise DataFolderRefused(
            f"{cluster()}: база создана другим пользователем. Запустите от него же или задайте другую папку в DATA_DIR."
        )


def _initdb(folder: Path) -> None:
    with tempfile.NamedTemporaryFile("w", dir=socket_folder(), encoding="ascii") as password_file:
        password_file.write(password(SUPERUSER))
        password_file.flush()
        give_to_server(Path(password_file.name))
        done = subprocess.run(  # noqa: S603  # a program of the wheel with fixed arguments
            [
                str(binaries.postgres_program("initdb")),
                f"--pgdata={folder}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file.name}",
                "--auth=scram-sha-256",
                "--no-instructions",
                *INITDB_ARGUMENTS,
            ],
            cwd=data_dir(),
            env=server_environment(),
            user=SERVER.uid if SERVER.differs else None,
            group=SERVER.gid if SERVER.differs else None,
            extra_groups=[] if SERVER.differs else None,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise ServiceFailed(f"initdb: {done.stderr.strip() or done.stdout.strip()}")


def _command() -> list[str]:
    settings = SERVER_SETTINGS | {"unix_socket_directories": str(socket_folder())}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries.postgres_program("postgres")), "-D", str(cluster()), *options]


def _complete() -> None:
    """Make the roles and the database; safe to repeat after a kill in the middle."""
    _run("postgres", *(_make_role(name, role) for name, role in ROLES.items()))
    # Tests run as the owner and serve pages as the web role; the owner may take either part.
    parts = (sql.Identifier(ROLES[name]) for name in ("web", "worker", "owner"))
    _run("postgres", sql.SQL("GRANT {}, {} TO {}").format(*parts))
    # Databases of tests are copied from template1, and so get the same rights.
    for database in ("template1", "postgres"):
        _run(database, *_default_rights())
    connection = connect()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            names = sql.Identifier(DATABASE), sql.Identifier(ROLES["owner"])
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    connection.close()
    _marker().touch()
    give_to_server(_marker())


def _make_role(name: str, role: str) -> sql.Composable:
    rights = sql.SQL("CREATEDB" if name == "owner" else "NOCREATEDB")
    values = {"role": sql.Identifier(role), "rights": rights, "password": sql.Literal(password(name))}
    return sql.SQL(
        "DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        "ALTER ROLE {role} LOGIN {rights} PASSWORD {password}"
    ).format(**values)


def _default_rights() -> list[sql.Composable]:
    owner, web, worker = (sql.Identifier(ROLES[name]) for name in ("owner", "web", "worker"))
    given = (
        ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
        ("USAGE, SELECT", "SEQUENCES"),
    )
    statement = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} ON {} TO {}, {}")
    return [statement.format(owner, sql.SQL(rights), sql.SQL(things), web, worker) for rights, things in given]


def _run(database: str, *statements: sql.Composable) -> None:
    with connect(dbname=database) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


SERVICE = Service(
    name="postgres",
    prepare=_prepare,
    command=_command,
    answers=_answers,
    is_complete=lambda: _marker().exists(),
    complete=_complete,
    folder=data_dir,
    # Safe because the warden removes it only while it holds the lock that any living server would hold.
    stale=lambda: [
        cluster() / "postmaster.pid",
        *(socket_folder() / f".s.PGSQL.5432{end}" for end in ("", ".lock")),
    ],
    stop_signal=signal.SIGINT,  # "fast": running transactions are rolled back
)


def psql() -> str:
    """Return the path of the command-line client, for `manage.py dbshell`."""
    return os.fspath(binaries.postgres_program("psql"))
