"""The words that may stand in a formula, for whoever writes one: what they are, and which fit what is being typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from django.db.models import Q

from common.russian import search_key
from common.searching import having_words
from indicators.facts import FactsOf, Registered, find_fact, registered
from indicators.facts.entered import ASKED, RIGHT_WORD
from indicators.formula.binding import QUOTES
from indicators.formula.words import FUNCTIONS, LEVELS, POPULATIONS, normal
from indicators.models import DataElement, Indicator

AT_MOST = 20
JOINING = (
    ("где", "условие, по которому считают"),
    ("среди", "о ком вообще речь"),
    ("и", "верно и то и другое"),
    ("или", "верно хотя бы одно"),
    ("не", "наоборот"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word: how it is written into the formula, what it is, of what sort."""

    word: str
    insert: str
    title: str
    sort: str

    def as_dict(self) -> dict[str, str]:
        """The same for a script."""
        return asdict(self)


def every_word() -> list[Word]:
    """Return every word of the language but the codes of questions, sort by sort."""
    return [*_functions(), *_populations(), *_joining(), *_facts()]


def questions(text: str = "") -> Iterator[DataElement]:
    """Return the questions whose answers formulas may ask for, narrowed by words."""
    rows = DataElement.objects.order_by("code")
    found = having_words(rows, text, texts=("code", "name")) if search_key(text) else rows
    yield from found


def fitting(*, text: str, inside: str = "", place: int = 0, first: str = "") -> list[Word]:
    """
    Return the words that fit what is typed, those that begin so first.

    `inside` is the word before the bracket in which it is typed, `place` which of its parameters, `first` what stands
    there as the first of them.
    """
    fact = _fact_named(inside)
    if fact is not None and place < len(fact.parameters):
        candidates = _categories(first) if fact.name in ASKED and place else _values(fact, place, text)
    elif inside and not place and (found := _categories(inside)):
        candidates = found
    elif normal(inside) in ("показатель", "indicator"):
        candidates = _indicators(text)
    elif normal(inside) in ("минимум_по", "minimum_by", "максимум_по", "maximum_by") and place == 0:
        candidates = [Word(word, word, "по кому искать", "уровень") for word in LEVELS if word.isascii() is False]
    else:
        candidates = [*_functions(), *_populations(), *_joining(), *_facts(), *_asking(text)]
    return _nearest(candidates, text)


def _nearest(candidates: Iterable[Word], text: str) -> list[Word]:
    typed = normal(text)
    words = search_key(text).split()
    begin: list[Word] = []
    contain: list[Word] = []
    told: set[str] = set()
    for one in candidates:
        if normal(one.insert) in told:
            continue
        told.add(normal(one.insert))
        if normal(one.word).startswith(typed):
            begin.append(one)
        elif all(word in search_key(f"{one.word} {one.title}") for word in words):
            contain.append(one)
    return [*begin, *contain][:AT_MOST]


def _fact_named(word: str) -> Registered | None:
    spec = FactsOf(None).find(word) if word else None
    return find_fact(spec.name) if spec else None


def _values(fact: Registered, place: int, text: str) -> list[Word]:
    """What a parameter of a fact may be: the codes of questions, or its own few values."""
    parameter = fact.parameters[place]
    if fact.name in ASKED:
        right = [kind for kind, word in RIGHT_WORD.items() if word == fact.name]
        rows = DataElement.objects.filter(type__in=right).order_by("code")
        return [_question(one, f"«{one.code}»") for one in _narrowed(rows, text)]
    known = parameter.choices() if callable(parameter.choices) else parameter.choices or {}
    return [_value(str(word), parameter.title) for word in {**parameter.usual, **known}]


def _categories(code: str) -> list[Word]:
    """The categories of the question of a code, as formulas name them; none of one that is entered whole."""
    element = DataElement.objects.filter(code=code).first()
    names = element.category_names if element else {}
    return [Word(category, f"«{category}»", name, "категория") for category, name in names.items()]


def _value(word: str, title: str) -> Word:
    word = QUOTES.sub("", word)  # a name that has quotes of its own is known without them
    is_plain = word.replace("_", "a").isalnum() and not word[0].isdigit()
    return Word(word, word if is_plain else f"«{word}»", title, "значение")


def _narrowed(rows, text: str):
    words = search_key(text).split()
    return (having_words(rows, text, texts=("code", "name")) if words else rows)[:AT_MOST]


def _indicators(text: str) -> list[Word]:
    """Indicators that a formula may refer to, by code or name."""
    rows = Indicator.objects.order_by("code")
    found = having_words(rows, text, keys=("search_key",), texts=("code",)) if search_key(text) else rows
    return [Word(one.code, f"«{one.code}»", one.name, "показатель") for one in found[:AT_MOST]]


def _asking(text: str) -> list[Word]:
    """Questions found by their words, written as formulas ask for them."""
    if len(text) < 3:
        return []
    rows = DataElement.objects.filter(~Q(code="")).order_by("code")
    return [_question(one, f"{RIGHT_WORD[one.type]}(«{one.code}»)") for one in _narrowed(rows, text)]


def _question(element: DataElement, insert: str) -> Word:
    return Word(element.code, insert, f"{element.name} ({element.get_level_display()})", "вопрос")


def _functions() -> list[Word]:
    return [Word(one.name, f"{one.name}(", f"{one.usage}. {one.meaning}", "функция") for one in FUNCTIONS]


def _populations() -> list[Word]:
    return [Word(word, word, "кого считать", "о ком") for word in POPULATIONS if not word.isascii()]


def _joining() -> list[Word]:
    return [Word(word, word, title, "союз") for word, title in JOINING]


def _facts() -> list[Word]:
    return [
        Word(word, f"{word}(" if any(one.required for one in fact.parameters) else word, fact.title, fact.source)
        for fact in registered()
        for word in (fact.name, *(alias for alias in fact.aliases if not alias.isascii()))
    ]
