"""Surface nodes back to text, as a reader would write them: for what is said of a piece of a formula."""

from __future__ import annotations

from decimal import Decimal

from indicators.formula import nodes

JOINED = {"and": "и", "or": "или"}


def written(node: nodes.Node) -> str:
    """Write a piece of a formula."""
    match node:
        case nodes.Number(value=value):
            return number(value)
        case nodes.Text(value=value):
            return f"«{value}»"
        case nodes.Name(word=word):
            return word
        case nodes.Call(word=word, arguments=arguments):
            return f"{word}({', '.join(_argument(one) for one in arguments)})"
        case nodes.Chain(operators=operators, operands=operands):
            first, *others = (_inside(one) for one in operands)
            return first + "".join(f" {sign} {one}" for sign, one in zip(operators, others, strict=True))
        case nodes.Comparison(operator=operator, left=left, right=right):
            return f"{written(left)} {operator} {written(right)}"
        case nodes.Logic(operator=operator, operands=operands):
            return f" {JOINED[operator]} ".join(_inside(one) for one in operands)
        case nodes.Not(operand=operand):
            return f"не {_inside(operand)}"
        case nodes.Negative(operand=operand):
            return f"-{_inside(operand)}"
        case _:
            return "…"


def number(value: Decimal) -> str:
    """Write a number with a comma."""
    return format(value.normalize(), "f").replace(".", ",")


def _inside(node: nodes.Node) -> str:
    """A piece in brackets where it would be read otherwise without them."""
    said = written(node)
    return f"({said})" if isinstance(node, nodes.Chain | nodes.Logic) else said


def _argument(argument: nodes.Argument) -> str:
    said = written(argument.value)
    if argument.label is not None:
        return f"«{argument.label}»: {said}"
    if not argument.role:
        return said
    return f"{argument.role} {said}" if argument.role in {"где", "среди"} else f"{argument.role}: {said}"
