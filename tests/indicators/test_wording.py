"""Values as people read them."""

from decimal import Decimal

import pytest

from indicators.enums import IndicatorKind, ValueStatus
from indicators.models import IndicatorEdition, IndicatorValue
from indicators.selectors.wording import pair_in_words, reason_in_words, value_in_words

KNOWN = ValueStatus.KNOWN


def value(n, d, status=KNOWN) -> IndicatorValue:
    return IndicatorValue(n=None if n is None else Decimal(n), d=None if d is None else Decimal(d), status=status)


@pytest.mark.parametrize(
    ("kind", "measure", "n", "d", "written"),
    [
        (IndicatorKind.SHARE, "%", "19", "107", "17,8\xa0%"),
        (IndicatorKind.SHARE, "%", "0", "107", "0,0\xa0%"),
        (IndicatorKind.SHARE, "%", "0", "0", "—"),
        (IndicatorKind.COUNT, "площадок", "12.0000", None, "12\xa0площадок"),
        (IndicatorKind.COUNT, "", "0", None, "0"),
        (IndicatorKind.YES_NO, "да/нет", "1", "1", "да"),
        (IndicatorKind.YES_NO, "да/нет", "0", "1", "нет"),
        (IndicatorKind.YES_NO, "да/нет", "54", "61", "54 из\xa061"),
        (IndicatorKind.THREE_STATE, "состояние", "2", None, "2"),
        (IndicatorKind.RATIO, "", "3", "2", "1,5"),
    ],
)
def test_a_value_is_written_with_its_measure(kind, measure, n, d, written):
    edition = IndicatorEdition(kind=kind, unit_of_measure=measure, precision=1)

    assert value_in_words(value(n, d), edition) == written


def test_the_unknown_is_a_dash_with_a_reason():
    edition = IndicatorEdition(kind=IndicatorKind.SHARE, unit_of_measure="%")
    unknown = value(None, None, ValueStatus.NOT_HELD)

    assert value_in_words(unknown, edition) == "—"
    assert reason_in_words(unknown) == "процедура не проводилась"
    assert reason_in_words(None) == "ещё не посчитано"
    assert reason_in_words(value(1, 2)) == ""


def test_a_pair_is_shown_beside_a_share():
    assert pair_in_words(value(19, 107)) == "19 из\xa0107"
    assert pair_in_words(value(12, None)) == ""
