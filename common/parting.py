"""A whole in its parts: percents that add up to a hundred, however they are rounded."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def percents_of(parts: Sequence[Decimal | Fraction | int], places: int = 1) -> list[Decimal] | None:
    """
    Return the percents of parts in their sum, to so many places, adding up to 100.

    None of an empty whole, and where one is less than nought: that is no part of a whole, and a bar cannot show it.
    Each is rounded down, and what is left over goes to the largest remainders, the earlier of equal ones first.
    """
    exact = [Fraction(part) for part in parts]
    whole = sum(exact, Fraction(0))
    if whole <= 0 or min(exact) < 0:
        return None
    steps = 100 * 10**places
    quotas = [steps * part / whole for part in exact]
    counts = [quota.__floor__() for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda place: counts[place] - quotas[place])
    for place in by_remainder[: steps - sum(counts)]:
        counts[place] += 1
    return [Decimal(count).scaleb(-places) for count in counts]
