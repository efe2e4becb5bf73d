"""Distributions as they are read: how many in each part, in percents that add up, and how long its piece of a bar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Value

from common.numbers import NBSP, format_number
from common.parting import percents_of
from indicators.enums import IndicatorKind
from indicators.models import IndicatorEdition, IndicatorValue, ValueCells

STEPS = 4  # of the scale of colours, the palest being nought
CELLS = ArrayField(DecimalField(max_digits=20, decimal_places=4))


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a distribution: its name, how many, percent of the whole; where it stands on a bar, in percent."""

    label: str
    count: Decimal
    percent: Decimal
    places: int
    start: Decimal
    step: int

    @property
    def said(self) -> str:
        """The percent as it is read."""
        return f"{format_number(self.percent, self.places)}{NBSP}%"


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution that is known."""

    pieces: tuple[Piece, ...]
    whole: Decimal

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its parts, in their order."""
        return tuple(piece.label for piece in self.pieces)

    @property
    def said(self) -> str:
        """All of it in a line: «2: 6,1 % · 3: 40,0 %»."""
        labels = (piece.label.replace(" %", f"{NBSP}%") for piece in self.pieces)
        return " · ".join(f"{label}:{NBSP}{piece.said}" for label, piece in zip(labels, self.pieces, strict=True))


def spread_of(edition: IndicatorEdition, cells: Sequence[Decimal] | None) -> Spread | None:
    """Put cells beside the names of their parts; None where they are unknown or all nought."""
    if not cells or len(cells) != len(edition.parts):
        return None
    percents = percents_of(cells, edition.precision)
    if percents is None:
        return None
    pieces, start = [], Decimal(0)
    for place, (label, count, percent) in enumerate(zip(edition.parts, cells, percents, strict=True)):
        pieces.append(Piece(label, count, percent, edition.precision, start, _step(place, len(cells))))
        start += percent
    return Spread(tuple(pieces), sum(cells, Decimal(0)))


def spread_of_value(value: IndicatorValue) -> Spread | None:
    """The same of a value that `with_cells` or `beside` has read; None of any other."""
    return spread_of(value.edition, getattr(value, "cells", None))


def _step(place: int, count: int) -> int:
    """The colour of a part: the last is the darkest, and few parts leave out the palest."""
    if count <= STEPS:
        return STEPS - count + 1 + place
    return round(place * STEPS / (count - 1))


def with_cells(values: QuerySet[IndicatorValue], editions: Collection[IndicatorEdition]) -> QuerySet[IndicatorValue]:
    """Add to values their `cells`, None where they are no distributions; asked only if one of the editions is."""
    if not any(edition.kind == IndicatorKind.DISTRIBUTION for edition in editions):
        return values.annotate(cells=Value(None, output_field=CELLS))
    return beside(values)


def beside(values: QuerySet[IndicatorValue]) -> QuerySet[IndicatorValue]:
    """Add to values their `cells`, None where they are no distributions."""
    mine = {name: OuterRef(name) for name in ("edition_id", "period_id", "unit_id")}
    return values.annotate(cells=Subquery(ValueCells.objects.filter(**mine).values("cells")[:1], output_field=CELLS))
