"""What was allowed, asked again after its ground is gone."""

import pytest

from tests.access import revoked
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_revoked(world, part):
    judge(revoked.cases(world), part)
