"""Arguments put in their places: parameters of facts, and what stands in the brackets of functions."""

from __future__ import annotations

import re
from decimal import Decimal

from indicators.formula import meaning, nodes
from indicators.formula.errors import FormulaError, did_you_mean, meant
from indicators.formula.facts import FactSource, FactSpec, Parameter, Parameters, ParameterSpec, UnknownValue
from indicators.formula.words import FUNCTION_BY_WORD, USAGE, normal
from indicators.formula.written import written

MAX_YEARS = 10  # as far back as a formula may look

QUOTES = re.compile('[«»„“”"]')


def plain(node: nodes.Call, function: str) -> list[nodes.Node]:
    """The arguments given by place. :raises FormulaError: if any has a role."""
    for argument in node.arguments:
        if argument.role or argument.label is not None:
            raise _not_written(argument, function)
    return [argument.value for argument in node.arguments]


def _not_written(argument: nodes.Argument, function: str) -> FormulaError:
    said = argument.role or f"{argument.label}:"
    return FormulaError(f"«{said}» в {function}(…) не пишут.", argument.at, hint=f"Пишется: {USAGE[function]}.")


def exactly(values: list[nodes.Node], count: int, node: nodes.Node, function: str) -> None:
    """Refuse a wrong number of arguments."""
    if len(values) != count:
        raise FormulaError(
            f"в {function}(…) нужно значений: {count}, а дано {len(values)}.",
            node.at,
            hint=f"Пишется: {USAGE[function]}.",
        )


def years(node: nodes.Call, function: str) -> tuple[nodes.Node, int]:
    """Part «прежде(что, лет)» into what is said and how many years ago; one, unless given."""
    values = plain(node, function)
    if len(values) == 1:
        return values[0], 1
    exactly(values, 2, node, function)
    match values[1]:
        case nodes.Number(value=value) if value == value.to_integral_value() and 1 <= value <= MAX_YEARS:
            return values[0], int(value)
        case _:
            raise FormulaError(
                f"вторым в {function}(…) стоит, на сколько лет назад смотреть: целое число от 1 до {MAX_YEARS}.",
                values[1].at,
                hint=f"Например: «{function}(…, 2)».",
            )


def clauses(node: nodes.Call) -> tuple[list[nodes.Node], dict[str, nodes.Node]]:
    """Part the arguments into those by place and the «где» and «среди»."""
    function = FUNCTION_BY_WORD[node.word]
    by_place: list[nodes.Node] = []
    by_role: dict[str, nodes.Node] = {}
    for argument in node.arguments:
        if argument.label is not None:
            raise _not_written(argument, function)
        if not argument.role:
            by_place.append(argument.value)
        elif argument.role not in {"где", "среди"}:
            raise FormulaError(
                f"«{argument.role}:» в {function}(…) не пишут.",
                argument.at,
                hint=f"Пишется: {USAGE[function]}.",
            )
        elif argument.role in by_role:
            raise FormulaError(f"«{argument.role}» сказано дважды.", argument.at, hint="Соедините условия словом «и».")
        else:
            by_role[argument.role] = argument.value
    return by_place, by_role


def fact(word: str, arguments: tuple[nodes.Argument, ...], node: nodes.Node, facts: FactSource) -> meaning.Fact:
    """Find the fact of this name and put its parameters in order."""
    spec, placed = _called(word, arguments, node, facts)
    if spec is None:
        hint = meant(word) or did_you_mean(word, (*facts.names(), *FUNCTION_BY_WORD))
        raise FormulaError(
            f"слово «{word}» неизвестно.", node.at, hint=hint or "Слова и коды вопросов — на странице «Слова формул»."
        )
    given = _placed(spec, placed)
    params = _parameters(spec, given, node)
    try:
        resolved = facts.resolve(spec, params)
    except UnknownValue as unknown:
        said = (given[unknown.parameter],) if unknown.parameter in given else placed
        at = said[0].at if said else node.at
        raise FormulaError(unknown.message, at, hint=_nearest(said, unknown)) from None
    return meaning.Fact(resolved, params, _said(word, arguments))


def _called(
    word: str, arguments: tuple[nodes.Argument, ...], node: nodes.Node, facts: FactSource
) -> tuple[FactSpec | None, tuple[nodes.Argument, ...]]:
    """The fact of this name, or that of the answers to the question with this code, which then is its first word."""
    spec = facts.find(word)
    if spec is not None or (question := facts.question(word)) is None:
        return spec, arguments
    name, code = question
    return facts.find(name), (nodes.Argument(node.at, "", nodes.Text(node.at, code)), *arguments)


def _parameters(spec: FactSpec, given: dict[str, nodes.Argument], node: nodes.Node) -> Parameters:
    """The values of all parameters in order: those that are named, and those that go without saying."""
    values: dict[str, Parameter] = {}
    for parameter in spec.parameters:
        argument = given.get(parameter.name)
        if argument is not None:
            value = _of_parts(parameter, _value(parameter, argument.value), values)
        elif (implied := _implied(parameter, values)) is not None:
            value = implied
        else:
            raise FormulaError(f"у «{spec.name}» не указано: {parameter.name}.", node.at, hint=_usage(spec))
        values[parameter.english] = value
    return tuple(values.values())


def _implied(parameter: ParameterSpec, before: dict[str, Parameter]) -> Parameter | None:
    """What is meant where nothing is named; None where it has to be."""
    if parameter.implied is not None and (value := parameter.implied(before)) is not None:
        return value
    return None if parameter.required else parameter.default


def spread(node: nodes.Node, facts: FactSource) -> tuple[list[meaning.Fact], tuple[str, ...]] | None:
    """
    Find a fact that is counted by parts and put it in order once for each, with the names of the parts.

    None for whatever is no such fact.

    :raises FormulaError: if one of the parts is named, for all of them are counted
    """
    if not isinstance(node, nodes.Name | nodes.Call):
        return None
    arguments = node.arguments if isinstance(node, nodes.Call) else ()
    spec, placed = _called(node.word, arguments, node, facts)
    parameter = next((one for one in spec.parameters if one.parts is not None), None) if spec else None
    if spec is None or parameter is None or parameter.parts is None:
        return None
    given = _placed(spec, placed)
    if parameter.name in given:
        raise FormulaError(
            f"«{parameter.name}» в распределении не называют: считаются все по порядку.",
            given[parameter.name].at,
            hint="Доля одной из них — «доля_в(распределение(…), часть)».",
        )
    words = {one.english: _value(one, given[one.name].value) for one in spec.parameters if one.name in given}
    parts = parameter.parts(words)
    if not parts:  # this one of its kind has none
        return None
    facts_of_parts = [
        fact(node.word, (*arguments, _naming(parameter, value, node.at)), node, facts) for value, _ in parts
    ]
    return facts_of_parts, tuple(label for _, label in parts)


def _of_parts(parameter: ParameterSpec, said: Parameter, before: dict[str, Parameter]) -> Parameter:
    """The part that is named by its value or its name; whatever names none is left for the source to refuse."""
    if parameter.parts is None or parameter.number or parameter.choices is not None:
        return said
    parts = {normal(str(word)): value for value, label in parameter.parts(before) for word in (value, label)}
    return parts.get(normal(str(said)), said)


def _naming(parameter: ParameterSpec, value: Parameter, at: int) -> nodes.Argument:
    """The argument that names one part, as a reader would have written it."""
    named = nodes.Text(at, value) if isinstance(value, str) else nodes.Number(at, Decimal(value))
    return nodes.Argument(at, normal(parameter.name), named)


def _placed(spec: FactSpec, arguments: tuple[nodes.Argument, ...]) -> dict[str, nodes.Argument]:
    """Give each argument its parameter, by name or by place."""
    names = {normal(name): p.name for p in spec.parameters for name in (p.name, p.english) if name}
    given: dict[str, nodes.Argument] = {}
    order = [parameter.name for parameter in spec.parameters]
    for place, argument in enumerate(arguments):
        if argument.label is not None:
            raise FormulaError(f"«{argument.label}:» в «{spec.name}» не пишут.", argument.at, hint=_usage(spec))
        if argument.role in {"где", "среди"}:
            raise FormulaError(
                f"«{argument.role}» пишут в доле, количестве и сумме, а не в «{spec.name}».", argument.at
            )
        if argument.role:
            name = names.get(argument.role)
            if name is None:
                hint = did_you_mean(argument.role, names) or _usage(spec)
                raise FormulaError(f"у «{spec.name}» нет «{argument.role}».", argument.at, hint=hint)
        elif place < len(order):
            name = order[place]
        else:
            raise FormulaError(f"лишнее в скобках «{spec.name}».", argument.at, hint=_usage(spec))
        if name in given:
            raise FormulaError(f"«{name}» сказано дважды.", argument.at)
        given[name] = argument
    return given


def _value(parameter: ParameterSpec, node: nodes.Node) -> Parameter:
    match node:
        case nodes.Number(value=value) if parameter.number or parameter.choices is None:
            return int(value) if value == value.to_integral_value() else value
        case nodes.Text(value=said) | nodes.Name(word=said) if not parameter.number:
            if parameter.choices is None:
                return said
            return _several(parameter, said, node) if parameter.several else _chosen(parameter, said, node)
        case nodes.Number() | nodes.Text() | nodes.Name():
            wanted = "число" if parameter.number else "слово"
            raise FormulaError(f"«{parameter.name}» — это {wanted}.", node.at)
        case _:
            raise FormulaError(
                "здесь стоит само значение, а не вычисление.", node.at, hint=f"Нужно: {parameter.title}."
            )


def _several(parameter: ParameterSpec, said: str, node: nodes.Node) -> Parameter:
    """Choose each of the words between commas; their order does not matter."""
    return ", ".join(sorted({str(_chosen(parameter, word.strip(), node)) for word in said.split(",")}))


def _chosen(parameter: ParameterSpec, said: str, node: nodes.Node) -> Parameter:
    word = _unquoted(said)
    if word in (usual := {_unquoted(name): value for name, value in parameter.usual.items()}):
        return usual[word]
    choices = {_unquoted(name): value for name, value in (parameter.choices or {}).items()}
    if word not in choices:
        listed = ", ".join(sorted(choices)[:12])
        hint = did_you_mean(word, choices) or (f"Бывает: {listed}." if listed else "Список пока пуст.")
        raise FormulaError(f"{parameter.name}: «{said}» неизвестно.", node.at, hint=hint)
    return choices[word]


def _unquoted(said: str) -> str:
    """A name as it is compared: names that have quotes of their own are written in a formula without them."""
    return normal(QUOTES.sub("", said))


def _nearest(arguments: tuple[nodes.Argument, ...], unknown: UnknownValue) -> str:
    for argument in arguments:
        match argument.value:
            case nodes.Text(value=said) | nodes.Name(word=said):
                if hint := did_you_mean(said, unknown.known):
                    return hint
    return ""


def _usage(spec: FactSpec) -> str:
    inside = ", ".join(parameter.name for parameter in spec.parameters if parameter.required)
    return f"Пишется: {spec.name}({inside})." if inside else f"Пишется просто «{spec.name}», без скобок."


def _said(word: str, arguments: tuple[nodes.Argument, ...]) -> str:
    return f"{word}({', '.join(written(one.value) for one in arguments)})" if arguments else word
