from decimal import Decimal

from common.parting import percents_of


def test_percents_add_up_to_a_hundred_and_the_largest_remainders_are_rounded_up():
    assert percents_of([1, 1, 1]) == [Decimal("33.4"), Decimal("33.3"), Decimal("33.3")]
    assert percents_of([14, 92, 82, 42], 1) == [Decimal("6.1"), Decimal("40.0"), Decimal("35.6"), Decimal("18.3")]
    assert percents_of([1, 2, 4], 0) == [Decimal(14), Decimal(29), Decimal(57)]


def test_every_count_of_three_parts_adds_up():
    for places in (0, 1, 2):
        for one in range(12):
            for other in range(12):
                percents = percents_of([one, other, 7], places)
                assert percents is not None
                assert sum(percents) == 100


def test_less_than_nought_is_no_part_of_a_whole():
    assert percents_of([-1, 5, 6]) is None


def test_an_empty_whole_has_no_percents():
    assert percents_of([0, 0]) is None
    assert percents_of([]) is None
