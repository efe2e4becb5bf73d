"""Lists: who is shown which rows, in the page, in its files, in the API: exactly those that the world says."""

import pytest

from tests.access.lists import PAGES, api_expected, api_lists, api_shown, shown, spellings

pytestmark = pytest.mark.django_db
API = api_lists()


@pytest.mark.parametrize("one", PAGES, ids=lambda one: f"{one.name} {one.kind}")
def test_a_page_lists_what_its_reader_may_see(world, one):
    wrong = []
    for who in world.people:
        for query in spellings(one):
            answer, marks = shown(world, who, one, query)
            expected = one.expected(world, who)
            if one.is_cut and marks <= expected and bool(marks) == bool(expected):
                continue
            if marks != expected:
                more, less = sorted(marks - expected), sorted(expected - marks)
                wrong.append(f"{who}, ?{query}, {answer.status}: shows {more}, hides {less}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", API)
def test_the_api_lists_what_it_opens(world, name):
    wrong = []
    for who in world.people:
        status, keys = api_shown(world, who, name)
        expected = api_expected(world, who, API[name])
        if keys != expected:
            wrong.append(f"{who}, {status}: shows {sorted(keys - expected)}, hides {sorted(expected - keys)}")

    assert not wrong, "\n".join(wrong)
