"""
What may depend on a unit, in words: the socket into which apps above plug the names of their tables.

Whether anything depends is asked of every table with a key to a unit, named or not, so that nothing is lost unseen.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import CharField, Count, Model, Value

from schools.models import (
    Alias,
    Ancestry,
    Municipality,
    Placement,
    School,
    Succession,
    Unit,
    UnitOperation,
    UnitVersion,
)

# What a unit consists of itself, and what is computed or ordered anew.
_OWN: set[type[Model]] = {
    Alias, Ancestry, Municipality, Placement, School, Succession, Unit, UnitOperation, UnitVersion
}  # fmt: skip
_WORDS: dict[type[Model], str] = {}


def name_dependant(model: type[Model], words: str) -> None:
    """Say how rows of a table are called: «программы»."""
    _WORDS[model] = words


def is_derived(model: type[Model]) -> None:
    """Say that rows of a table are computed from others and keep nothing from being undone."""
    _OWN.add(model)


def dependants_of(keys: Iterable[int]) -> list[tuple[str, int]]:
    """Count what stands on units, by the words for it, the most numerous first."""
    keys, counts = list(keys), []
    for relation in Unit._meta.related_objects:
        model = relation.related_model
        if model in _OWN:
            continue
        words = Value(_WORDS.get(model) or str(model._meta.verbose_name_plural), output_field=CharField())
        rows = model._base_manager.filter(**{f"{relation.field.name}__in": keys}).order_by().values(words=words)
        counts.append(rows.annotate(count=Count("*")).values_list("words", "count"))
    found: Counter[str] = Counter()
    for words, count in counts[0].union(*counts[1:], all=True) if keys else ():
        if count:
            found[words] += count
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))
