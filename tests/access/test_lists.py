"""
Lists: who is shown which rows, in the page, in its files, in the API: exactly those that the world says.

With the last net nothing is lost that must be shown, and without it nothing is shown that must not be: files are asked
for without it, pages with it, the API both ways.
"""

from contextlib import nullcontext

import pytest

from tests.access.lists import PAGES, api_expected, api_lists, api_shown, shown, spellings
from tests.roles import net_taken_away

pytestmark = pytest.mark.django_db
API = api_lists()


@pytest.mark.parametrize("one", PAGES, ids=lambda one: f"{one.name} {one.kind}")
def test_a_page_lists_what_its_reader_may_see(world, one):
    wrong = []
    for who in world.people:
        for query in spellings(one):
            with net_taken_away() if "file=" in query else nullcontext():
                answer, marks = shown(world, who, one, query)
            expected = one.expected(world, who)
            if one.is_cut and marks <= expected and bool(marks) == bool(expected):
                continue
            if marks != expected:
                more, less = sorted(marks - expected), sorted(expected - marks)
                wrong.append(f"{who}, ?{query}, {answer.status}: shows {more}, hides {less}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("net", [nullcontext, net_taken_away], ids=["with the net", "without it"])
@pytest.mark.parametrize("name", API)
def test_the_api_lists_what_it_opens(world, name, net):
    wrong = []
    for who in world.people:
        with net():
            status, keys = api_shown(world, who, name)
        expected = api_expected(world, who, API[name])
        if keys != expected:
            wrong.append(f"{who}, {status}: shows {sorted(keys - expected)}, hides {sorted(expected - keys)}")

    assert not wrong, "\n".join(wrong)
