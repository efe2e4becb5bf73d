"""Two definitions side by side: what they say otherwise, and where their values differ."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher

from django.db import connection

from accounts.models import User
from accounts.permissions import Permission
from common.numbers import format_number
from common.sql import named_sql
from indicators.models import IndicatorEdition
from indicators.selectors.defining import said_keeper
from indicators.selectors.distributions import spread_of
from schools.models import Unit

WORDS = re.compile(r"«[^»]*»|\w+|[^\w\s]")
MOST = 5
BESIDE = ("indicator", "document", "methodologist", "reviewer")


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of two definitions: what it is about, what each says."""

    label: str
    left: str
    right: str

    @property
    def is_changed(self) -> bool:
        """Whether the two say it otherwise."""
        return self.left != self.right


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a formula, and whether the other formula lacks it."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A unit whose value differs: before and after; unknown is None."""

    unit_id: int
    name: str
    was: Decimal | None
    is_now: Decimal | None
    cells_were: tuple[Decimal, ...] | None = None  # of distributions
    cells_are: tuple[Decimal, ...] | None = None


@dataclass(slots=True)
class YearOfMoves:
    """How many units of a year have values by one or the other, how many by both, of how many they differ, and most."""

    year: str
    units: int
    both: int
    changed: int
    moves: list[Move] = field(default_factory=list)


def editions_to_compare() -> list[tuple[str, str]]:
    """Return every edition as a choice, in the order of codes."""
    said = ("pk", "indicator__code", "number", "is_current", "indicator__name")
    rows = IndicatorEdition.objects.order_by("indicator__code", "-number").values_list(*said)
    return [
        (str(pk), f"{code}, № {number}{'' if is_current else ', прежняя'}: {name[:80]}")
        for pk, code, number, is_current, name in rows
    ]


def editions_by_keys(keys: Collection[int]) -> dict[int, IndicatorEdition]:
    """Return editions with what they are compared by."""
    return {one.pk: one for one in IndicatorEdition.objects.select_related(*BESIDE).filter(pk__in=keys)}


def differences(left: IndicatorEdition, right: IndicatorEdition) -> list[Difference]:
    """Return everything that definitions say, line by line; formulas are told by `formula_pieces`."""
    return [Difference(label, mine, other) for (label, mine), (_, other) in zip(_said(left), _said(right), strict=True)]


def _said(edition: IndicatorEdition) -> Iterator[tuple[str, str]]:
    yield "Показатель", f"{edition.indicator.code}: {edition.indicator.name}"
    yield "Редакция", f"№ {edition.number}, действует с {edition.valid_from:%d.%m.%Y}"
    yield "Почему эта редакция", edition.reason
    yield "Зачем", edition.purpose
    yield "Вид", edition.get_kind_display()
    yield "О ком", edition.get_level_display()
    yield "Формула словами", edition.in_words
    yield "Что лучше", edition.get_better_display()
    yield "Единица", edition.unit_of_measure
    yield "Знаков после запятой", str(edition.precision)
    yield "Как складывается выше", edition.get_roll_up_display()
    yield "Документ", str(edition.document or "")
    yield "Раздел", edition.source
    yield "Страница", edition.page
    yield "Кто ведёт", said_keeper(edition.methodologist, edition.methodologist_named)
    yield "Кто проверяет", said_keeper(edition.reviewer, edition.reviewer_named)
    yield "Пересмотреть до", f"{edition.next_review_on:%d.%m.%Y}" if edition.next_review_on else ""


def formula_pieces(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Cut two formulas into runs of words that both have and runs that only one has."""
    mine, other = list(WORDS.finditer(left)), list(WORDS.finditer(right))
    matcher = SequenceMatcher(None, [one[0] for one in mine], [one[0] for one in other], autojunk=False)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, first, last, from_, to in matcher.get_opcodes():
        sides = ((pieces[0], left, mine, first, last), (pieces[1], right, other, from_, to))
        for pile, text, tokens, begin, end in sides:
            if begin < end:
                stop = tokens[end].start() if end < len(tokens) else len(text)
                pile.append(Piece(text[tokens[begin].start() : stop], tag != "equal"))
    return pieces


def moves(*, left: IndicatorEdition, right: IndicatorEdition, user: User, most: int = MOST) -> list[YearOfMoves]:
    """Return, by year, where the values of two editions differ, among the units that somebody may see."""
    seen = Unit.objects.visible_to(user, Permission.INDICATOR_VIEW).order_by()
    params = {
        "left": left.pk,
        "right": right.pk,
        "left_scale": left.scale,
        "right_scale": right.scale,
        "units": list(seen.values_list("pk", flat=True)),
        "most": most,
    }
    years: dict[str, YearOfMoves] = {}
    with connection.cursor() as cursor:
        cursor.execute(named_sql("indicators", "values_compared"), params)
        for code, units, both, changed, unit_id, name, *values in cursor.fetchall():
            year = years.setdefault(code, YearOfMoves(code, units, both, changed))
            if unit_id is not None:
                year.moves.append(Move(unit_id, name, *values))
    return list(years.values())


def said_move(value: Decimal | None, edition: IndicatorEdition, cells: Sequence[Decimal] | None = None) -> str:
    """Write a value of a move as its edition shows it, a distribution with its parts."""
    spread = spread_of(edition, cells)
    if spread is not None:
        return f"{spread.said} ({format_number(value)})"
    return "—" if value is None else f"{format_number(value, edition.precision)}\xa0{edition.unit_shown}"
