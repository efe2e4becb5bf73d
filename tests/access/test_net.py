"""
The last net: with every permission and scope call of the program switched off, the database shows no foreign row.

The same questions leak when the net is taken away, so that it is the net that holds. That the scoping holds without the
net is asked by the other tests here.
"""

import pytest

from tests.access import net
from tests.access.switched_off import scoping_switched_off
from tests.roles import IS_COPY_OF_MUTANTS, net_taken_away

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(IS_COPY_OF_MUTANTS, reason="there the calls have switches of their own"),
]


@pytest.fixture
def asked(world, part):
    """The objects that are asked about: a tenth each day."""
    return [one for one in net.questions(world) if one.is_of_the_tenth == (part == "tenth")]


PARTS = pytest.mark.parametrize("part", ["tenth", pytest.param("rest", marks=pytest.mark.slow)])


def test_lists_show_nothing_foreign_with_the_scoping_switched_off(world):
    with scoping_switched_off():
        leaks = net.of_lists(world, world.people)

    assert not leaks.words, "\n".join(leaks.words)


@PARTS
def test_objects_show_nothing_foreign_with_the_scoping_switched_off(world, asked):
    with scoping_switched_off():
        leaks = net.of_objects(world, asked)

    assert not leaks.words, "\n".join(leaks.words)


def test_without_the_net_every_table_leaks(world):
    """Were it not so, the tests above would say nothing."""
    coordinator = world.who("municipal_coordinator of the municipality")
    asked = [one for one in net.questions(world) if one.who is coordinator]
    with scoping_switched_off(), net_taken_away():
        in_lists, in_objects = net.of_lists(world, [coordinator]), net.of_objects(world, asked)

    assert set(in_objects.of) == set(net.KINDS)
    assert set(in_lists.of) >= set(net.KINDS) - {"finding"}
