"""
Where units stand and stood. Called by `schools.services.registry` alone, which asks first whether it may be done.

Placements are the truth; ancestry is made of them, so it can always be made again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr

from schools.models import Ancestry, Placement, Unit

DAY = timedelta(days=1)


def lock_tree() -> None:
    """Let one writer of the tree work at a time, until the end of the transaction; readers are not kept waiting."""
    list(Unit.objects.filter(parent=None).order_by("pk").select_for_update(no_key=True))


def chain(path: str) -> list[int]:
    """Return the keys of a path from the root down to the unit itself."""
    return [int(key) for key in path.strip("/").split("/")]


def place(units: Sequence[Unit], since: Sequence[date]) -> None:
    """Put new units where their paths say, each from its day on."""
    pairs = list(zip(units, since, strict=True))
    Placement.objects.bulk_create(
        (Placement(unit=unit, parent=unit.parent, path=unit.path, valid_from=day) for unit, day in pairs),
        batch_size=1000,
    )
    Ancestry.objects.bulk_create(
        (Ancestry(unit=unit, ancestor_id=key, valid_from=day) for unit, day in pairs for key in chain(unit.path)),
        batch_size=5000,
    )


def move(unit: Unit, parent: Unit, on: date) -> None:
    """Put a unit and all that stands below it on a day, or comes there later, under another parent."""
    old, new = unit.path, f"{parent.path}{unit.pk}/"
    kept = Placement.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), path__startswith=old)
    split: list[Placement] = []
    for placement in kept:
        is_itself = placement.unit_id == unit.pk
        moved = Placement(
            unit_id=placement.unit_id,
            parent_id=parent.pk if is_itself else placement.parent_id,
            path=new + placement.path[len(old) :],
            valid_from=max(on, placement.valid_from),
            valid_to=placement.valid_to,
        )
        split.append(moved)
    kept.filter(valid_from__gte=on).delete()
    kept.filter(valid_from__lt=on).update(valid_to=on - DAY)
    Placement.objects.bulk_create(split, batch_size=1000)
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    below = Concat(Value(new), Substr(F("path"), len(old) + 1))
    Unit.objects.filter(path__startswith=old).update(path=below)
    rebuild_ancestry({placement.unit_id for placement in split})
    unit.parent, unit.path = parent, new


def rebuild_ancestry(keys: Iterable[int]) -> None:
    """Make the ancestry of units anew from their placements; stretches that touch become one."""
    keys = list(keys)
    stretches: dict[tuple[int, int], list[tuple[date, date | None]]] = defaultdict(list)
    for placement in Placement.objects.filter(unit__in=keys).order_by("unit", "valid_from"):
        for ancestor in chain(placement.path):
            known = stretches[placement.unit_id, ancestor]
            if known and known[-1][1] is not None and known[-1][1] + DAY == placement.valid_from:
                known[-1] = (known[-1][0], placement.valid_to)
            else:
                known.append((placement.valid_from, placement.valid_to))
    Ancestry.objects.filter(unit__in=keys).delete()
    Ancestry.objects.bulk_create(
        (
            Ancestry(unit_id=unit, ancestor_id=ancestor, valid_from=first, valid_to=last)
            for (unit, ancestor), spans in stretches.items()
            for first, last in spans
        ),
        batch_size=5000,
    )
