"""Putting every check to everything that is defined, asked, answered and computed, and keeping what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.progress import Progress, no_progress
from indicators.checks.registry import Check, Found, registered_checks
from indicators.checks.scene import Scene
from indicators.models import CheckRun, Remark
from indicators.services.agreement import disagreement
from indicators.services.computing import dependencies
from indicators.services.definitions import region
from jobs.models import Job
from jobs.services.orders import order_job
from schools.access import require

CHECKING_KIND = "indicators.check"
KEPT_RUNS = 20


@transaction.atomic
def order_checks(*, actor: User, now: datetime) -> Job:
    """Order that everything be checked anew; one that waits already is enough."""
    require(actor, Permission.INDICATOR_EDIT, at=region())
    return order_job(kind=CHECKING_KIND, payload={}, actor=actor, now=now, dedupe_key=CHECKING_KIND)


@transaction.atomic
def run_checks(*, actor: User, clock: Callable[[], datetime], progress: Progress = no_progress) -> CheckRun:
    """Look for everything that checks know of; what was found before is replaced, how much was found is kept."""
    require(actor, Permission.INDICATOR_EDIT, at=region())
    started = clock()
    found = list(findings(now=started, progress=progress))
    counts = {check.code: len(rows) for check, rows in found}
    run = CheckRun.objects.create(started_at=started, finished_at=clock(), ordered_by=actor, counts=counts)
    Remark.objects.exclude(run=run).delete()
    kept = CheckRun.objects.order_by("-pk").values("pk")[:KEPT_RUNS]
    CheckRun.objects.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    rows = [_remark(run, check, number, one) for check, many in found for number, one in enumerate(many, 1)]
    Remark.objects.bulk_create(rows, batch_size=2000)
    return run


def findings(*, now: datetime, progress: Progress = no_progress) -> Iterator[tuple[Check, list[Found]]]:
    """Give each check with what it has found; nothing is written."""
    scene = Scene(now=now, today=timezone.localdate(now), depends=dependencies, disagrees=disagreement)
    checks = registered_checks()
    for done, check in enumerate(checks):
        progress(done, len(checks), check.title)
        yield check, list(check.look(scene))
    progress(len(checks), len(checks), "проверено")


def _remark(run: CheckRun, check: Check, number: int, found: Found) -> Remark:
    return Remark(
        run=run,
        check_code=check.code,
        severity=check.severity,
        number=number,
        title=found.title[:700],
        said=found.said,
        page=list(found.page),
        indicator_id=found.indicator_id,
        unit_id=found.unit_id,
    )
