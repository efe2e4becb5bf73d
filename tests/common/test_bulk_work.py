import gc
import json

import pytest

from common.bulk_work import RussianJson, without_collection


def test_nothing_collects_garbage_inside_and_everything_does_after():
    with without_collection():
        assert not gc.isenabled()
        with without_collection():
            pass
        assert not gc.isenabled()

    assert gc.isenabled()


def test_a_failure_gives_the_collector_back():
    with pytest.raises(KeyError), without_collection():
        raise KeyError("x")

    assert gc.isenabled()


def test_russian_letters_are_written_as_they_are():
    assert json.dumps({"школа": "Ё", "n": 1.5}, cls=RussianJson) == '{"школа": "Ё", "n": 1.5}'
