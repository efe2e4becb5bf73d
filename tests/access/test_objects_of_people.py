"""Object × verb: what is asked about people and appointments."""

import pytest

from tests.access.objects import asked_of, judge_row

pytestmark = pytest.mark.django_db


@asked_of("people")
def test_object_and_verb(world, row, part):
    judge_row(world, row, part)
