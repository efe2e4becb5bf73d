"""Percents back to the whole numbers that they were made of."""

from collections.abc import Sequence


def counts_of(percents: Sequence[float], total: int) -> list[int]:
    """Share a total among parts by their percents: whole parts first, what is left to the largest remainders."""
    whole = sum(percents)
    if not whole:
        return [0] * len(percents)
    quotas = [total * percent / whole for percent in percents]
    counts = [int(quota + 1e-9) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda place: counts[place] - quotas[place])
    for place in by_remainder[: total - sum(counts)]:
        counts[place] += 1
    return counts
