"""Identify schools by a method from the results of an academic year, and print what was found."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services.people import NoSuchPerson, acting_user, system_user
from common.progress import Bar, no_progress
from common.russian import counted
from common.years import YearError, format_academic_year, parse_academic_year
from jobs.enums import JobState
from jobs.services.running import run_now
from monitoring.catalogue.method_files import method_files
from monitoring.models import IdentificationRun, Methodology, MethodologyEdition
from monitoring.selectors.runs import counts_of, findings_of, run_as_answer
from monitoring.services.identification_jobs import order_identification
from monitoring.services.identification_methods import load_methods
from schools.enums import Kind
from schools.models import Unit


class Command(BaseCommand):
    help = "Выявить школы по методике: кто с низкими результатами, кто в тяжёлых условиях, кто резильентный."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", required=True, help="Новейший учебный год результатов, например 2021/22.")
        parser.add_argument("--method", default="federal", help="Код методики: federal, integral или своя.")
        parser.add_argument("--unit", help="Код края или муниципалитета, школы которого сравниваются; обычно край.")
        parser.add_argument("--json", dest="as_json", action="store_true", help="Только JSON: категории и обоснование.")
        parser.add_argument("--as", dest="login", help="От чьего имени; по умолчанию — от имени системы.")

    def handle(
        self, *, year: str, method: str, unit: str | None, as_json: bool, login: str | None, **options: Any
    ) -> None:
        try:
            actor = acting_user(login)
            academic_year = parse_academic_year(year)
        except (NoSuchPerson, YearError) as wrong:
            raise CommandError(str(wrong)) from wrong
        region = _region(unit)
        edition = _edition(method)
        bar = None if as_json else Bar(self.stdout)
        try:
            job = order_identification(
                academic_year=academic_year, edition=edition, region=region, actor=actor, now=timezone.now()
            )
        except PermissionDenied as refused:
            raise CommandError(str(refused)) from refused
        job = run_now(job, progress=bar or no_progress)
        if bar:
            bar.close()
        if job.state != JobState.DONE:
            raise CommandError(job.failure or "Идентификация отменена.")
        run = IdentificationRun.objects.select_related("edition__methodology").get(pk=job.result["run"])
        self.stdout.write(_as_json(run, actor) if as_json else _in_words(run, actor))


def _region(code: str | None) -> Unit:
    if code is None:
        region = Unit.objects.of_kind(Kind.REGION).first()
        if region is None:
            raise CommandError("Край ещё не заведён: выполните load_territory и import_schools.")
        return region
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"Территории с кодом «{code}» нет: укажите код края (24) или муниципалитета, например 131.")
    return found


def _edition(code: str) -> MethodologyEdition:
    if not Methodology.objects.exists():
        load_methods(written=method_files(), actor=system_user(), now=timezone.now())
    edition = MethodologyEdition.objects.filter(methodology__code=code, is_current=True).first()
    if edition is None:
        known = ", ".join(Methodology.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(f"Методики «{code}» нет. Есть: {known}.")
    return edition


def _as_json(run: IdentificationRun, actor: User) -> str:
    return json.dumps(run_as_answer(run, user=actor), ensure_ascii=False, indent=1)


def _in_words(run: IdentificationRun, actor: User) -> str:
    counts = counts_of(run, own=findings_of(user=actor))
    lines = [
        f"Расчёт № {run.pk} по {format_academic_year(run.academic_year)} учебному году: {run.edition}.",
        f"Всего {counted(counts.schools, 'школа', 'школы', 'школ')}:",
        *(f"  {group.title}: {group.count}" for group in counts.groups),
        f"Отпечаток данных: {run.input_hash[:12]}. Смотреть на портале: {reverse('monitoring:run', args=[run.pk])}",
    ]
    return "\n".join(lines)
