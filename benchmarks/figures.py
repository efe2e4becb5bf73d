"""What a benchmark returns: a figure, how it was got, and what was promised."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `limit` is the promise in the same unit, None where nothing is promised."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False  # the promise is a floor and not a ceiling
    note: str = ""

    @property
    def is_kept(self) -> bool | None:
        """Whether the promise is kept, None where there is none."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def promise(self) -> str:
        """The promise as it is printed."""
        return "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:g}"


Benchmark = Callable[[], Iterator[Figure]]


def median_seconds(work: Callable[[], object], *, times: int = 5, warm_up: int = 1) -> float:
    """Run work several times and return the median of its seconds."""
    for _ in range(warm_up):
        work()
    spent = []
    for _ in range(times):
        started = perf_counter()
        work()
        spent.append(perf_counter() - started)
    return median(spent)
