"""What the newest check of everything has found."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.permissions import Permission
from indicators.checks.registry import Check, registered_checks
from indicators.enums import Severity
from indicators.models import CheckRun, Remark
from schools.models import Unit

FIRST = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """A check with how much it has found and the first of it."""

    check: Check
    count: int
    first: list[Remark]


def newest_run() -> CheckRun | None:
    """Return the newest run with whoever ordered it."""
    return CheckRun.objects.select_related("ordered_by").order_by("-pk").first()


def remarks(*, user: User, run: CheckRun | None) -> QuerySet[Remark]:
    """Return what a run has found of the things that somebody may see, in order."""
    seen = Unit.objects.visible_to(user, Permission.INDICATOR_VIEW).values("pk")
    rows = Remark.objects.filter(Q(unit=None) | Q(unit__in=seen), run=run)
    return rows.order_by("check_code", "number")


def answers(*, user: User, run: CheckRun | None) -> list[Answer]:
    """Return every check with what it has found, the gravest first; those that found nothing last."""
    rows = remarks(user=user, run=run)
    counts = dict(rows.order_by().values_list("check_code").annotate(count=Count("pk")))
    numbered = rows.annotate(place=Window(RowNumber(), partition_by=F("check_code"), order_by=F("number").asc()))
    first: dict[str, list[Remark]] = {}
    for row in numbered.filter(place__lte=FIRST):
        first.setdefault(row.check_code, []).append(row)
    found = [Answer(one, counts.get(one.code, 0), first.get(one.code, [])) for one in registered_checks()]
    return sorted(found, key=lambda answer: not answer.count)


def counts_by_severity(found: list[Answer]) -> list[tuple[Severity, int]]:
    """Return how much of each gravity was found."""
    return [(one, sum(each.count for each in found if each.check.severity == one)) for one in Severity]


def address_of(remark: Remark) -> str:
    """Return the page where a remark is looked at, if its address is there."""
    if not remark.page:
        return ""
    name, *keys = remark.page
    query = keys.pop() if keys and str(keys[-1]).startswith("?") else ""
    try:
        return f"{reverse(name, args=keys)}{query}"
    except NoReverseMatch:
        return ""
