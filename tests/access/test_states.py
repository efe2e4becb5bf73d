"""What is done to a thing in the wrong state."""

import pytest

from tests.access import states
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_states(world, part):
    judge(states.cases(world), part)
