"""
Targets of a catalogue into the database: a change keeps what was, with the package and its document as the reason.

A target that people decided on in the portal stays as they decided; where the package says otherwise, both are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.services.audit import record
from common.numbers import NOTHING
from documents.models import Document
from indicators.enums import PeriodKind
from indicators.models import IndicatorEdition, Period
from programmes.catalogue.records import IndicatorRecord, TargetRecord
from programmes.enums import ChangeCause, TargetOperator, TargetScope
from programmes.models import Programme, ProgrammeIndicator, Target, TargetChange
from programmes.selectors.saying import said_target
from programmes.selectors.targets import said_wanted
from programmes.services.load_report import LoadReport, named
from programmes.services.targets import kept_of
from schools.models import Unit

PROMISED = ("operator", "value", "upper", "base_year", "scope", "also")
WHAT = "цели"
TAKEN_OUT = {
    "operator": TargetOperator.NOT_APPLICABLE, "value": None, "upper": None, "base_year": None, "also": None,
    "scope": TargetScope.WHOLE, "verbatim": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Package:
    """Which package is loaded, by whom and when: what stands behind each change that it makes."""

    programme: Programme
    reason: str
    document: Document | None
    actor: User
    now: datetime
    report: LoadReport
    periods: dict[int, Period]
    in_force_from: int  # the year from which what the package no longer has is closed

    @property
    def owner(self) -> Unit | None:
        """Who keeps to itself what the package measures: the programme's unit, nobody where that is the region."""
        return self.programme.unit if self.programme.unit.parent_id is not None else None

    def write_down(self, *, action: str, before: dict[str, str], after: dict[str, str]) -> None:
        """Write into the history of the programme what the package changes in it, and why."""
        reason = "; ".join(filter(None, [self.reason, str(self.document or "")]))
        told = {"before": before, "after": after, "reason": reason}
        record(actor=self.actor, action=action, target=self.programme, now=self.now, **told)


def load_targets(place: ProgrammeIndicator, record: IndicatorRecord, edition: IndicatorEdition, load: Package) -> None:
    """Load the targets of a row; those of years that the package no longer has are taken out, their history kept."""
    standing = {target.period.year: target for target in _targets_of(place)}
    for wanted in record.targets:
        values = _values(wanted)
        target = standing.pop(wanted.year, None)
        if target is None:
            Target.objects.create(programme_indicator=place, period=load.periods[wanted.year], **values)
            load.report.note(WHAT, f"{record.number}/{wanted.year}", "added")
        else:
            _bring(target, values, place, edition, load)
    for target in standing.values():
        if target.verbatim:  # those without words were set in the portal
            _bring(target, TAKEN_OUT, place, edition, load)


def _targets_of(place: ProgrammeIndicator) -> list[Target]:
    rows = Target.objects.filter(programme_indicator=place, unit=None, period__kind=PeriodKind.YEAR)
    return list(rows.select_related("period").prefetch_related("changes__document"))


def _values(wanted: TargetRecord) -> dict[str, Any]:
    also = wanted.also
    return {
        "operator": TargetOperator(wanted.operator),
        "value": wanted.value,
        "upper": wanted.upper,
        "base_year": wanted.base_year,
        "scope": TargetScope(wanted.scope),
        "verbatim": wanted.text,
        "also": also and {"element": also.element, "operator": also.operator, "value": str(also.value)},
    }


def _bring(
    target: Target, values: dict[str, Any], place: ProgrammeIndicator, edition: IndicatorEdition, load: Package
) -> None:
    """Bring a target to what the package says, unless people decided otherwise."""
    name = f"{place.number}/{target.period.year}"
    differing = {each for each in values if getattr(target, each) != values[each]}
    if not differing:
        load.report.note(WHAT, name, "left")
        return
    title = f"{named(place.indicator.name, place.number)}, {target.period.in_words}"
    becomes = Target(**values)
    if (decision := _decision_on(target, edition)) is not None:
        if differing & set(PROMISED):
            load.report.decide(WHAT, f"{title}: {decision}, в пакете {said_target(becomes, edition)}")
        load.report.note(WHAT, name, "left")
        return
    was, before, spoken = kept_of(target), said_wanted(target), said_target(target, edition)
    for each in differing:
        setattr(target, each, values[each])
    target.save(update_fields=[*differing])
    load.report.note(WHAT, name, "changed")
    if not differing & set(PROMISED):
        load.report.tell(WHAT, title, "слова документа", was["verbatim"] or NOTHING, target.verbatim or NOTHING)
        return
    load.report.tell(WHAT, title, "цель", spoken, said_target(target, edition))
    _keep(target, was, load)
    row = f"{place.number}, {target.period.in_words}: "
    load.write_down(
        action="programme.target_changed", before={"target": row + before}, after={"target": row + said_wanted(target)}
    )


def _keep(target: Target, was: dict[str, Any], load: Package) -> None:
    """Write what was and what became beside the target."""
    TargetChange.objects.create(
        target=target,
        was=was,
        became=kept_of(target),
        cause=ChangeCause.PACKAGE,
        reason=load.reason,
        document=load.document,
        changed_by=load.actor,
        changed_at=load.now,
    )


def _decision_on(target: Target, edition: IndicatorEdition) -> str | None:
    """Say how the target stands in the portal by a decision of people; None where it stands by a package."""
    last = max(target.changes.all(), key=lambda change: (change.changed_at, change.pk), default=None)
    if last is None and not target.verbatim and target.operator != TargetOperator.NOT_APPLICABLE:
        return f"в портале {said_target(target, edition)} (поставлена там)"
    if last is None or last.cause == ChangeCause.PACKAGE:
        return None
    by = f", {last.document}" if last.document else ""
    day = timezone.localdate(last.changed_at)
    word = "сравнение определено" if last.is_settling else "изменена"
    return f"в портале {said_target(target, edition)} ({word} {day:%d.%m.%Y}{by})"
