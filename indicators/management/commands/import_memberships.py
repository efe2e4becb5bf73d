"""Read which organisations belong to which projects from a sheet; --apply writes it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from indicators.management.commands.import_schools import said
from indicators.management.school_files import add_file_arguments, print_plan, read_at_once


class Command(BaseCommand):
    help = "Прочитать участие организаций в проектах (csv, xlsx, xls, ods). Без --apply только показывает."

    def add_arguments(self, parser: CommandParser) -> None:
        add_file_arguments(parser)

    def handle(self, *, files: list[str], as_json: bool, **options: Any) -> None:
        plans = {
            path.name: read_at_once(path, kind="memberships", year=None, out=self.stderr, **options) for path in files
        }
        if as_json:
            told = {name: said(plan) for name, plan in plans.items()}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for name, plan in plans.items():
            print_plan(self.stdout, name, plan, applied=options["apply"])
