"""Keys of others in what is sent."""

import pytest

from tests.access import foreign_keys
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_foreign_keys(world, part):
    judge(foreign_keys.cases(world), part)
