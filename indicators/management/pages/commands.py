"""docs/commands.md: every command of ours, with its arguments."""

from argparse import SUPPRESS, Action
from collections.abc import Iterable

from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

HEAD = """# Commands

Written by `make docs`; do not edit. Each is run as `.venv/bin/python manage.py NAME …` and starts the embedded database
by itself. A refusal is one sentence and a non-zero exit.
"""


def commands_page() -> str:
    """Write the page."""
    ours = sorted((name, app) for name, app in get_commands().items() if app in settings.OUR_APPS)
    return "\n".join([HEAD, *(_command(name, load_command_class(app, name)) for name, app in ours)])


def _command(name: str, command: BaseCommand) -> str:
    parser = command.create_parser("manage.py", name)
    usual = {action.dest for action in BaseCommand().create_parser("manage.py", name)._actions}
    rows = [_row(action) for action in parser._actions if action.dest not in usual and action.help != SUPPRESS]
    table = ["", "| argument | what it is |", "|---|---|", *rows] if rows else []
    return "\n".join([f"## {name}\n", command.help, *table, ""])


def _row(action: Action) -> str:
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    written = _joined(action.option_strings, value) if action.option_strings else action.metavar or action.dest
    return f"| `{written}` | {action.help or ''} |"


def _joined(options: Iterable[str], value: str) -> str:
    return ", ".join(f"{option}{value}" for option in options)
