"""Make a report and save its file."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from common.numbers import format_size
from common.progress import Bar
from jobs.enums import JobState
from jobs.services.running import run_now
from reports.enums import ReportFormat, ReportName
from reports.models import ReportOrder
from reports.services.orders import ReportDoesNotFit, order_report, put_file
from schools.enums import Territories
from schools.models import Unit


class Command(BaseCommand):
    help = "Составить отчёт и сохранить его в файл: аналитическая справка, мониторинг показателей, паспорт школы."

    def add_arguments(self, parser: CommandParser) -> None:
        listed = "; ".join(f"{code} — {label}" for code, label in ReportName.choices)
        parser.add_argument("name", choices=ReportName.values, help=listed)
        parser.add_argument("--unit", required=True, help="Код края (24), округа, муниципалитета (131) или школы.")
        parser.add_argument("--year", required=True, type=int, help="Год программы, например 2021.")
        parser.add_argument(
            "--territories",
            choices=Territories.values,
            default=Territories.OWN,
            help="Территории: own — своего года, today — сегодняшние.",
        )
        parser.add_argument("--format", dest="file_format", choices=ReportFormat.values, default=ReportFormat.PDF)
        parser.add_argument("--output", required=True, type=Path, help="Куда записать файл.")
        parser.add_argument("--as", dest="login", help="От чьего имени; по умолчанию — от имени системы.")

    def handle(self, *, output: Path, **options: Any) -> None:
        if not output.parent.is_dir():
            raise CommandError(f"Папки {output.parent} нет: создайте её или укажите другую.")
        order = self._ordered(**options)
        bar = Bar(self.stdout)
        job = run_now(order.job, progress=bar)
        bar.close()
        if job.state != JobState.DONE:
            raise CommandError(job.failure or "Отчёт отменён.")
        put_file(output, order.path.read_bytes())
        self.stdout.write(f"{order.get_name_display()}: {output}, {format_size(output.stat().st_size)}.")

    def _ordered(
        self,
        *,
        name: str,
        unit: str,
        year: int,
        territories: str,
        file_format: str,
        login: str | None,
        **_others: Any,
    ) -> ReportOrder:
        found = Unit.objects.filter(code=unit).first()
        if found is None:
            raise CommandError(f"Единицы с кодом «{unit}» нет: укажите код края (24), муниципалитета (131) или школы.")
        try:
            return order_report(
                name=name,
                unit=found,
                year=year,
                territories=territories,
                file_format=file_format,
                actor=acting_user(login),
                now=timezone.now(),
            )
        except (NoSuchPerson, PermissionDenied, ReportDoesNotFit) as refused:
            raise CommandError(str(refused)) from refused
