"""What reports are made of, asked directly."""

import pytest

from tests.access import readers
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_readers(world, part):
    judge(readers.cases(world), part)
