"""docs/facts.md: every fact that formulas may ask for, as the apps have registered them."""

from collections.abc import Iterable

from indicators.facts import Level, Measure, Parameter, Registered, level_of_kind, registered
from schools.enums import Kind

HEAD = """# Facts

Written by `make docs`; do not edit. A fact is a number, or yes/no, that each unit of one kind has. Formulas call it by
the word in the first column or by one of its other words; how to add one: [how-to/add-a-fact.md](how-to/add-a-fact.md).
"""
MEASURES = {
    Measure.NUMBER: "number, may be summed",
    Measure.SHARE: "percent, averaged with weights only",
    Measure.CHANGE: "change in percentage points",
    Measure.FLAG: "yes or no, a condition",
    Measure.STATE: "step of a scale",
    Measure.DISTRIBUTION: "distribution",
}
MEAN = "mean, averaged with weights only"


def facts_page() -> str:
    """Write the page."""
    groups: dict[str, list[Registered]] = {}
    for fact in registered():
        groups.setdefault(fact.source or "прочее", []).append(fact)
    parts = [HEAD]
    for source in sorted(groups):
        parts.append(f"## {source[0].upper()}{source[1:]}\n")
        parts.append("| word | what it is | of | measure | parameters | other words |\n|---|---|---|---|---|---|")
        parts[-1] += "".join(f"\n{_row(fact)}" for fact in groups[source]) + "\n"
    return "\n".join(parts)


def _row(fact: Registered) -> str:
    kind = "as the element says" if fact.of is None else _level(fact.of)
    is_mean = fact.measure == Measure.SHARE and fact.unit != "%"
    measure = MEAN if is_mean else MEASURES[fact.measure]
    measure += f", {fact.unit}" if fact.unit else ""
    cells = (
        f"`{fact.name}`",
        fact.title,
        kind,
        measure,
        "; ".join(_parameter(parameter) for parameter in fact.parameters) or "—",
        _words(fact.aliases),
    )
    return f"| {' | '.join(cells)} |"


def _level(kind: Kind) -> str:
    return "организация" if level_of_kind(kind) is Level.ORGANISATION else kind.label


def _parameter(parameter: Parameter) -> str:
    said = f"`{parameter.name}`: {parameter.title or parameter.name}"
    if parameter.required:
        return said
    return f"{said}; {parameter.default} unless given" if parameter.default != "" else f"{said}; may be left out"


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words) or "—"
