"""Cuts, places and deviations: the plain statistics that both indices share."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction

# An index is a sum of floats; ten digits are far below any real difference and above the noise of adding.
DIGITS = 10


def cut_at(values: Iterable[float], percentile: Fraction) -> float | None:
    """
    Return the value at a percentile by nearest rank, so that the cut is always a value of a real school.

    Of nobody there is no cut; at percentile 0 nobody is at or below it.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    rank = math.ceil(percentile * len(ordered) / 100)
    return ordered[rank - 1] if rank else -math.inf


def median_like(values: Iterable[float], percentile: Fraction) -> float | None:
    """Return the value at a percentile as the middle of the two nearest ranks where it falls between them."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = percentile * len(ordered) / 100
    rank = math.ceil(place)
    if place.denominator == 1 and 0 < rank < len(ordered):
        return (ordered[rank - 1] + ordered[rank]) / 2
    return ordered[max(rank, 1) - 1]


def lower_share(value: float, ordered: Sequence[float]) -> float:
    """Return which share of the others, in percent, lies strictly lower; `ordered` must be sorted."""
    return 100 * bisect_left(ordered, value) / len(ordered) if ordered else 0.0


def mean_and_deviation(values: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """Return the weighted mean and the weighted standard deviation of the whole, not of a sample."""
    total = math.fsum(weights)
    if not total:
        return 0.0, 0.0
    mean = math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / total
    spread = math.fsum(weight * (value - mean) ** 2 for value, weight in zip(values, weights, strict=True)) / total
    return mean, math.sqrt(spread)


def deviation(value: float, mean: float, spread: float) -> float:
    """Return how many standard deviations a value lies from the mean; nothing deviates where all are equal."""
    return (value - mean) / spread if spread else 0.0
