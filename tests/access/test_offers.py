"""Buttons and forms that pages show to those alone who may use them."""

import pytest

from tests.access import offers
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_offers(world, part):
    judge(offers.cases(world), part)
