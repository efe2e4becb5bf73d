"""Object × verb: what is asked about loads, results and identification."""

import pytest

from tests.access.objects import asked_of, judge_row

pytestmark = pytest.mark.django_db


@asked_of("monitoring")
def test_object_and_verb(world, row, part):
    judge_row(world, row, part)
