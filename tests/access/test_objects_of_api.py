"""Object × verb: what is asked about the API."""

import pytest

from tests.access.objects import asked_of, judge_row

pytestmark = pytest.mark.django_db


@asked_of("api")
def test_object_and_verb(world, row, part):
    judge_row(world, row, part)
