"""
Where units stand and stood. Called by `schools.services.registry` alone, which asks first whether it may be done.

Placements are the truth; ancestry is made of them, so it can always be made again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr

from schools.models import Ancestry, Placement, Unit, chain

DAY = timedelta(days=1)


def lock_tree() -> None:
    """Let one writer of the tree work at a time, until the end of the transaction; readers are not kept waiting."""
    list(Unit.objects.filter(parent=None).order_by("pk").select_for_update(no_key=True))


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


def unmove(unit: Unit, *, old: Unit, new: Unit, on: date) -> None:
    """Undo a move of a day: what came under the new parent by it stands under the old one again."""
    mark, before = f"/{new.pk}/{unit.pk}/", f"{old.path}{unit.pk}/"
    rows = list(Placement.objects.filter(path__contains=mark, valid_from__gte=on))
    for row in rows:
        row.path = before + row.path.split(mark, 1)[1]
        row.parent_id = old.pk if row.unit_id == unit.pk else row.parent_id
    Placement.objects.bulk_update(rows, ["path", "parent"], batch_size=1000)
    keys = {row.unit_id for row in rows}
    _join_touching(keys)
    if unit.parent_id == new.pk:
        lodge(unit, old)
    rebuild_ancestry(keys)


def lodge(unit: Unit, parent: Unit) -> None:
    """Say under whom a unit is found today, whatever its dated past; all below it in today's tree goes with it."""
    old, new = unit.path, f"{parent.path}{unit.pk}/"
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    Unit.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    unit.parent, unit.path = parent, new


def close(unit: Unit, last: date) -> None:
    """End a unit's standing with a day; it stays where it is found today."""
    Unit.objects.filter(pk=unit.pk).update(closed_on=last)
    Placement.objects.filter(unit=unit, valid_to=None).update(valid_to=last)
    rebuild_ancestry([unit.pk])
    unit.closed_on = last


def reopen(unit: Unit) -> None:
    """Undo a closing: the newest placement goes on."""
    newest = Placement.objects.filter(unit=unit).order_by("-valid_from").first()
    Unit.objects.filter(pk=unit.pk).update(closed_on=None)
    if newest is not None:
        Placement.objects.filter(pk=newest.pk).update(valid_to=None)
    rebuild_ancestry([unit.pk])
    unit.closed_on = None


def _join_touching(keys: Iterable[int]) -> None:
    """Make one of placements of a unit that follow each other in the same place."""
    grown: list[Placement] = []
    gone: list[int] = []
    last: Placement | None = None
    for row in Placement.objects.filter(unit__in=list(keys)).order_by("unit", "valid_from"):
        follows = last is not None and last.unit_id == row.unit_id and last.path == row.path
        if follows and last.valid_to is not None and last.valid_to + DAY == row.valid_from:
            last.valid_to = row.valid_to
            gone.append(row.pk)
            if last not in grown:
                grown.append(last)
        else:
            last = row
    Placement.objects.filter(pk__in=gone).delete()  # first: one placement alone may be without an end
    Placement.objects.bulk_update(grown, ["valid_to"], batch_size=1000)
