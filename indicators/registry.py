"""
To which directions of programmes a value belongs: the socket into which the app of programmes plugs what it knows.

Facts are named as in formulas, with their parameters: `есть(методика_анализа)`.
"""

from collections.abc import Callable, Collection, Mapping

Finder = Callable[[Collection[str]], Mapping[str, frozenset[int]]]
_finders: list[Finder] = []


def register_directions(finder: Finder) -> None:
    """Declare who knows the directions of facts. Declaring it again changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


def directions_of(facts: Collection[str]) -> dict[str, frozenset[int]]:
    """Return the numbers of the directions whose indicators ask for each fact."""
    found = [finder(facts) for finder in _finders]
    return {fact: frozenset[int]().union(*(one.get(fact, frozenset()) for one in found)) for fact in facts}
