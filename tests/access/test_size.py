"""How large the matrix is: every slice planned, none asked."""

import pytest

from tests.access import (
    doors,
    filters,
    foreign_keys,
    mixed,
    narrow,
    offers,
    opened_rows,
    read_only,
    readers,
    revoked,
    states,
    verbs,
)
from tests.access.lists import PAGES, api_lists, spellings
from tests.access.matrix import decisions

pytestmark = pytest.mark.django_db
LEAST = 20_000


def test_the_matrix_is_large(world, capsys):
    slices = {
        "object and verb": len(decisions(world)),
        "rows of lists": len(world.people) * (sum(len(list(spellings(one))) for one in PAGES) + len(api_lists())),
        "other verbs": len(list(verbs.cases(world))),
        "wrong states": len(list(states.cases(world))),
        "filters and sorting": len(list(filters.cases(world))),
        "foreign keys": len(list(foreign_keys.cases(world))),
        "own and foreign in one list": len(list(mixed.cases(world))),
        "rows behind results": len(list(opened_rows.cases(world))),
        "services past their pages": len(list(doors.cases(world))),
        "what reports are made of": len(list(readers.cases(world))),
        "buttons and forms": len(list(offers.cases(world))),
        "a role that sees places only": len(list(narrow.cases(world))),
        "read-only fields": len(list(read_only.cases(world))),
        "asked again after revoking": len(list(revoked.cases(world))),
    }
    with capsys.disabled():
        print("\n" + "\n".join(f"{number:6} {name}" for name, number in slices.items()))  # noqa: T201 - the figure is wanted
        print(f"{sum(slices.values()):6} decisions")  # noqa: T201

    assert sum(slices.values()) >= LEAST
