#!/usr/bin/env python
"""Run a command of the portal."""

import os
import sys

# Commands of the schema run as the owner of the tables, the web server as the role that pages use, and all other
# commands (imports, identification, reports) as the role that the workers use.
OWNER_COMMANDS = {
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "squashmigrations",
    "flush",
    "test",
    "dbshell",
}
WEB_COMMANDS = {"runserver"}


def process_role(command: str) -> str:
    """Return the database role that a command runs as."""
    if command in OWNER_COMMANDS:
        return "owner"
    return "web" if command in WEB_COMMANDS else "worker"


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    os.environ.setdefault("OPORA_PROCESS", process_role(sys.argv[1] if len(sys.argv) > 1 else ""))
    from django.core.management import execute_from_command_line

    from common.schema import prepare
    from common.session_facts import acting

    prepare(sys.argv)
    with acting(door="command", request=" ".join(sys.argv[1:2])):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
