"""A value as a person reads it: «17,8 %», «да», «54 из 61», or why there is none."""

from __future__ import annotations

from decimal import Decimal

from common.numbers import NBSP, NOTHING, format_number, format_percent
from common.share import Share
from indicators.enums import IndicatorKind, ValueStatus
from indicators.models import IndicatorEdition, IndicatorValue

ONE = Decimal(1)


def value_in_words(value: IndicatorValue, edition: IndicatorEdition | None = None) -> str:
    """Write a value with its unit of measure; where there is none, write «—» (`reason_in_words` says why)."""
    edition = edition or value.edition
    n, d = value.n, value.d
    if value.status != ValueStatus.KNOWN or n is None:
        return NOTHING
    if edition.kind == IndicatorKind.YES_NO and d in (None, ONE):
        return "да" if n > 0 else "нет"
    if edition.kind in (IndicatorKind.YES_NO, IndicatorKind.THREE_STATE) and d is not None:
        return _of_many(n, d)
    if edition.kind == IndicatorKind.SHARE and d is not None:
        return format_percent(Share.of(n, d), edition.precision)
    if edition.kind == IndicatorKind.RATIO and d is not None:
        share = Share.of(n, d)
        return NOTHING if share.value is None else _measured(format_number(share.value, edition.precision), edition)
    return _measured(format_number(n), edition)


def pair_in_words(value: IndicatorValue) -> str:
    """Write what a value is made of: «19 из 107»; nothing for a count and for the unknown."""
    if value.status != ValueStatus.KNOWN or value.n is None or value.d is None:
        return ""
    return _of_many(value.n, value.d)


def reason_in_words(value: IndicatorValue | None) -> str:
    """Say why there is no value, «данные не внесены»; nothing where there is one."""
    if value is None:
        return "ещё не посчитано"
    return "" if value.status == ValueStatus.KNOWN else value.get_status_display()


def _of_many(n: Decimal, d: Decimal) -> str:
    return f"{format_number(n)} из{NBSP}{format_number(d)}"


def _measured(text: str, edition: IndicatorEdition) -> str:
    measure = edition.unit_of_measure
    return text if measure in ("", "да/нет", "состояние") else f"{text}{NBSP}{measure}"
