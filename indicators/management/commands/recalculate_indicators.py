"""Recalculate indicators for a programme year, for every year, or only what waits to be recalculated."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.numbers import format_duration, format_number
from common.progress import Bar
from indicators.models import RecalculationRun
from indicators.selectors.bases import programme_years
from indicators.services.long_runs import do_parts, unfinished_runs
from indicators.services.recalculation import fulfil_requests, recalculate


class Command(BaseCommand):
    help = "Пересчитать показатели: за год программы, за все годы (--all) или только то, что ждёт пересчёта."

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--year", type=int, help="Год программы, например 2021.")
        chosen.add_argument("--all", action="store_true", help="Все годы.")

    def handle(self, *, year: int | None, all: bool, **options: Any) -> None:
        known = programme_years()
        if not known:
            raise CommandError("Годов программы ещё нет: сначала загрузите программу.")
        if year is not None and year not in known:
            listed = ", ".join(str(one) for one in known)
            raise CommandError(f"Года программы {year} нет. Есть: {listed}.")
        bar = Bar(self.stdout)
        if year is None and not all:
            done = fulfil_requests(clock=timezone.now, progress=bar)
            for run in unfinished_runs():
                do_parts(run, clock=timezone.now, progress=bar)
                run.refresh_from_db()
                done["changed"] += run.changed
            bar.close()
            self.stdout.write(f"Заявок выполнено: {done['requests']}, значений изменилось: {done['changed']}.")
            return
        now = timezone.now()
        reason = "команда: все годы" if year is None else f"команда: {year} год"
        run = recalculate(reason=reason, now=now, years=None if year is None else {year}, progress=bar)
        bar.close()
        self._report(run, (timezone.now() - now).total_seconds())

    def _report(self, run: RecalculationRun, seconds: float) -> None:
        self.stdout.write(
            f"Расчёт № {run.pk}: показателей и лет {run.editions}, значений {format_number(run.written)}, "
            f"изменилось {format_number(run.changed)}, за {format_duration(seconds)}."
        )
        for code, problem in sorted(run.problems.items()):
            self.stderr.write(f"{code}: {problem}")
        if run.problems:
            raise CommandError("Часть показателей не посчитана: исправьте их формулы.")
