"""The socket for facts; see `registry`. Own facts: `passports` (schools and their years), `entered` (observations)."""

from indicators.facts.registry import (
    Basis,
    Cause,
    Column,
    FactsOf,
    Fragment,
    Level,
    Measure,
    Parameter,
    Registered,
    UnknownValue,
    fact,
    find_fact,
    is_known_of_all,
    level_of_kind,
    registered,
    resettled,
)
from indicators.facts.statements import members_on

__all__ = [
    "Basis",
    "Cause",
    "Column",
    "FactsOf",
    "Fragment",
    "Level",
    "Measure",
    "Parameter",
    "Registered",
    "UnknownValue",
    "fact",
    "find_fact",
    "is_known_of_all",
    "level_of_kind",
    "members_on",
    "registered",
    "resettled",
]
