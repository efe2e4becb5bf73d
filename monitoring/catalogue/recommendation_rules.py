"""Rules of addressed recommendations as they stand in `recommendations.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

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
    """Read rules from YAML. :raises RuleFileError: naming the rule that cannot be used."""
    data = yaml.safe_load(text)
    return Rules(tuple(map(_rule, data.get("school", ()))), tuple(map(_rule, data.get("municipality", ()))))


def _rule(written: Mapping[str, Any]) -> Rule:
    code = written.get("code", "?")
    when = written.get("when") or {}
    unknown = sorted(set(when) - KNOWN)
    if unknown or not when:
        raise RuleFileError(f"Правило «{code}»: условие «{', '.join(unknown) or 'when'}» неизвестно или пусто.")
    category = when.get("category", ())
    return Rule(
        code=str(code),
        when=When(
            categories=frozenset([category] if isinstance(category, str) else category),
            not_category=when.get("not_category", ""),
            check=when.get("check", ""),
            low_subject=when.get("low_subject", ""),
            school_count=int(when.get("school_count", 0)),
            school_share_percent=int(when.get("school_share_percent", 0)),
            pair=when.get("pair", ""),
        ),
        reason=str(written["reason"]).strip(),
        text=str(written["text"]).strip(),
    )
