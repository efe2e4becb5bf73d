"""Of closed periods, the editions by which values were approved, where an indicator was defined anew since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F
from django.db.models.functions import JSONObject

from indicators.models import IndicatorEdition, Period
from indicators.selectors.closings import superseded
from programmes.models import ProgrammeIndicator

SHOWN_BY = (
    "number",
    "kind",
    "precision",
    "unit_of_measure",
    "level",
    "roll_up",
    "parts",
    "better",
    "in_words",
    "formula",
)


def superseded_editions() -> ArraySubquery:
    """Return, beside a row of a programme, the period and the edition of each pin that another edition has followed."""
    said = {name: F(f"edition__{name}") for name in SHOWN_BY}
    pins = superseded("indicator").values(said=JSONObject(period=F("period"), pk=F("edition"), **said))
    return ArraySubquery(pins)


class Approved:
    """Whose values count for an edition in force in a period: its own, or those of the one that was approved."""

    def __init__(self, places: Iterable[ProgrammeIndicator], editions: Mapping[int, IndicatorEdition]) -> None:
        self.editions: dict[int, IndicatorEdition] = {}
        self._current: dict[tuple[int, int], int] = {}
        self._approved: dict[tuple[int, int], int] = {}
        for place in places:
            for pin in place.superseded:
                said = dict(pin)
                period = said.pop("period")
                old = IndicatorEdition(indicator=place.indicator, **said)
                self.editions[old.pk] = old
                self._current[old.pk, period] = editions[place.pk].pk
                self._approved[editions[place.pk].pk, period] = old.pk

    def current(self, edition_id: int, period_id: int) -> int | None:
        """Return the edition in force that an approved one of a closed period stands for."""
        return self._current.get((edition_id, period_id))

    def edition(self, edition: IndicatorEdition, period: Period) -> IndicatorEdition:
        """Return the edition by which a period's value is to be shown."""
        return self.editions.get(self._approved.get((edition.pk, period.pk), 0), edition)

    def also(self, keys: Collection[int]) -> set[int]:
        """Add to editions in force those that stand for them somewhere."""
        return {*keys, *(old for (old, _), current in self._current.items() if current in keys)}

    def groups(
        self, keys: Collection[int], periods: Collection[int], editions: Mapping[int, IndicatorEdition]
    ) -> list[tuple[list[IndicatorEdition], list[int]]]:
        """Cut editions and periods into those that are read together: each edition in the periods where it counts."""
        odd = {period for key, period in self._approved if key in keys} & set(periods)
        found = [([editions[key] for key in keys], [period for period in periods if period not in odd])]
        for period in odd:
            own = [editions[key] for key in keys if (key, period) not in self._approved]
            old = [self.editions[self._approved[key, period]] for key in keys if (key, period) in self._approved]
            found.append((own + old, [period]))
        return found
