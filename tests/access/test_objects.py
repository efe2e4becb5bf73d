"""Object × verb: every operation, as everybody, about things of every relation."""

import pytest

from tests.access.matrix import decisions, wrong
from tests.access.policy import POLICY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("row", POLICY, ids=lambda row: row.label)
@pytest.mark.parametrize("part", ["tenth", pytest.param("rest", marks=pytest.mark.slow)])
def test_object_and_verb(world, row, part):
    asked = [one for one in decisions(world, [row]) if one.is_of_the_tenth == (part == "tenth")]

    mistakes = [said for one in asked if (said := wrong(world, one))]
    assert not mistakes, "\n".join(mistakes)
