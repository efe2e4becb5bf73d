"""
Text to surface nodes.

A LALR grammar, so time grows with length alone; nodes are built while reading, without recursion, and each knows its
depth, so a formula that is too deep is refused at the letter where it becomes so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args

from indicators.formula import nodes
from indicators.formula.errors import FormulaError
from indicators.formula.kept import KeptByLength
from indicators.formula.words import FUNCTION_BY_WORD, KEYWORDS, OTHER_WORDS, TRUTHS, USAGE, normal

MAX_LENGTH = 10_000
MAX_DEPTH = 50
MAX_TERMS = 200
MAX_DIGITS = 15
MAX_DECIMALS = 9
MAX_WORD = 200

GRAMMAR = r"""
    start: condition
    ?condition: every | every (OR every)+              -> any_of
    ?every: opposite | opposite (AND opposite)+        -> all_of
    ?opposite: NOT opposite                    -> opposite
        | comparison
    ?comparison: total | total (COMPARE total)+        -> comparison
    ?total: product | product (SIGN product)+          -> chain
    ?product: signed | signed (TIMES signed)+          -> chain
    ?signed: SIGN signed                       -> signed
        | atom
    ?atom: NUMBER                              -> number
        | TEXT                                 -> text
        | NAME                                 -> name
        | NAME "(" [arguments] ")"             -> call
        | "(" condition ")"
    arguments: argument (";" argument | "," argument | clause)*
    argument: condition                        -> plain
        | NAME ":" condition                   -> named
        | TEXT ":" condition                   -> labelled
        | WHERE condition                      -> where
        | AMONG condition                      -> among
    clause: WHERE condition                    -> where
        | AMONG condition                      -> among

    NUMBER.2: /\d+([.,]\d+)?/
    TEXT: /«[^«»]*»|"[^"]*"|“[^“”]*”|„[^„“”]*[“”]/
    NAME: /[^\W\d]\w*/
    COMPARE: /<=|>=|<>|!=|==|[<>=≤≥≠]/
    SIGN: /[+\-−–]/
    TIMES: /[*\/×·÷]/
    %declare AND OR NOT WHERE AMONG
    %ignore /[\s\u00a0\u202f\ufeff]+/
"""

CYRILLIC, LATIN = re.compile("[а-яё]", re.IGNORECASE), re.compile("[a-z]", re.IGNORECASE)

COMPARISONS = {"==": "=", "!=": "<>", "≠": "<>", "≤": "<=", "≥": ">="}
SIGNS = {"−": "-", "–": "-"}
FACTORS = {"×": "*", "·": "*", "÷": "/"}


def parse(source: str) -> nodes.Node:
    """Read a formula. :raises FormulaError: if it cannot be read, pointing at the letter."""
    if len(source) > MAX_LENGTH:
        raise FormulaError(f"формула длиннее {MAX_LENGTH} знаков; разбейте её на несколько показателей.")
    if not source.strip():
        raise FormulaError("формула пуста. Начните с «доля(…)», «количество(…)» или «сумма(…)».")
    try:
        return parsed(source)
    except FormulaError as error:
        error.source = source
        raise
    except UnexpectedInput as unexpected:
        raise _translated(unexpected, source) from None


def _read(source: str) -> nodes.Node:
    return _parser().parse(source)  # type: ignore[return-value]  # the builder turns the tree into nodes


parsed = KeptByLength(_read, letters=200_000, longest=2_000)
"""What is read at every recalculation, read once."""


@cache
def _parser() -> Lark:
    return Lark(
        GRAMMAR,
        parser="lalr",
        lexer="basic",
        lexer_callbacks={"NAME": _keyword},
        transformer=_Builder(),
        maybe_placeholders=False,
    )


def _keyword(token: Token) -> Token:
    """Tell keywords from names; a word of two alphabets looks right and is not, so it is refused at once."""
    if CYRILLIC.search(token) and LATIN.search(token):
        raise FormulaError(
            f"в слове «{_shortened(token)}» смешаны русские и латинские буквы.",
            _start(token),
            hint="Наберите его заново в русской раскладке.",
        )
    kind = KEYWORDS.get(normal(token))
    return Token.new_borrow_pos(kind, str(token), token) if kind else token


def _start(token: Token) -> int:
    return token.start_pos or 0


def _deeper(at: int, *under: nodes.Node) -> int:
    """The depth of a node over these; refused where the formula becomes too deep or too long-winded."""
    if len(under) > MAX_TERMS:
        raise FormulaError(f"больше {MAX_TERMS} частей подряд; разбейте формулу на несколько показателей.", at)
    depth = 1 + max((node.depth for node in under), default=0)
    if depth > MAX_DEPTH:
        raise FormulaError(f"вложенность больше {MAX_DEPTH}; разбейте формулу на несколько показателей.", at)
    return depth


@v_args(inline=True)
class _Builder(Transformer[Token, nodes.Node]):
    """One method per line of the grammar."""

    def start(self, condition: nodes.Node) -> nodes.Node:
        return condition

    def number(self, token: Token) -> nodes.Node:
        whole, _, decimals = str(token).replace(",", ".").partition(".")
        if len(whole.lstrip("0")) > MAX_DIGITS or len(decimals) > MAX_DECIMALS:
            raise FormulaError(
                f"число длиннее {MAX_DIGITS} знаков до запятой или {MAX_DECIMALS} после неё.", _start(token)
            )
        return nodes.Number(_start(token), Decimal(f"{whole}.{decimals or 0}"))

    def text(self, token: Token) -> nodes.Node:
        return nodes.Text(_start(token), self._written(token))

    def _written(self, token: Token) -> str:
        if len(token) > MAX_WORD:
            raise FormulaError(f"текст в кавычках длиннее {MAX_WORD} знаков.", _start(token))
        return str(token)[1:-1].strip()

    def name(self, token: Token) -> nodes.Node:
        return nodes.Name(_start(token), _word(token))

    def call(self, token: Token, arguments: tuple[nodes.Argument, ...] = ()) -> nodes.Node:
        at = _start(token)
        return nodes.Call(at, _word(token), arguments, depth=_deeper(at, *(a.value for a in arguments)))

    def arguments(self, *arguments: nodes.Argument) -> tuple[nodes.Argument, ...]:
        return arguments

    def plain(self, value: nodes.Node) -> nodes.Argument:
        return nodes.Argument(value.at, "", value, depth=value.depth)

    def named(self, token: Token, value: nodes.Node) -> nodes.Argument:
        return nodes.Argument(_start(token), normal(token), value, depth=value.depth)

    def labelled(self, token: Token, value: nodes.Node) -> nodes.Argument:
        return nodes.Argument(_start(token), "", value, self._written(token), depth=value.depth)

    def where(self, token: Token, value: nodes.Node) -> nodes.Argument:
        return nodes.Argument(_start(token), "где", value, depth=value.depth)

    def among(self, token: Token, value: nodes.Node) -> nodes.Argument:
        return nodes.Argument(_start(token), "среди", value, depth=value.depth)

    def any_of(self, *parts: Any) -> nodes.Node:
        return _joined("or", parts)

    def all_of(self, *parts: Any) -> nodes.Node:
        return _joined("and", parts)

    def opposite(self, token: Token, operand: nodes.Node) -> nodes.Node:
        return nodes.Not(_start(token), operand, depth=_deeper(_start(token), operand))

    def signed(self, sign: Token, operand: nodes.Node) -> nodes.Node:
        at = _start(sign)
        if sign == "+":
            return operand
        return nodes.Negative(at, operand, depth=_deeper(at, operand))

    def comparison(self, left: nodes.Node, operator: Token, right: nodes.Node, *more: Any) -> nodes.Node:
        if more:
            raise FormulaError("два сравнения подряд не читаются.", _start(more[0]), hint="Напишите «1 < а и а < 5».")
        at = _start(operator)
        sign = COMPARISONS.get(str(operator), str(operator))
        return nodes.Comparison(at, sign, left, right, depth=_deeper(at, left, right))

    def chain(self, *parts: Any) -> nodes.Node:
        operands, operators = parts[::2], parts[1::2]
        at = _start(operators[0])
        signs = tuple((SIGNS | FACTORS).get(str(sign), str(sign)) for sign in operators)
        return nodes.Chain(at, signs, operands, depth=_deeper(at, *operands))


def _joined(operator: str, parts: Sequence[Any]) -> nodes.Node:
    operands = tuple(part for part in parts if isinstance(part, nodes.Node))
    at = operands[0].at
    return nodes.Logic(at, operator, operands, depth=_deeper(at, *operands))


def _word(token: Token) -> str:
    if len(token) > MAX_WORD:
        raise FormulaError(f"слово длиннее {MAX_WORD} знаков.", _start(token))
    return normal(token)


EXPECTED = (
    ("NAME", "слово"),
    ("NUMBER", "число"),
    ("TEXT", "текст в «кавычках»"),
    ("LPAR", "«(»"),
    ("RPAR", "«)»"),
    ("COMMA", "запятая"),
    ("WHERE", "«где»"),
    ("AND", "«и» или «или»"),
    ("COMPARE", "сравнение"),
)

BY_SIGNS = "Сравнения пишут знаками: >, >=, <, <=, =."
OFTEN = {  # how what stands before ends, what stands here, what is written instead
    ("=", (">", "<")): "Пишется «>=» или «<=».",
    ("", ("больше", "меньше", "равно", "более", "менее", "выше", "ниже")): BY_SIGNS,
    ("", ("не",)): "«Не меньше» — это «>=», «не больше» — «<=».",
    (",", ("и", "или")): "Запятая здесь не нужна.",
    (")", (":",)): "Делят знаком «/».",
    ("", ("год", "года", "лет")): "Сколько лет, пишут одним числом.",
}

FOREIGN = {
    "%": "Знак процента не нужен: доли и так считаются в процентах.",
    "'": 'Текст пишется в «кавычках» или "кавычках".',
    "&": "Вместо него пишется слово «и».",
    "|": "Вместо него пишется слово «или».",
    "^": "Степеней в показателях нет.",
    "[": "Скобки только круглые.",
    "{": "Скобки только круглые.",
}


def _translated(unexpected: UnexpectedInput, source: str) -> FormulaError:
    """Say in Russian what lark found and what could stand there instead."""
    if isinstance(unexpected, UnexpectedCharacters):
        at = unexpected.pos_in_stream or 0
        letter = source[at]
        if letter in '«"“„':
            return FormulaError("кавычка открыта и не закрыта.", at, source=source)
        return FormulaError(f"знак «{letter}» здесь не читается.", at, hint=FOREIGN.get(letter, ""), source=source)
    token: Token = unexpected.token  # type: ignore[attr-defined]  # the only other kind lark raises here
    expected: set[str] = getattr(unexpected, "accepts", None) or set(getattr(unexpected, "expected", ()))
    awaited = ", ".join(word for kind, word in EXPECTED if kind in expected)
    hint = _meant(source, token) or (f"Здесь может стоять: {awaited}." if awaited else "")
    if token.type == "$END":
        at = len(source.rstrip())
        missing = "не закрыта скобка «(»" if "RPAR" in expected else "формула оборвана"
        return FormulaError(f"{missing}.", at, hint=hint, source=source)
    return FormulaError(f"«{_shortened(token)}» стоит не на месте.", _start(token), hint=hint, source=source)


def _meant(source: str, token: Token) -> str:
    """What was meant, where the words or signs around tell."""
    before, said = source[: _start(token)].rstrip(), normal(token)
    if not before and said == "=":
        return "Знак «=» в начале не нужен."
    last = re.search(r"\w+$", before)
    word = normal(last.group()) if last else ""
    if word in FUNCTION_BY_WORD and token.type in ("NAME", "NUMBER", "TEXT"):
        name = FUNCTION_BY_WORD[word]
        return f"После «{name}» открывают скобку: {USAGE[name]}."
    if word in TRUTHS and token.type == "NAME":
        return f"Отрицание — «не {said}»." if word == "нет" else f"Пишется просто «{said}»."
    if word == "есть" and token.type == "NAME":
        return f"Пишется просто «{said}»."
    if OTHER_WORDS.get(word) == "среди":
        return f"Пишется «среди {said}»."
    return next((hint for (left, right), hint in OFTEN.items() if before.endswith(left) and said in right), "")


def _shortened(token: Token) -> str:
    return str(token) if len(token) <= 30 else f"{token[:30]}…"
