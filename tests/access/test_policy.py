"""The policy knows every operation of the portal, and no other."""

from collections import Counter

from tests.access.operations import operations
from tests.access.policy import POLICY


def test_every_operation_has_its_row():
    known = {row.operation for row in POLICY}
    unknown = [f'    Row("{one.label}", …),  # {one.route}' for one in operations() if one.label not in known]

    assert not unknown, (
        "The policy does not know these operations. Write who may see and do what into tests/access/policy.py:\n"
        + "\n".join(unknown)
    )


def test_every_row_has_its_operation():
    there = {one.label for one in operations()}

    assert [row.label for row in POLICY if row.operation not in there] == [], (
        "the portal has no such operation (any more)"
    )


def test_no_row_is_written_twice():
    assert [label for label, number in Counter(row.label for row in POLICY).items() if number > 1] == []
