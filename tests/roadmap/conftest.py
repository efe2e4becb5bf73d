"""What tests of the roadmap share."""

import pytest

from tests.factories.programmes import Land, make_land


@pytest.fixture
def land(db) -> Land:
    """A region of two municipalities, with a person at each desk."""
    return make_land()
