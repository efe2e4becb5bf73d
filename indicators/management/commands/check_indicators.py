"""Check that definitions, questions, answers and values hold together; errors end it with 1."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.who import actor_of, add_actor
from common.russian import counted
from indicators.checks.registry import registered_checks
from indicators.enums import Severity
from indicators.models import Remark
from indicators.services.checking import run_checks
from indicators.services.definitions import NoRegion

SHOWN = 5


class Command(BaseCommand):
    help = "Проверить определения, вопросы, ответы и значения показателей: что не сходится и как исправить."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="Напечатать всё найденное одним объектом JSON."
        )
        add_actor(parser)

    def handle(self, *, as_json: bool, actor: str | None, **options: Any) -> None:
        try:
            run = run_checks(actor=actor_of(actor), clock=timezone.now)
        except NoRegion as missing:
            raise CommandError(str(missing)) from missing
        found: dict[str, list[Remark]] = {check.code: [] for check in registered_checks()}
        for remark in run.remarks.order_by("check_code", "number"):
            found[remark.check_code].append(remark)
        self._print_json(found) if as_json else self._print(found)
        errors = run.remarks.filter(severity=Severity.ERROR).count()
        if errors:
            raise CommandError(f"Найдено: {counted(errors, 'ошибка', 'ошибки', 'ошибок')}.", returncode=1)

    def _print(self, found: dict[str, list[Remark]]) -> None:
        for check in registered_checks():
            rows = found[check.code]
            if not rows:
                continue
            self.stdout.write(f"{check.severity.label.upper()}: {check.title} ({len(rows)})")
            self.stdout.write(f"  Почему важно: {check.why}")
            self.stdout.write(f"  Как исправить: {check.mend}")
            for row in rows[:SHOWN]:
                self.stdout.write(f"  - {row.title}{f' — {row.said}' if row.said else ''}")
            if len(rows) > SHOWN:
                self.stdout.write(f"  … и ещё {len(rows) - SHOWN}")
        silent = sum(1 for rows in found.values() if not rows)
        self.stdout.write(f"Проверок: {len(found)}, ничего не нашли: {silent}.")

    def _print_json(self, found: dict[str, list[Remark]]) -> None:
        said = {
            check.code: {
                "title": check.title,
                "severity": check.severity.value,
                "found": [{"title": row.title, "said": row.said} for row in found[check.code]],
            }
            for check in registered_checks()
        }
        self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
