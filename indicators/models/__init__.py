"""What is measured, what is asked for it and what was entered."""

from indicators.models.entries import DataElement, Observation, SentEntry, SourceSystem
from indicators.models.measures import (
    CheckRun,
    Indicator,
    IndicatorEdition,
    IndicatorValue,
    Period,
    PeriodBasis,
    RecalculationPart,
    RecalculationRequest,
    RecalculationRun,
    Remark,
    shown_scale,
    shown_value,
)

__all__ = [
    "CheckRun",
    "DataElement",
    "Indicator",
    "IndicatorEdition",
    "IndicatorValue",
    "Observation",
    "Period",
    "PeriodBasis",
    "RecalculationPart",
    "RecalculationRequest",
    "RecalculationRun",
    "Remark",
    "SentEntry",
    "SourceSystem",
    "shown_scale",
    "shown_value",
]
