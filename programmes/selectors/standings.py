"""How one indicator stands to every target that programmes have set it, for whoever changes its definition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from accounts.models import User
from programmes.models import Programme
from programmes.selectors.indicator_table import indicator_table


def standings_of_indicator(indicator: int, user: User, today: date) -> Mapping[int, tuple[str, str]]:
    """Return, by the key of the target, what it is and how the programme's own territory stands to it."""
    readable = Programme.objects.readable_by(user).filter(programme_indicators__indicator=indicator)
    programmes = readable.select_related("unit")
    found: dict[int, tuple[str, str]] = {}
    for programme in programmes.order_by("pk"):
        table = indicator_table(unit=programme.unit, programme=programme, today=today, indicators=[indicator])
        for row in table.rows:
            for cell in row.cells:
                if cell.target is not None:
                    said = f"{programme}, {row.place.number}, {cell.year} год: {cell.target}"
                    found[cell.target.pk] = (said, str(cell.judgement.standing.label))
    return found
