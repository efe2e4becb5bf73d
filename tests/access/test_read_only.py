"""Fields that a form does not have."""

import pytest

from tests.access import read_only
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_read_only(world, part):
    judge(read_only.cases(world), part)
