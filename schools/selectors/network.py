"""The journal of changes of the network, and what became of units that are no more."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission
from common.numbers import NBSP
from schools.enums import Kind
from schools.models import Succession, Unit, UnitOperation

FIELDS = {
    "kind": "вид",
    "code": "код",
    "name": "наименование",
    "short_name": "краткое наименование",
    "level": "уровень",
    "locality": "местность",
    "type": "тип",
    "municipality_type": "тип муниципалитета",
}


def operation_journal(*, user: User) -> QuerySet[UnitOperation]:
    """Return the operations that somebody may see, each with where it was and who wrote it."""
    seen = UnitOperation.objects.visible_to(user, Permission.UNIT_VIEW)
    return seen.select_related("unit", "made_by", "undone_by")


def steps_in_words(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write what an operation does; organisations that go the same way are counted, and a few are named."""
    told: list[str] = []
    ways: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        if step["did"] == "opened":
            told.append(f"открывается {step['name']}, код {step['code']} ({step.get('to_name', 'край')})")
        elif step["did"] == "closed":
            told.append(f"закрывается {step['name']}, последний день {_day(step['last'])}")
        elif step["did"] == "retold":
            told += [
                f"{step['name']}: {FIELDS[name]} — {step['before'][name] or 'нет'} → {value or 'нет'}"
                for name, value in step["after"].items()
            ]
        elif step["did"] == "moved":
            ways.setdefault((step["from_name"], step["to_name"]), []).append(step["name"])
    for (old, new), names in ways.items():
        shown = ", ".join(names[:5]) + (f" и ещё {len(names) - 5}" if len(names) > 5 else "")
        told.append(f"из «{old}» в «{new}» переходят {len(names)}{NBSP}ед.: {shown}")
    return told


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d.%m.%Y}"


def heirs_of(units: Iterable[Unit]) -> dict[int, list[int]]:
    """Return, for closed units, the keys of those open today that took over from them, however many steps away."""
    next_of: dict[int, list[int]] = {}
    for former, successor in Succession.objects.order_by("-share", "pk").values_list("former", "successor"):
        next_of.setdefault(former, []).append(successor)
    still_open = set(Unit.objects.filter(closed_on=None, pk__in=next_of).values_list("pk", flat=True))

    def last(key: int, seen: frozenset[int]) -> list[int]:
        if key not in next_of or key in seen or key in still_open:
            return [key]
        return [far for heir in next_of[key] for far in last(heir, seen | {key})]

    found = {unit.pk: list(dict.fromkeys(last(unit.pk, frozenset()))) for unit in units}
    return {key: [heir for heir in heirs if heir != key] for key, heirs in found.items()}


def counts_on(day: date) -> Counter[str]:
    """Count municipalities of each legal form on a day."""
    units = Unit.objects.open_on(day).of_kind_on(day, Kind.MUNICIPALITY).as_of(day)
    return Counter(units.values_list("municipality_type_then", flat=True))
