"""What lists are narrowed and sorted by."""

import pytest

from tests.access import filters
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_filters(world, part):
    judge(filters.cases(world), part)
