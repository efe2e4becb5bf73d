"""Where a line through the years tells of different territories before and after."""

from schools.enums import OperationKind
from schools.models import Unit, UnitOperation


def breaks_of(unit: Unit) -> set[int]:
    """Return the years in which something came to a territory or left it: its numbers are not of one territory."""
    moved = UnitOperation.objects.filter(
        undone_at=None, kind__in=(OperationKind.MOVE, OperationKind.JOIN, OperationKind.SPLIT)
    )
    return {on.year for on in moved.filter(place_ids__contains=[unit.pk]).values_list("on", flat=True)}
