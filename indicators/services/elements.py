"""Defining what is asked for: of whom, how it comes in and by when, and what a value must keep to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import sort_key
from indicators.enums import NUMBERS, AskedEvery, CollectionMethod, ElementType, YearValue
from indicators.formula.words import normal
from indicators.models import DataElement, SourceSystem
from indicators.services.agreement import KindDisagrees
from indicators.services.definitions import region, renew_parts
from indicators.services.entry_rights import fact_of
from indicators.services.recalculation import request_recalculation
from schools.access import require
from schools.enums import Kind
from schools.models import Unit

MOST_CATEGORIES = 30
LONGEST_CATEGORY = 100
CATEGORY_CODE = re.compile(r"[a-zа-яё0-9][a-zа-яё0-9_]{0,59}")  # it stands in the names of a form's fields


class AskedTwice(ValueError):
    """The same is asked at another level already: one of the two would be entered for nothing."""


class RuleMakesNoSense(ValueError):
    """No value could keep to the rule."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a value must keep to; nothing said is nothing asked."""

    least: Decimal | None = None
    most: Decimal | None = None
    is_whole: bool = False
    not_above: DataElement | None = None  # the whole of which this is a part, of the same unit and period
    change_limit: int | None = None  # per cent against the period before, beyond which a comment is asked for


@dataclass(frozen=True, slots=True)
class Collecting:
    """Where values come from, how, and by when: a day of the period's last year, or so many days after the period."""

    system: SourceSystem | None = None
    method: CollectionMethod = CollectionMethod.FORM
    due: tuple[int, int] | None = None  # month and day
    due_after: int | None = None
    every: AskedEvery = AskedEvery.YEAR
    waves: tuple[int, ...] = ()  # months
    year_value: YearValue | None = None  # of what is asked more often than once a year


@dataclass(frozen=True, slots=True)
class Breakdown:
    """By what a number is entered in parts that add up to it («по видам специалистов»): code and name of each part."""

    name: str = ""
    categories: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def define_system(
    *,
    code: str,
    name: str,
    actor: User,
    now: datetime,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> SourceSystem:
    """Enter an information system into the directory, or bring what is said of it up to date."""
    require(actor, Permission.INDICATOR_EDIT, at=region())
    wanted: dict[str, Any] = {"name": name, "valid_from": valid_from, "valid_to": valid_to}
    system = SourceSystem.objects.select_for_update().filter(code=code).first()
    before = None if system is None else {field: getattr(system, field) for field in wanted}
    if system is not None and before == wanted:
        return system
    system, _ = SourceSystem.objects.update_or_create(code=code, defaults=wanted)
    record(actor=actor, action="system.defined", target=system, now=now, before=_told(before), after=_told(wanted))
    return system


@transaction.atomic
def define_element(
    *,
    code: str,
    name: str,
    type: ElementType,
    level: Kind,
    actor: User,
    now: datetime,
    unit_of_measure: str = "",
    needs_evidence: bool = False,
    hint: str = "",
    states: dict[str, str] | None = None,
    asked_under: Unit | None = None,
    rules: Rules = Rules(),
    collecting: Collecting = Collecting(),
    breakdown: Breakdown = Breakdown(),
) -> DataElement:
    """
    Create a data element, or bring what is said of it up to date.

    :raises KindDisagrees: if type, level, how often it is asked or categories of one with entries would change
    :raises AskedTwice: if the same is asked at another level already
    :raises RuleMakesNoSense: if no value could keep to the rules, or it cannot be entered in such parts
    """
    require(actor, Permission.INDICATOR_EDIT, at=region())
    wanted: dict[str, Any] = {
        "asked_under_id": asked_under.pk if asked_under else None,
        "name": name,
        "type": type,
        "level": level,
        "unit_of_measure": unit_of_measure,
        "needs_evidence": needs_evidence,
        "hint": hint,
        "states": states or {},
        **_of_rules(rules),
        **_of_collecting(collecting),
        "breakdown": breakdown.name,
        "categories": [list(category) for category in breakdown.categories],
    }
    element = DataElement.objects.select_for_update().filter(code=code).first()
    before = None if element is None else {field: getattr(element, field) for field in wanted}
    if before == wanted and element is not None:
        return element
    _refuse_another_kind(element, wanted)
    _refuse_twice(code, name, type, level, wanted["asked_under_id"])
    _refuse_senseless(name, type, level, rules)
    _refuse_unsaid_year(name, type, collecting)
    _refuse_odd_breakdown(name, type, breakdown)
    element, _ = DataElement.objects.update_or_create(code=code, defaults=wanted)
    record(actor=actor, action="element.defined", target=element, now=now, before=_told(before), after=_told(wanted))
    if before is not None:
        _follow(element, before, wanted, actor=actor, now=now)
    return element


def _follow(element: DataElement, before: dict[str, Any], after: dict[str, Any], *, actor: User, now: datetime) -> None:
    """Let what is computed of an element follow how its year is made up, and in which parts it stands."""
    changed = {field for field in ("asked_every", "waves", "year_value", "categories") if before[field] != after[field]}
    if not changed:
        return
    reason = f"изменилось, как вносят «{element.name}»"
    request_recalculation(facts={fact_of(element)}, actor=actor, now=now, reason=reason)
    if "categories" in changed:
        renew_parts(actor=actor, now=now, reason=reason)


def _refuse_another_kind(element: DataElement | None, wanted: dict[str, Any]) -> None:
    """A category that came later would leave every total before it unknown; its name and place may change."""
    fixed = ("type", "level", "asked_every")
    if element is None:
        return
    is_same = all(getattr(element, field) == wanted[field] for field in fixed)
    if is_same and set(element.category_names) == {code for code, _ in wanted["categories"]}:
        return
    if element.observations.exists():
        raise KindDisagrees(
            f"В «{element.name}» уже есть записи: тип, уровень, частоту сбора и категории менять нельзя. "
            "Заведите новый код."
        )


def _refuse_odd_breakdown(name: str, type: ElementType, breakdown: Breakdown) -> None:
    if breakdown == Breakdown():
        return
    if type not in NUMBERS:
        raise RuleMakesNoSense(f"«{name}» — не число: по категориям его не вносят.")
    if not breakdown.name.strip() or not 2 <= len(breakdown.categories) <= MOST_CATEGORIES:
        raise RuleMakesNoSense(
            f"«{name}»: у разбивки есть название и от 2 до {MOST_CATEGORIES} категорий, у каждой код и название."
        )
    said: set[str] = set()
    for code, title in breakdown.categories:
        if not CATEGORY_CODE.fullmatch(code) or not title.strip() or len(title) > LONGEST_CATEGORY:
            raise RuleMakesNoSense(
                f"«{name}»: код категории — строчные буквы, цифры и «_», название — до {LONGEST_CATEGORY} знаков, а "
                f"дано «{code}» и «{title}»."
            )
        words = {normal(code), normal(title)}
        if words & said:
            raise RuleMakesNoSense(f"«{name}»: категория «{title}» названа дважды.")
        said |= words


def _refuse_unsaid_year(name: str, type: ElementType, collecting: Collecting) -> None:
    is_yearly = collecting.every == AskedEvery.YEAR
    if is_yearly and (collecting.year_value or collecting.waves):
        raise RuleMakesNoSense(f"«{name}» спрашивают раз в год: волн и правила года у него нет.")
    if not is_yearly and collecting.year_value is None:
        raise RuleMakesNoSense(
            f"«{name}» спрашивают чаще, чем раз в год: скажите, что значит год — сумма или последнее."
        )
    if collecting.year_value == YearValue.SUM and type not in NUMBERS:
        raise RuleMakesNoSense(f"«{name}» — не число: за год берётся последнее, а не сумма.")
    is_of_waves = collecting.every == AskedEvery.WAVE
    if is_of_waves != bool(collecting.waves) or any(month not in range(1, 13) for month in collecting.waves):
        raise RuleMakesNoSense(f"«{name}»: у волн названы месяцы от 1 до 12, у остального их нет.")


def _of_rules(rules: Rules) -> dict[str, Any]:
    return {
        "least": rules.least,
        "most": rules.most,
        "is_whole": rules.is_whole,
        "not_above_id": rules.not_above.pk if rules.not_above else None,
        "change_limit": rules.change_limit,
    }


def _of_collecting(collecting: Collecting) -> dict[str, Any]:
    month, day = collecting.due or (None, None)
    return {
        "system_id": collecting.system.pk if collecting.system else None,
        "collection": collecting.method,
        "due_month": month,
        "due_day": day,
        "due_after": collecting.due_after,
        "asked_every": collecting.every,
        "waves": sorted(collecting.waves),
        "year_value": collecting.year_value or "",
    }


def _refuse_twice(code: str, name: str, type: ElementType, level: Kind, asked_under: int | None) -> None:
    others = DataElement.objects.filter(type=type, asked_under=asked_under).exclude(code=code).exclude(level=level)
    for other in others:
        if sort_key(other.name) == sort_key(name):
            raise AskedTwice(
                f"«{name}» уже спрашивают: {other.get_level_display()}, код {other.code}. "
                "Спрашивайте один раз, внизу, а наверху складывайте формулой."
            )


def _refuse_senseless(name: str, type: ElementType, level: Kind, rules: Rules) -> None:
    if rules != Rules() and type not in NUMBERS:
        raise RuleMakesNoSense(f"«{name}» — не число: границ и сравнений у него нет.")
    if rules.least is not None and rules.most is not None and rules.least > rules.most:
        raise RuleMakesNoSense(f"«{name}»: наименьшее больше наибольшего, не подойдёт ни одно число.")
    whole = rules.not_above
    if whole is not None and (whole.level != level or whole.type not in NUMBERS):
        raise RuleMakesNoSense(f"«{name}» сравнивают с «{whole.name}»: это должно быть число того же уровня.")


def _told(said: dict[str, Any] | None) -> dict[str, Any] | None:
    """What is kept in the trail: numbers and days as text."""
    if said is None:
        return None
    return {field: str(value) if isinstance(value, Decimal | date) else value for field, value in said.items()}
