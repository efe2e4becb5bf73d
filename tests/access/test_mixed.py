"""Lists in which one's own and a foreign thing stand together."""

import pytest

from tests.access import mixed
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_mixed(world, part):
    judge(mixed.cases(world), part)
