"""What may be put into a programme, and what may be the other half of its targets."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from indicators.enums import NUMBERS
from indicators.facts import level_of_kind
from indicators.models import DataElement, IndicatorEdition
from programmes.models import Programme

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RowChoices:
    """What the form of a new row offers: indicators, directions of the programme, rows that it may be a part of."""

    indicators: list[Choice]
    directions: list[Choice]
    rows: list[Choice]


def row_choices(programme: Programme) -> RowChoices:
    """Return what may be put into a programme: the indicators that are computed for its unit and do not stand in it."""
    above = programme.unit.line
    standing = list(programme.programme_indicators.select_related("indicator").order_by("sort_order", "pk"))
    editions = (
        IndicatorEdition.objects.filter(is_current=True)
        .filter(Q(indicator__owner=None) | Q(indicator__owner__in=above))
        .exclude(indicator__in=[row.indicator_id for row in standing])
        .order_by("indicator__sort_key", "pk")
        .values_list("indicator", "indicator__name", "indicator__code", "level")
    )
    rank = level_of_kind(programme.unit.kind).rank
    directions = programme.directions.order_by("number", "pk")
    return RowChoices(
        [(str(key), f"{name} ({code})") for key, name, code, level in editions if level_of_kind(level).rank <= rank],
        [(str(one.pk), str(one)) for one in directions],
        [(row.number, f"{row.number}. {row.indicator.name}") for row in standing if row.closed_from is None],
    )


def halves_of(programme: Programme) -> list[Choice]:
    """Return the numbers that a programme's own unit enters, which may be the other half of a target."""
    asked = DataElement.objects.asked_of(programme.unit).filter(level=programme.unit.kind, type__in=NUMBERS)
    return [(one.code, one.name) for one in asked.order_by("name", "pk")]
