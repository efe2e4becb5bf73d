"""The rows behind results: whom the page and its files show them."""

import pytest

from tests.access import opened_rows
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_opened_rows(world, part):
    judge(opened_rows.cases(world), part)
