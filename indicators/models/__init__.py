"""What is measured, what is asked for it and what was entered."""

from indicators.models.closings import PeriodClosing, PinnedEdition, ValueSinceClosing
from indicators.models.entries import DataElement, Observation, SentBlock, SentEntry, SourceSystem, SystemKey
from indicators.models.measures import (
    CheckRun,
    HeldAgainst,
    Indicator,
    IndicatorEdition,
    IndicatorValue,
    Period,
    PeriodBasis,
    RecalculationPart,
    RecalculationRequest,
    RecalculationRun,
    Remark,
    ValueCells,
    shown_scale,
    shown_value,
)

__all__ = [
    "CheckRun",
    "DataElement",
    "HeldAgainst",
    "Indicator",
    "IndicatorEdition",
    "IndicatorValue",
    "Observation",
    "Period",
    "PeriodBasis",
    "PeriodClosing",
    "PinnedEdition",
    "RecalculationPart",
    "RecalculationRequest",
    "RecalculationRun",
    "Remark",
    "SentBlock",
    "SentEntry",
    "SourceSystem",
    "SystemKey",
    "ValueCells",
    "ValueSinceClosing",
    "shown_scale",
    "shown_value",
]
