"""Which rules of recommendation apply to a school or to the schools of a place: pure, for rules are data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.russian import inside
from monitoring.catalogue.recommendation_rules import Rule, When

_CAUSES = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """A school as the rules see it: what it is called, what is low, what weighs on it."""

    name: str
    categories: frozenset[str]
    low: tuple[tuple[str, str, int], ...]
    repeated: tuple[tuple[str, str, int], ...]
    checks: frozenset[str]
    conditions: float | None
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """One rule that applies, with the facts that its texts are filled with."""

    rule: Rule
    facts: dict[str, Any]
    schools: tuple[str, ...]


def looked_at(name: str, categories: Sequence[str], trace: Mapping[str, Any], year: int) -> Looked:
    """Take from a stored trace what the rules ask for."""
    low = tuple(
        (row["procedure"], row["subject"], row["grade"])
        for row in trace["procedures"]
        if row["verdict"] == "low" and row["academic_year"] == year
    )
    met = {check["code"]: check["low"] for check in trace["checks"] if check["state"] == "met"}
    conditions = trace["conditions"] or {"value": None, "contributions": []}
    heavy = sorted(
        (part for part in conditions["contributions"] if part["points"] < 0), key=lambda part: part["points"]
    )
    return Looked(
        name,
        frozenset(categories),
        low,
        tuple((procedure, subject, grade) for procedure, subject, grade in met.get("B", ())),
        frozenset(met),
        conditions["value"],
        tuple(part["title"] for part in heavy[:_CAUSES]),
    )


def advise_school(rules: Sequence[Rule], school: Looked) -> list[Advice]:
    """Return the rules that apply to one school."""
    return [Advice(rule, _facts_of(rule.when, school), (school.name,)) for rule in rules if _applies(rule.when, school)]


def advise_place(rules: Sequence[Rule], schools: Sequence[Looked]) -> list[Advice]:
    """Return the rules that apply to the schools of a place: enough of them, or a large enough share."""
    found = []
    for rule in rules:
        matching = [school for school in schools if _applies(rule.when, school)]
        partners = [school.name for school in schools if rule.when.pair in school.categories]
        if not _is_enough(rule.when, len(matching), len(schools)) or (rule.when.pair and not partners):
            continue
        names = tuple(school.name for school in matching)
        facts = {
            "count": len(matching),
            "schools": len(schools),
            "share": 100 * len(matching) // len(schools),
            "names": list(names),
            "partners": partners,
        }
        found.append(Advice(rule, facts, names))
    return found


def _is_enough(when: When, count: int, whole: int) -> bool:
    if not count or count < when.school_count:
        return False
    return 100 * count >= when.school_share_percent * whole


def _applies(when: When, school: Looked) -> bool:
    return (
        when.categories <= school.categories
        and (not when.not_category or when.not_category not in school.categories)
        and (not when.check or when.check in school.checks)
        and (not when.low_subject or any(_is_subject(key[1], when.low_subject) for key in school.low))
    )


def _is_subject(subject: str, wished: str) -> bool:
    """Say whether a subject is the wished one or a kind of it: «Математика профильная» is mathematics."""
    return subject == wished or subject.startswith(f"{wished} ")


def _facts_of(when: When, school: Looked) -> dict[str, Any]:
    keys = school.repeated if when.check == "B" else school.low
    named = [key for key in keys if not when.low_subject or _is_subject(key[1], when.low_subject)]
    return {
        "procedures": [f"{procedure}, {grade} класс, {inside(subject)}" for procedure, subject, grade in named],
        "conditions": school.conditions,
        "causes": list(school.causes),
    }
