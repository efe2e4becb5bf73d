"""How a target is read: a compound one by the words of its document while it still is what they say."""

from decimal import Decimal

import pytest

from indicators.enums import IndicatorKind
from indicators.models import IndicatorEdition
from programmes.enums import TargetOperator, TargetScope
from programmes.models import Target
from programmes.selectors.saying import said_target

WORDS = "не менее 1, кол-во участников - не менее чем из 4-х регионов"


@pytest.mark.parametrize(
    ("value", "other", "said"),
    [
        (1, 4, WORDS),
        (4, 4, "≥ 4 и ≥ 4 («регионы участники»)"),
        (4, 1, "≥ 4 и ≥ 1 («регионы участники»)"),
        (1, 5, "≥ 1 и ≥ 5 («регионы участники»)"),
    ],
)
def test_both_halves_are_said_by_the_document_only_while_they_are_its_own(value, other, said):
    also = {"element": "регионы_участники", "operator": TargetOperator.AT_LEAST, "value": str(other)}
    target = Target(
        operator=TargetOperator.AT_LEAST, value=Decimal(value), scope=TargetScope.WHOLE, verbatim=WORDS, also=also
    )

    assert said_target(target, IndicatorEdition(kind=IndicatorKind.COUNT)).replace("\u00a0", " ") == said
