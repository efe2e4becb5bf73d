"""Write the generated pages of docs/, or say which are out of date."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from indicators.management.pages.commands import commands_page
from indicators.management.pages.facts import facts_page
from indicators.management.pages.formula import formula_page
from indicators.management.pages.people import permissions_page
from programmes.management.pages.catalogues import catalogues_page


class Command(BaseCommand):
    help = "Записать страницы docs/, которые пишутся из кода: слова формул, язык формул, права, команды, каталоги."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Только сказать, какие страницы устарели.")

    def handle(self, *, check: bool, **options: Any) -> None:
        stale = []
        for name, text in pages().items():
            path = Path(settings.BASE_DIR) / "docs" / name
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
        if check and stale:
            raise CommandError(f"Устарели: {', '.join(stale)}. Выполните make docs.")
        self.stdout.write("Записано: " + ", ".join(stale) if stale else "Все страницы свежие.")


def pages() -> dict[str, str]:
    """Write each generated page; the examples of formulas are the tests' own, which an installed portal has not."""
    return {
        "facts.md": facts_page(),
        "formula.md": formula_page(
            import_string("tests.spec.formula.cases.CASES"),
            import_string("tests.spec.formula.world.NAMES"),
            import_string("tests.spec.formula.world.REFERRED"),
            import_string("tests.spec.formula.mistakes.MISTAKES"),
        ),
        "permissions.md": permissions_page(),
        "commands.md": commands_page(),
        "catalogues.md": catalogues_page(),
    }
