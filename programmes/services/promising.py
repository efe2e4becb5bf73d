"""
Targets beside those of the document: a unit's own, of a half-year or a wave, of the programme's end; how values add up.

An own target of a municipality or a school stands before the programme's. All of it is written down in the programme's
history, and in an approved programme with a reason.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.numbers import format_number
from common.versions import refuse_if_changed
from indicators.enums import IndicatorKind, PeriodKind
from indicators.facts import level_of_kind
from indicators.selectors.staleness import indicator_key
from indicators.services.definitions import year_period
from indicators.services.periods import shorter_period
from indicators.services.recalculation import request_recalculation
from programmes.catalogue.target_rules import refusals_of
from programmes.enums import Cumulation, TargetOperator, TargetScope
from programmes.models import END_OPERATORS, Programme, ProgrammeIndicator, Target
from programmes.selectors.reading import ASKED_OF
from programmes.selectors.targets import (
    FIGURES,
    direction_of,
    is_own,
    said_wanted,
    shown_of_bands,
    shown_of_row,
    shown_of_target,
)
from programmes.services.drafting import SomebodySavedFirst
from programmes.services.targets import (
    TargetRefused,
    Wanted,
    check_wanted,
    hold_programme,
    hold_target,
    refuse_unexplained,
)
from schools.access import require
from schools.models import Unit


@dataclass(frozen=True, slots=True)
class RowRules:
    """How a row's yearly values are read, and what is promised of it by the end of the programme."""

    cumulation: str = ""
    end_operator: str = ""
    end_value: Decimal | None = None
    is_of_parent: bool = False  # of a part: its whole is what the row that it is a part of counts


@transaction.atomic
def set_target(
    *,
    place: ProgrammeIndicator,
    code: str,
    wanted: Wanted,
    actor: User,
    now: datetime,
    unit: Unit | None = None,
    scope: str = TargetScope.WHOLE,
    reason: str = "",
) -> Target:
    """
    Add a target: of a named unit, of a half-year or a wave, of a year of which nothing is promised yet.

    `code` is of the period: `2021`, `2021-H1`, `2021-IX`. `scope` says of whom the programme's own target is asked.

    :raises TargetRefused: if there is one already, the unit is not of the programme's territory, or the figures do not
        suit
    :raises NoReason: if the programme is approved and no reason is given
    """
    programme, direction = place.programme, direction_of(place)
    require(actor, Permission.PROGRAMME_EDIT, at=programme.unit, direction=direction)
    programme = hold_programme(programme)
    period = shorter_period(code) if "-" in code else year_period(int(code))
    ProgrammeIndicator.objects.select_for_update(of=("self",)).get(pk=place.pk)  # of two who add the same one waits
    if unit is not None and (unit.pk == programme.unit_id or not unit.path.startswith(programme.unit.path)):
        raise TargetRefused(f"«{unit.short_name}» — не из территории программы. Выберите того, кто в неё входит.")
    if not programme.starts_on.year <= period.year <= programme.ends_on.year:
        raise TargetRefused(
            f"Программа идёт {programme.starts_on.year}–{programme.ends_on.year}. Выберите другой срок."
        )
    if place.targets.filter(period=period, unit=unit).exists():
        raise TargetRefused("Такая цель уже есть. Откройте её и измените.")
    if unit is not None and (scope != TargetScope.WHOLE or wanted.also):
        raise TargetRefused("«Каждой школы» и две половины бывают у цели программы. Уберите их или то, чья это цель.")
    _check_scope(place, scope)
    new = Target(programme_indicator=place, period=period, unit=unit, scope=scope)
    check_wanted(place, new, wanted)
    refuse_unexplained(programme, reason)
    for name in FIGURES:
        setattr(new, name, getattr(wanted, name))
    new.save()
    record(
        actor=actor,
        action="programme.target_set",
        target=programme,
        now=now,
        before={"target": ""},
        after={"target": _said_target(place, new)},
        reason=reason.strip(),
    )
    if period.kind != PeriodKind.YEAR:
        told = f"цель показателя {place.number}: {period.in_words}"
        facts, years = {indicator_key(place.indicator)}, {period.year}
        request_recalculation(facts=facts, years=years, actor=actor, now=now, reason=told)
    return new


@transaction.atomic
def withdraw_target(*, target: Target, actor: User, now: datetime, reason: str = "", seen: str = "") -> None:
    """
    Take back a target that no document states: of a named unit, or of a half-year or a wave.

    What it asked stays in the programme's history, and so do its changes with their documents. `seen` is the mark of
    what the person was shown (`selectors.targets.shown_of_target`).

    :raises SomebodySavedFirst: if it has been changed since the person looked
    :raises TargetRefused: if a document states it, or somebody has withdrawn it already
    :raises NoReason: if the programme is approved and no reason is given
    """
    place = target.programme_indicator
    require(actor, Permission.PROGRAMME_EDIT, at=place.programme.unit, direction=direction_of(place))
    programme = hold_programme(place.programme)
    locked = hold_target(target)
    refuse_if_changed(seen=seen, shown=shown_of_target(locked), refusal=SomebodySavedFirst)
    if not is_own(locked):
        raise TargetRefused("Эту цель ставит сам документ: снять её нельзя. Измените её, назвав причину.")
    refuse_unexplained(programme, reason)
    said = _said_target(place, locked)
    record(
        actor=actor,
        action="programme.target_withdrawn",
        target=programme,
        now=now,
        before={"target": said},
        after={"target": ""},
        reason=reason.strip(),
    )
    locked.changes.update(target=None, withdrawn_from=place, withdrawn=said[:400], scope=locked.scope)
    locked.delete()


@transaction.atomic
def keep_row_rules(
    *, place: ProgrammeIndicator, rules: RowRules, actor: User, now: datetime, reason: str = "", seen: str = ""
) -> ProgrammeIndicator:
    """
    Say how a row's values add up and what is promised by the programme's end.

    `seen` is the mark of what the person was shown (`selectors.targets.shown_of_row`).

    :raises SomebodySavedFirst: if it has been changed since the person looked
    :raises TargetRefused: if nothing is changed, half of the end's target is missing or its figure does not
        suit, or the row is a distribution
    :raises NoReason: if the programme is approved and no reason is given
    """
    require(actor, Permission.PROGRAMME_EDIT, at=place.programme.unit, direction=direction_of(place))
    programme = hold_programme(place.programme)
    locked = ProgrammeIndicator.objects.select_for_update(of=("self",)).select_related("indicator").get(pk=place.pk)
    refuse_if_changed(seen=seen, shown=shown_of_row(locked), refusal=SomebodySavedFirst)
    if bool(rules.end_operator) != (rules.end_value is not None):
        raise TargetRefused("Цель к концу программы — это сравнение и число. Впишите оба или уберите оба.")
    if rules.end_operator and rules.end_operator not in END_OPERATORS:
        raise TargetRefused("К концу программы можно обещать «не менее», «не более» или «равно». Выберите из них.")
    if rules.is_of_parent and (not locked.part_of or rules.cumulation == Cumulation.FROM_START):
        raise TargetRefused("Долей от другого показателя бывает только его часть, и нарастающим итогом её не считают.")
    kind = locked.indicator.editions.filter(is_current=True).values_list("kind", flat=True).first() or ""
    if kind == IndicatorKind.DISTRIBUTION and rules != RowRules():
        raise TargetRefused(
            "У распределения нет одного числа: годы его не складывают, к концу программы его не обещают. Заведите "
            "показатель-долю — «доля_в(распределение(…), часть)» — и скажите это о нём."
        )
    _check_end(rules, kind=kind, year=programme.ends_on.year)
    if rules == RowRules(locked.cumulation, locked.end_operator, locked.end_value, locked.is_of_parent):
        raise TargetRefused("Ничего не изменено. Исправьте то, что меняется.")
    refuse_unexplained(programme, reason)
    before = _said_rules(locked)
    for name, value in asdict(rules).items():
        setattr(locked, name, value)
    locked.save(update_fields=[*asdict(rules)])
    record(
        actor=actor,
        action="programme.row_rules",
        target=programme,
        now=now,
        before={"rules": f"{locked.number}: {before}"},
        after={"rules": f"{locked.number}: {_said_rules(locked)}"},
        reason=reason.strip(),
    )
    return locked


def _check_end(rules: RowRules, *, kind: str, year: int) -> None:
    """:raises TargetRefused: if no indicator of the kind could be promised so by the end of the programme"""
    if rules.end_operator:
        wanted = Wanted(rules.end_operator, rules.end_value)
        for sentence in refusals_of(wanted, kind=kind, scope=TargetScope.WHOLE, year=year):
            raise TargetRefused(sentence)


@transaction.atomic
def keep_bands(
    *,
    programme: Programme,
    points: Decimal,
    units: Decimal,
    actor: User,
    now: datetime,
    reason: str = "",
    seen: str = "",
) -> Programme:
    """
    Say by how much values of a running year may be short of targets that have no band of their own.

    `seen` is the mark of what the person was shown (`selectors.targets.shown_of_bands`).

    :raises SomebodySavedFirst: if it has been changed since the person looked
    :raises TargetRefused: if nothing is changed
    :raises NoReason: if the programme is approved and no reason is given
    """
    require(actor, Permission.PROGRAMME_EDIT, at=programme.unit)
    locked = hold_programme(programme)
    refuse_if_changed(seen=seen, shown=shown_of_bands(locked), refusal=SomebodySavedFirst)
    if (points, units) == (locked.band_points, locked.band_units):
        raise TargetRefused("Ничего не изменено: допуск тот же. Исправьте то, что меняется.")
    refuse_unexplained(locked, reason)
    before = _said_bands(locked)
    locked.band_points, locked.band_units = points, units
    locked.save(update_fields=["band_points", "band_units"])
    record(
        actor=actor,
        action="programme.bands",
        target=locked,
        now=now,
        before={"bands": before},
        after={"bands": _said_bands(locked)},
        reason=reason.strip(),
    )
    return locked


def _check_scope(place: ProgrammeIndicator, scope: str) -> None:
    asked = ASKED_OF.get(TargetScope(scope))
    edition = place.indicator.editions.filter(is_current=True).first()
    if asked and edition and level_of_kind(edition.level).rank > level_of_kind(asked).rank:
        raise TargetRefused(
            f"Показатель собирают на уровне «{edition.get_level_display()}»: спросить его с {TargetScope(scope).label} "
            "не с кого. Выберите другое."
        )


def _said_target(place: ProgrammeIndicator, target: Target) -> str:
    whose = f", {target.unit.short_name}" if target.unit else ""
    return f"{place.number}, {target.period.in_words}{whose}: {said_wanted(target)}"


def _said_rules(place: ProgrammeIndicator) -> str:
    said = [str(Cumulation(place.cumulation).label)] if place.cumulation else ["как обычно"]
    if place.end_value is not None:
        operator = TargetOperator(place.end_operator).label
        said.append(f"к концу программы {operator} {format_number(place.end_value)}")
    if place.is_of_parent:
        said.append(f"целое — числитель показателя {place.part_of}")
    return ", ".join(said)


def _said_bands(programme: Programme) -> str:
    points, units = format_number(programme.band_points), format_number(programme.band_units)
    return f"для долей {points} п. п., для количеств {units}"
