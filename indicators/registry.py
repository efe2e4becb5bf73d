"""
What programmes know of indicators: the socket into which their app plugs it.

To which directions a value belongs, which programmes measure what. Facts are named as in formulas, with their
parameters: `есть(методика_анализа)`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from indicators.models import Period

Finder = Callable[[Collection[str]], Mapping[str, frozenset[int]]]
Reading = Callable[[], AbstractContextManager[None]]
_finders: list[Finder] = []
_readings: list[Reading] = []


def register_directions(finder: Finder) -> None:
    """Declare who knows the directions of facts. Declaring it again changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


def directions_of(facts: Collection[str]) -> dict[str, frozenset[int]]:
    """Return the numbers of the directions whose indicators ask for each fact."""
    found = [finder(facts) for finder in _finders]
    return {fact: frozenset[int]().union(*(one.get(fact, frozenset()) for one in found)) for fact in facts}


@dataclass(frozen=True, slots=True)
class KnownProgrammes:
    """
    Who knows the programmes that measure something: their keys and names for a reader, what one measures, and what
    stands in any under a number («7.4») or below it.
    """

    listed: Callable[[User], list[tuple[str, str]]]
    indicators: Callable[[int], QuerySet]
    numbered: Callable[[str], QuerySet]


_programmes: list[KnownProgrammes] = []


def register_programmes(measured: KnownProgrammes) -> None:
    """Declare who knows which programmes measure what. Declaring it again changes nothing."""
    if measured not in _programmes:
        _programmes.append(measured)


def programmes_that_measure(user: User) -> list[tuple[str, str]]:
    """Return the programmes with indicators that somebody may read: key and name."""
    return [row for each in _programmes for row in each.listed(user)]


def indicators_of_programme(programme: int) -> list[int]:
    """Return the keys of the indicators that stand in a programme."""
    return [key for each in _programmes for key in each.indicators(programme)]


def indicators_numbered(number: str) -> list[QuerySet]:
    """Return the keys of the indicators that stand in a programme under a number or below it, for a filter."""
    return [each.numbered(number) for each in _programmes]


_askers: list[Callable[[], Collection[str]]] = []


def register_asker(asker: Callable[[], Collection[str]]) -> None:
    """Declare who asks for data elements past the formulas, by their codes. Declaring it again changes nothing."""
    if asker not in _askers:
        _askers.append(asker)


def elements_asked_elsewhere() -> set[str]:
    """Return the codes of the data elements that other apps ask for past the formulas."""
    return {code for asker in _askers for code in asker()}


@dataclass(frozen=True, slots=True)
class AskedByRows:
    """
    What the rows of programmes ask for in a year: codes of data elements, each with the keys of the units whose
    programmes ask. `ever` holds what they ask for in any year: what nobody's row asks for is asked as it stands.
    """

    ever: frozenset[str]
    in_year: Mapping[str, frozenset[int]]


_rows: list[Callable[[int], AskedByRows]] = []


def register_rows(finder: Callable[[int], AskedByRows]) -> None:
    """Declare who knows what the rows of programmes ask for in a year. Declaring it again changes nothing."""
    if finder not in _rows:
        _rows.append(finder)


def asked_by_rows(year: int) -> AskedByRows:
    """Return what the rows of programmes ask for in a calendar year."""
    found = [finder(year) for finder in _rows]
    codes = {code for one in found for code in one.in_year}
    return AskedByRows(
        frozenset[str]().union(*(one.ever for one in found)),
        {code: frozenset[int]().union(*(one.in_year.get(code, frozenset()) for one in found)) for code in codes},
    )


def register_reading(reading: Reading) -> None:
    """Declare a block within which some facts read something once. Declaring it again changes nothing."""
    if reading not in _readings:
        _readings.append(reading)


@contextmanager
def facts_read_once() -> Iterator[None]:
    """Within the block each fact reads what it rests on once; for a page, under whose hands nobody changes it."""
    with ExitStack() as stack:
        for reading in _readings:
            stack.enter_context(reading())
        yield


Standings = Mapping[int, tuple[str, str]]  # of targets, by key: what it is, how the indicator stands to it
Judge = Callable[[int, User, date], Standings]
_judges: list[Judge] = []


def register_judge(judge: Judge) -> None:
    """Declare who knows how an indicator stands to its targets on a day. Declaring it again changes nothing."""
    if judge not in _judges:
        _judges.append(judge)


def standings_of(indicator: int, user: User, today: date) -> dict[int, tuple[str, str]]:
    """Return how an indicator stands to every target of it that somebody may read."""
    return {key: said for judge in _judges for key, said in judge(indicator, user, today).items()}


Shorter = Callable[[], Mapping[int, Collection[Period]]]
_shorter: list[Shorter] = []


def register_shorter_periods(shorter: Shorter) -> None:
    """Declare who knows the half-years and waves for which indicators are asked. Declaring it again changes nothing."""
    if shorter not in _shorter:
        _shorter.append(shorter)


def shorter_periods() -> dict[int, set[Period]]:
    """Return the half-years and waves for which each indicator has to be computed beside the years, by its key."""
    found: dict[int, set[Period]] = {}
    for each in _shorter:
        for indicator, periods in each().items():
            found.setdefault(indicator, set()).update(periods)
    return found
