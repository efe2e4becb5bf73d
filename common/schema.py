"""In local mode a command of the portal finds its tables made: whoever runs one need not know of migrations."""

import os
import subprocess
import sys

import django
from django.conf import settings
from django.core.management import get_commands
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

# These say nothing to the database, or bring the schema up to date themselves.
_WITHOUT_TABLES = {"demo", "write_docs"}


def is_old() -> bool:
    """Whether a migration waits."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> bool:
    """Migrate as the owner of the tables, which this process is not; return whether it went well."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--no-input", "--verbosity=0"]
    # Standard output belongs to the command that needs the tables: it may be JSON.
    done = subprocess.run(  # noqa: S603 - this program, with fixed arguments
        command, env=os.environ | {"OPORA_PROCESS": "owner"}, stdout=sys.stderr, check=False
    )
    connection.close()
    return done.returncode == 0


def prepare(arguments: list[str]) -> None:
    """Make the tables before one of the portal's own commands runs on a data folder that has none, or older ones."""
    command = arguments[1] if len(arguments) > 1 else ""
    if command in _WITHOUT_TABLES or {"--help", "-h"} & set(arguments):
        return
    django.setup()
    if not settings.LOCAL or get_commands().get(command) not in settings.OUR_APPS:
        return
    try:
        if is_old():
            migrate()
    except DatabaseError as wrong:
        sys.stderr.write(f"База данных не отвечает: {wrong}\n")
