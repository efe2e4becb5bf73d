"""To which directions of programmes the facts that people enter belong, for appointments that are to one direction."""

from collections.abc import Collection

from programmes.models import ProgrammeIndicator


def directions_of_facts(facts: Collection[str]) -> dict[str, frozenset[int]]:
    """Return the numbers of the directions whose indicators ask for each fact in their present formula."""
    standing = ProgrammeIndicator.objects.filter(
        direction__isnull=False,
        indicator__editions__is_current=True,
        indicator__editions__depends_on__has_any_keys=list(facts),
    )
    found: dict[str, frozenset[int]] = dict.fromkeys(facts, frozenset())
    for number, depends_on in standing.values_list("direction__number", "indicator__editions__depends_on"):
        for fact in found.keys() & set(depends_on):
            found[fact] |= {number}
    return found
