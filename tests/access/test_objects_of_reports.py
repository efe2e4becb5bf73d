"""Object × verb: what is asked about the overview, the search and reports."""

import pytest

from tests.access.objects import asked_of, judge_row

pytestmark = pytest.mark.django_db


@asked_of("reports")
def test_object_and_verb(world, row, part):
    judge_row(world, row, part)
