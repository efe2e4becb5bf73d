"""What a formula says before anyone asks whether it makes sense: the tree that `parse` builds."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of the formula; `at` is its first letter, `depth` how many floors stand under it."""

    at: int
    depth: int = field(default=1, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A word: a fact, a population, a level, or the value of a parameter."""

    word: str


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """
    One argument of a call. The role is "" (by place), "where", "among" or the parameter's name.

    A part of a distribution has no role but a label, which is quoted.
    """

    role: str
    value: Node
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    word: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Terms of a sum, or factors of a product, left to right; one operator fewer than operands."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """Conditions joined by one word, "and" or "or"."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    operand: Node
