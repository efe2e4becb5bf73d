"""Read the register of schools from a file: say what it would add, change and leave, and do it with --apply."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from indicators.management.school_files import add_file_arguments, print_plan, read_at_once
from schools.services.files import Line, Plan


class Command(BaseCommand):
    help = "Прочитать реестр школ (csv, xlsx, xls, ods). Без --apply только показывает, что изменится."

    def add_arguments(self, parser: CommandParser) -> None:
        add_file_arguments(parser)

    def handle(self, *, files: list[str], as_json: bool, **options: Any) -> None:
        plans = {
            path.name: read_at_once(path, kind="register", year=None, out=self.stderr, **options) for path in files
        }
        if as_json:
            self.stdout.write(
                json.dumps({name: said(plan) for name, plan in plans.items()}, ensure_ascii=False, indent=2)
            )
            return
        for name, plan in plans.items():
            print_plan(self.stdout, name, plan, applied=options["apply"])


def said(plan: Plan) -> dict[str, Any]:
    """Return what a register does, by codes."""
    return {
        "opened": [line.code for line in plan.opened],
        "added": [line.code for line in plan.added],
        "changed": {line.code: changes(line) for line in plan.changed},
        "left": plan.left,
        "warnings": plan.warnings,
    }


def changes(line: Line) -> dict[str, list[str]]:
    """Return what of a school is changed, from what to what."""
    return {change.what: [change.before, change.after] for change in line.changes}
