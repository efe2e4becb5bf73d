"""Ordering a report and making its file, once however often the work is begun."""

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import acting_token
from accounts.services.audit import record
from jobs.enums import JobState
from jobs.models import Job
from jobs.registry import JobRefused, Progress
from jobs.services.orders import order_job
from jobs.services.running import fence
from reports.enums import ReportFormat, ReportName
from reports.models import ReportOrder
from reports.selectors.basis import NothingToReport
from reports.services.composing import KINDS, compose, printed
from schools.access import can, require
from schools.enums import Kind, Territories
from schools.models import Unit

JOB_KIND = "reports.render"
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class ReportDoesNotFit(ValueError):
    """The report is not made of such a unit; the message is for the person."""


def order_report(
    *,
    name: str,
    unit: Unit,
    year: int,
    file_format: str,
    actor: User,
    now: datetime,
    territories: str = Territories.OWN,
) -> ReportOrder:
    """
    Order a report. While the same order of the same person waits, it is returned instead of a second one.

    :raises ReportDoesNotFit: if the report is not made of such a unit
    """
    require(actor, Permission.REPORT_ORDER, at=unit)
    if unit.kind not in KINDS[name].units:
        raise ReportDoesNotFit(
            f"Отчёт «{ReportName(name).label}» не составляется, если выбрано «{unit.short_name}» "
            f"({unit.get_kind_display()}): выберите {_fitting(name)}."
        )
    token = acting_token(actor)
    who = f"{actor.pk}/{token.pk}" if token else str(actor.pk)  # a key sees less than its person
    key = f"{JOB_KIND}:{who}:{name}:{unit.pk}:{year}:{territories}:{file_format}"
    asked = ReportOrder(
        name=name, unit=unit, year=year, territories=territories, format=file_format, ordered_by=actor, ordered_at=now
    )
    try:
        with transaction.atomic():
            return _waiting(key) or _new_order(asked, actor, now, key)
    except IntegrityError:
        waiting = _waiting(key)  # the same order came at the same moment
        if waiting is None:
            raise
        return waiting


def _fitting(name: str) -> str:
    return "школу" if KINDS[name].units == {Kind.SCHOOL} else "край, округ или муниципалитет"


def _waiting(key: str) -> ReportOrder | None:
    return ReportOrder.objects.filter(job__dedupe_key=key, job__state__in=UNFINISHED).first()


def _new_order(order: ReportOrder, actor: User, now: datetime, key: str) -> ReportOrder:
    order.save(force_insert=True)
    borders = ", сегодняшние территории" if order.territories == Territories.TODAY else ""
    order.job = order_job(
        kind=JOB_KIND,
        payload={"order": str(order.pk)},
        actor=actor,
        now=now,
        title=f"{order.get_name_display()}: {order.unit.short_name}, {order.year} год{borders}, "
        f"{order.get_format_display()}",
        dedupe_key=key,
    )
    order.save(update_fields=["job"])
    record(
        actor=actor,
        action="report.ordered",
        target=order,
        now=now,
        after={"name": order.name, "year": order.year, "format": order.format, "territories": order.territories},
    )
    return order


def render_order(job: Job, progress: Progress) -> dict[str, Any]:
    """
    Make the file of an order: what whoever ordered it, or the key it was ordered with, may see now.

    Doing it twice leaves one file.

    :raises JobRefused: if there is nothing to report, or the person may no longer see the unit
    """
    order = ReportOrder.objects.select_related("unit").get(pk=job.payload["order"])
    if not can(job.ordered_by, Permission.REPORT_ORDER, at=order.unit):
        raise JobRefused(f"{order.unit.short_name}: у вас больше нет права заказывать отчёты этой территории.")
    progress(0, 3, "Сбор данных")
    now = timezone.now()
    try:
        asked = {"name": order.name, "unit": order.unit, "year": order.year, "territories": order.territories}
        report = compose(**asked, user=job.ordered_by, now=now)
    except NothingToReport as nothing:
        raise JobRefused(str(nothing)) from nothing
    progress(1, 3, "Вёрстка и печать" if order.format == ReportFormat.PDF else "Запись листов")
    content = printed(report, order.format)
    progress(2, 3, "Запись файла")
    with transaction.atomic():
        fence(job)
        put_file(order.path, content)
        order.file_name, order.file_size = file_name(order), len(content)
        order.file_sha256, order.file_erased_at = hashlib.sha256(content).hexdigest(), None
        order.save(update_fields=["file_name", "file_size", "file_sha256", "file_erased_at"])
    progress(3, 3, "Готово")
    return {"page": ["reports:order", str(order.pk)], "text": f"Отчёт готов: {order.file_name}."}


def file_name(order: ReportOrder) -> str:
    """Name the file as a person would: report, unit, year."""
    borders = ", сегодняшние территории" if order.territories == Territories.TODAY else ""
    return f"{order.get_name_display()}. {order.unit.short_name}, {order.year}{borders}.{order.format}"


def put_file(path: Path, content: bytes) -> None:
    """Put a whole file in its place at once, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".being-written-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o640)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
