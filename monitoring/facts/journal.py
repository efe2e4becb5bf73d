"""
Marks against those of the journal, and the sign of results that are not objective: too many marks above the journal's.

Compared is what the file of results brought itself, else the newest comparison with the journal that was accepted.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from indicators.enums import ValueStatus
from indicators.facts import Basis, Cause, Fragment, Measure, Parameter, fact
from monitoring.facts.parameters import LEAST, MANY, settled
from monitoring.facts.results import Units
from monitoring.facts.sums import SIGN, held_for, limit_of_raised, not_held, results
from monitoring.models import SchoolResult
from schools.enums import Kind

JOURNAL = "сравнение отметок с журналом"
COMPARED = "raised + confirmed + lowered"


def _not_compared(basis: Basis, **params: Any) -> Cause | None:
    """Say that the procedure was not held, or that nobody compared its marks with the journal."""
    held = held_for(basis, **params)
    if not held:
        return not_held(basis, **params)
    if SchoolResult.objects.filter(assessment__in=held, raised__isnull=False).exists():
        return None
    return Cause("отметки этого года с отметками в журнале не сравнены", ValueStatus.NOT_SUBMITTED)


_fact = partial(
    fact,
    of=Kind.SCHOOL,
    settle=settled,
    availability=_not_compared,
    when_missing="никто из школы не участвовал, или её отметки с журналом не сравнены",
    source=JOURNAL,
)


def _way(name: str, share: str, column_of: str, title: str, english: str) -> None:
    """Register one outcome of the comparison: how many works, and which share of those compared."""

    @_fact(name, title=f"Работ, отметка за которые {title}", unit="работ", aliases=(english,), parameters=MANY)
    def works(basis: Basis, units: Units = None, **asked: Any) -> Fragment:
        rows = results(held_for(basis, **asked), with_journal=True)
        return rows.column(rows.sum(column_of))

    if not share:
        return

    @_fact(
        share,
        title=f"Доля работ, отметка за которые {title}, среди сравнённых с журналом",
        measure=Measure.SHARE,
        unit="%",
        aliases=(f"share_{english}",),
        parameters=(*MANY, LEAST),
        when_missing="участников слишком мало, или отметки с журналом не сравнены",
        missing_status=ValueStatus.TOO_FEW,
    )
    def share_of_works(basis: Basis, units: Units = None, *, least: int = LEAST.default, **asked: Any) -> Fragment:
        rows = results(held_for(basis, **asked), with_journal=True)
        whole = rows.sum(COMPARED)
        percent = f"100 * {rows.sum(column_of)}::numeric / NULLIF({whole}, 0)"
        return rows.column(f"CASE WHEN {whole} >= %s THEN {percent} END", int(least))


_way("повысили", "доля_повысивших", "raised", "выше отметки в журнале", "raised")
_way("подтвердили", "доля_подтвердивших", "confirmed", "равна отметке в журнале", "confirmed")
_way("понизили", "доля_понизивших", "lowered", "ниже отметки в журнале", "lowered")
_way("сравнены_с_журналом", "", COMPARED, "сравнена с отметкой в журнале", "compared_with_journal")


@_fact(
    "признаки_необъективности",
    title=(
        "Есть признак необъективности: отметка выше журнальной у многих (доля — из методики идентификации, если она "
        "задана, иначе настройка портала: 30 % участников, не меньше 10)"
    ),
    measure=Measure.FLAG,
    aliases=("необъективная", "необъективные", "signs_of_bias", "not_objective"),
    parameters=(
        *MANY,
        Parameter(
            "повысивших",
            "raised",
            "от скольких процентов повысивших; 0 — как в методике",
            required=False,
            default=0,
            number=True,
        ),
    ),
    missing_status=ValueStatus.NOT_SUBMITTED,
)
def signs(basis: Basis, units: Units = None, *, raised: int = 0, **asked: Any) -> Fragment:
    """1 where any result shows the sign, 0 where those compared with the journal do not; unknown where none was."""
    percent, least = limit_of_raised(basis)
    rows = results(held_for(basis, **asked), with_journal=True)
    sign = f"CASE WHEN {rows.any(SIGN)} THEN 1 WHEN {rows.any('raised IS NOT NULL')} THEN 0 END"
    return rows.column(sign, least, raised or percent)
