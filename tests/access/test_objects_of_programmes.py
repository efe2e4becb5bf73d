"""Object × verb: what is asked about programmes and roadmaps."""

import pytest

from tests.access.objects import asked_of, judge_row

pytestmark = pytest.mark.django_db


@asked_of("programmes")
def test_object_and_verb(world, row, part):
    judge_row(world, row, part)
