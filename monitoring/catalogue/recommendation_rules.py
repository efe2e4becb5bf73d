"""Rules of addressed recommendations as they stand in `recommendations.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

import yaml

from monitoring.enums import Category

FACTS = {
    "school": {"procedures", "conditions", "causes"},
    "municipality": {"count", "schools", "share", "names", "partners"},
}
"""What texts may hold in braces, by whom a rule looks at."""

CHECKS = ("", "A", "B")
KNOWN = {"category", "not_category", "check", "low_subject", "school_count", "school_share_percent", "pair"}


class RuleFileError(ValueError):
    """A rule that cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class When:
    """What must hold: of one school, or of the schools of a place, how many or what share of them."""

    categories: frozenset[str] = frozenset()
    not_category: str = ""
    check: str = ""
    low_subject: str = ""
    school_count: int = 0
    school_share_percent: int = 0
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when it applies, why it does, what is advised. Texts hold {names} to be filled in."""

    code: str
    when: When
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules: those that look at a school and those that look at a municipality."""

    school: tuple[Rule, ...]
    municipality: tuple[Rule, ...]


@cache
def recommendation_rules() -> Rules:
    """Read the rules that come with the portal."""
    text = files("monitoring.catalogue").joinpath("recommendations.yaml").read_text(encoding="utf-8")
    return read_rules(text)


def read_rules(text: str) -> Rules:
    """Read rules from YAML. :raises RuleFileError: naming the rule that cannot be used and why."""
    try:
        data = yaml.safe_load(text) or {}
    except yaml.YAMLError as broken:
        raise RuleFileError(f"Правила рекомендаций не читаются как YAML ({broken}).") from broken
    levels = {level: tuple(_rule(one, level) for one in data.get(level) or ()) for level in FACTS}
    codes = [rule.code for rules in levels.values() for rule in rules]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        raise RuleFileError(f"Правило «{code}» записано дважды.")
    return Rules(**levels)


def _rule(written: Mapping[str, Any], level: str) -> Rule:
    code = str(written.get("code", "?"))
    when = written.get("when") or {}
    unknown = sorted(set(when) - KNOWN)
    if unknown or not when:
        raise RuleFileError(f"Правило «{code}»: условие «{', '.join(unknown) or 'when'}» неизвестно или пусто.")
    category = when.get("category", ())
    rule = Rule(
        code=code,
        when=When(
            categories=frozenset([category] if isinstance(category, str) else category),
            not_category=when.get("not_category", ""),
            check=when.get("check", ""),
            low_subject=when.get("low_subject", ""),
            school_count=int(when.get("school_count", 0)),
            school_share_percent=int(when.get("school_share_percent", 0)),
            pair=when.get("pair", ""),
        ),
        reason=str(written.get("reason", "")).strip(),
        text=str(written.get("text", "")).strip(),
    )
    _refuse_unusable(rule, level)
    return rule


def _refuse_unusable(rule: Rule, level: str) -> None:
    """A rule that fails only when it applies would fail a whole identification: all it names is checked on reading."""
    named = {*rule.when.categories, rule.when.not_category, rule.when.pair} - {""}
    for category in sorted(named - set(Category.values)):
        raise RuleFileError(f"Правило «{rule.code}»: категории «{category}» нет. Есть: {', '.join(Category.values)}.")
    if rule.when.check not in CHECKS:
        raise RuleFileError(f"Правило «{rule.code}»: признака «{rule.when.check}» нет. Есть: A, B.")
    if not rule.reason or not rule.text:
        raise RuleFileError(f"Правило «{rule.code}»: нужны «reason» (почему) и «text» (что рекомендуется).")
    for written in (rule.reason, rule.text):
        try:
            names = {name for _before, name, _spec, _turn in Formatter().parse(written) if name is not None}
        except ValueError as broken:
            raise RuleFileError(f"Правило «{rule.code}»: фигурные скобки не закрыты: «{written}».") from broken
        for name in sorted(names - FACTS[level]):
            known = ", ".join(sorted(FACTS[level]))
            raise RuleFileError(f"Правило «{rule.code}»: в тексте есть «{{{name}}}», а известно только: {known}.")
