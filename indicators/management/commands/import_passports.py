"""Read the social passports of schools from a file: say what it would add, change and leave, do it with --apply."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.years import YearError, format_academic_year, parse_academic_year
from indicators.management.school_files import add_file_arguments, print_plan, read_at_once


class Command(BaseCommand):
    help = "Прочитать социальные паспорта школ (csv, xlsx, xls, ods). Без --apply только показывает, что изменится."

    def add_arguments(self, parser: CommandParser) -> None:
        add_file_arguments(parser)
        parser.add_argument("--year", help="Учебный год, например 2021/22, если файл его не называет.")

    def handle(self, *, files: list[str], as_json: bool, year: str | None, **options: Any) -> None:
        try:
            asked = parse_academic_year(year) if year else None
        except YearError as unread:
            raise CommandError(str(unread)) from unread
        plans = {
            path.name: read_at_once(path, kind="passports", year=asked, out=self.stderr, **options) for path in files
        }
        if as_json:
            found = {
                name: {"academic_year": format_academic_year(plan.academic_year), "schools": plan.figures}
                for name, plan in plans.items()
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for name, plan in plans.items():
            print_plan(self.stdout, name, plan, applied=options["apply"])
