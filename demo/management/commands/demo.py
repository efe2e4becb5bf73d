"""`manage.py demo`: the portal with the demonstration region, on this machine, until Ctrl-C."""

import os
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common import schema
from common.progress import Bar
from demo.services import supervisor
from demo.services.outcome import headline
from demo.services.region import build_region, sign_ins


class Stopped(Exception):
    """Somebody pressed Ctrl-C or ended the process."""


class Command(BaseCommand):
    help = "Поднять портал с демонстрационным регионом на этой машине (Ctrl-C останавливает)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        port = int(os.environ.get("PORT") or 8000)
        parser.add_argument("--port", type=int, default=port, help="Порт; занятый сменится следующим свободным.")
        parser.add_argument("--build-only", action="store_true", help="Построить регион и выйти.")
        parser.add_argument(
            "--only", nargs="+", metavar="CODE", help="Школы только этих муниципалитетов, например 131 109: быстрее."
        )

    def handle(self, *, port: int, build_only: bool, only: list[str] | None, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        try:
            self.prepare(only)
            if not build_only:
                self.serve(port)
        except supervisor.NotReady as silent:
            raise CommandError(str(silent)) from silent
        except Stopped:
            self.stdout.write("\nОстановлено. Данные сохранены: следующий запуск продолжит с того же места.")

    def prepare(self, only: list[str] | None) -> None:
        """Bring the schema up to date and build what is not built yet."""
        started = time.monotonic()
        if schema.is_old():
            self.migrate()
        bar = Bar(self.stdout)
        build_region(now=timezone.now(), progress=bar, codes=only)
        bar.close()
        self.stdout.write(f"Данные готовы за {time.monotonic() - started:.0f} с.")
        for line in headline():
            self.stdout.write(line)

    def migrate(self) -> None:
        """Make the tables, or bring them up to date."""
        self.stdout.write("Создаю таблицы")
        if not schema.migrate():
            raise CommandError("Таблицы не созданы; причина — выше.")

    def serve(self, wanted: int) -> None:
        """Run the processes until somebody stops them."""
        port = supervisor.free_port(wanted)
        if port != wanted:
            self.stdout.write(f"Порт {wanted} занят, беру {port}.")
        children = supervisor.processes(port)
        with supervisor.running(children):
            supervisor.wait_until_ready(children, port)
            self.greet(port)
            while True:
                time.sleep(1)
                for child in supervisor.revive(children):
                    self.stdout.write(f"Процесс «{child.title}» остановился и запущен снова. Журнал: {child.log}")

    def greet(self, port: int) -> None:
        """Say where the portal is and how to sign in."""
        self.stdout.write(f"\nОпора работает: http://{supervisor.HOST}:{port}/   (учебные данные)\n")
        rows = [(who.login, who.password, who.what) for who in sign_ins()]
        widths = [max(len(row[column]) for row in rows) for column in range(2)] if rows else [0, 0]
        for login, password, what in rows:
            self.stdout.write(f"  {login:<{widths[0]}}  {password:<{widths[1]}}  {what}")
        self.stdout.write("\nОстановить: Ctrl-C")
        self.stdout.flush()


def _stop(number: int, _frame: object) -> None:
    raise Stopped(signal.Signals(number).name)
