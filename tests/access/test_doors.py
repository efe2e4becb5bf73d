"""Services asked directly, past every page."""

import pytest

from tests.access import doors
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_doors(world, part):
    judge(doors.cases(world), part)
