"""A role that sees places and nothing else."""

import pytest

from tests.access import narrow
from tests.access.cases import PARTS, judge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", PARTS)
def test_narrow(world, part):
    judge(narrow.cases(world), part)


@pytest.mark.parametrize("label", narrow.WORDS)
def test_what_carries_no_mark_is_shown_to_the_whole_role(world, label):
    """Else nothing would be proven by its absence."""
    row = next(row for row in narrow.POLICY if row.label == label)
    who = world.who("observer of the region")
    things = [thing for _relation, thing in narrow.things_for(world, who, row.of) if not thing.is_missing]

    assert any(narrow.WORDS[label] in narrow.put(world, row, who, thing).text for thing in things)
