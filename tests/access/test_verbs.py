"""Methods that an address does not have."""

import pytest

from tests.access import verbs
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_verbs(world, part):
    judge(verbs.cases(world), part)
