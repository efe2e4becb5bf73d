"""What is written to do harm is refused after little work, counted in calls; no word of it reaches the statement."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.formula.errors import FormulaError
from indicators.formula.facts import Definition
from indicators.formula.kept import KeptByLength
from indicators.formula.parse import parse, parsed
from tests.spec.formula import world as w
from tests.spec.formula.cases import CASES
from tests.spec.formula.test_spec import SOURCE

MOST_CALLS = 300_000  # an ordinary formula takes some two thousand
CYRILLIC = re.compile("[а-яё«»]", re.IGNORECASE)


def calls_of(work: Callable[[], object]) -> int:
    """Count the functions called, and stop what calls too many."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"
        if count > MOST_CALLS:
            raise AssertionError("too much work")

    former = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(former)
    return count


def refused(formula: str, source: w.Tables = SOURCE) -> tuple[str, int]:
    """What is said of a formula, and after how many calls."""
    said = ""

    def work() -> None:
        nonlocal said
        with pytest.raises(FormulaError) as refusal:
            check(formula, source)
        said = refusal.value.message

    check("количество(школы)", source)  # the grammar is built once a process, and is no work of a formula
    calls = calls_of(work)
    return said, calls


HOSTILE = {
    "мегабайт": ("сумма(учителя) + " * 65_000 + "сумма(учителя)", "формула длиннее 10000 знаков"),
    "мегабайт букв": ("я" * 1_000_000, "формула длиннее 10000 знаков"),
    "десять тысяч вызовов": ("а()," * 10_000, "формула длиннее 10000 знаков"),
    "две тысячи вызовов": ("если(" + "а()," * 2_400 + "а())", "больше 200 частей подряд"),
    "шестьсот сумм": ("+".join(["сумма(учителя)"] * 600), "больше 200 частей подряд"),
    "сто сумм": ("+".join(["сумма(учителя)"] * 100), "в формуле больше 40 сумм"),
    "скобки": ("(" * 9_000, "формула оборвана"),
    "закрытые скобки": ("(" * 4_000 + "сумма" + ")" * 4_000, "слово «сумма» неизвестно"),
    "отрицания": ("количество(школы, где " + "не " * 3_000 + "шнро)", "вложенность больше 50"),
    "минусы": ("сумма(" + "-" * 9_000 + "учителя)", "вложенность больше 50"),
    "прежде в прежде": ("прежде(" * 1_200 + "сумма(учителя)" + ")" * 1_200, "вложенность больше 50"),
    "изменение в изменении": ("сумма(" + "изменение(" * 40 + "учителя" + ")" * 41, "изменение изменения не считают"),
    "если в если": ("сумма(" + "если(шнро, 1, " * 500 + "1" + ")" * 501, "вложенность больше 50"),
    "суммы в условиях": (
        "количество(школы, где " + "количество(школы, где " * 45 + "шнро" + ") > 0" * 45 + ")",
        "вложенность больше 50",
    ),
    "много условий": ("количество(школы, где " + " и ".join(["шнро"] * 900) + ")", "больше 200 частей подряд"),
    "длинное число": ("сумма(учителя) * " + "9" * 9_000, "число длиннее 15 знаков"),
    "длинная дробь": ("сумма(учителя) * 0," + "1" * 9_000, "число длиннее 15 знаков до запятой или 9 после"),
    "длинное слово": ("сумма(" + "учителя" * 1_000 + ")", "слово длиннее 200 знаков"),
    "длинный текст": ("количество(школы, где есть(«" + "код" * 3_000 + "»))", "текст в кавычках длиннее 200 знаков"),
    "кавычки": ("«" * 9_000, "кавычка открыта и не закрыта"),
    "сравнения": ("количество(школы, где " + " > ".join(["учителя"] * 900) + ")", "два сравнения подряд"),
    "неизвестные слова": ("количество(школы, где " + " и ".join(f"слово{n}" for n in range(150)) + ")", "неизвестно"),
    "нулевые знаки": ("сумма(\x00учителя)", "здесь не читается"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_formula_is_refused_after_little_work(name):
    formula, beginning = HOSTILE[name]
    said, calls = refused(formula)

    assert beginning in said
    assert calls <= MOST_CALLS


@dataclass(frozen=True)
class Thicket(w.Tables):
    """Every indicator refers many times to the next."""

    times: int = 2

    def indicator(self, code: str) -> Definition:
        following = f"показатель(«{int(code) + 1}»)"
        return Definition(code, " + ".join([following] * self.times))


@pytest.mark.parametrize("times", [1, 2, 100])
def test_thicket_of_references_is_refused_after_little_work(times):
    said, calls = refused("показатель(«1»)", Thicket(w.VALUES, times=times))

    assert said.startswith("ссылок друг за другом больше 8: 1 → 2 → 3 → 4 → 5 → 6 → 7 → 8 → 9")
    assert calls <= MOST_CALLS


def test_wide_thicket_is_refused_by_its_sums():
    @dataclass(frozen=True)
    class Wide(w.Tables):
        def indicator(self, code: str) -> Definition:
            depth = int(code)
            return Definition(code, " + ".join([f"показатель(«{depth + 1}»)"] * 6 if depth < 5 else ["сумма(учителя)"]))

    said, calls = refused("показатель(«1»)", Wide(w.VALUES))

    assert "в формуле больше 40 сумм" in said
    assert calls <= MOST_CALLS


def test_longest_formula_that_is_taken_makes_a_statement_of_bounded_length():
    every = " и ".join(["(учителя > 1 или обучающиеся / учителя_основной_средней < 3,5)"] * 190)
    formula = f"изменение(доля(школы, где {every}))"[:9_990]
    formula = formula[: formula.rindex(" и ")] + "))"
    source = w.drawn(w.VALUES, w.VALUES_BEFORE, w.VALUES_TWO_YEARS_BEFORE)

    statement = compile_meaning(check(formula, source), source)

    assert len(formula) > 8_000
    assert len(statement.sql) < 100_000


@pytest.mark.parametrize("formula", sorted({case.formula for case in CASES}))
def test_no_word_of_a_formula_reaches_the_statement(formula):
    assert CYRILLIC.search(compile_meaning(check(formula, SOURCE), SOURCE).sql) is None


def test_numbers_of_a_formula_are_parameters():
    known = "первое_непустое(учителя_основной_средней, 73423) > 0"
    formula = f"количество(школы, где учителя > 73421,5 и обучающиеся * 73422 > 1 и {known})"

    statement = compile_meaning(check(formula, SOURCE), SOURCE)

    assert "7342" not in statement.sql
    assert {Decimal("73421.5"), Decimal(73422), Decimal(73423)} <= set(statement.params)


def nested(floors: int) -> str:
    """A share in a distribution whose first part asks for such a share, and so on; the first stands in all parts."""
    inner = "шнро"
    for _ in range(floors):
        inner = f"доля_в(распределение(школы, «а»: {inner}, «б»: шнсу, «в»: сельская), а, б) > 1"
    return f"распределение(школы, «а»: {inner}, «б»: шнсу)"


def test_distributions_in_distributions_are_read_and_written_once():
    proven = check(nested(11), SOURCE)
    statement = compile_meaning(proven, SOURCE)

    assert calls_of(lambda: (proven.asked, proven.reach, compile_meaning(proven, SOURCE))) <= MOST_CALLS
    assert statement.sql.count(" total_") <= 200
    assert len(statement.sql) <= 100_000


def test_a_tower_of_distributions_is_refused_after_little_work():
    said, calls = refused(nested(60))

    assert said.startswith("вложенность больше 50")
    assert calls <= MOST_CALLS


def test_a_distribution_of_too_many_parts_is_refused_after_little_work():
    parts = ", ".join(f"«{number}»: шнро" for number in range(150))
    said, calls = refused(f"распределение(школы, {parts})")

    assert said == "частей в распределении бывает от 2 до 12, а здесь 150."
    assert calls <= MOST_CALLS


def test_what_is_typed_is_kept_in_so_many_letters_and_no_more():
    kept = KeptByLength(len, letters=200_000, longest=2_000)
    for number in range(1_000):
        kept(f"{number:_>9}" + "+1" * 900)  # 1809 letters each
        kept(f"{number:_>9}" + "+1" * 4_900)  # too long to be kept at all

    assert kept.letters <= 200_000
    assert len(kept) == 104
    for number in range(5_000):
        kept(f"{number:_>9}")
    assert kept.letters <= 200_000
    assert len(kept) == 1_834


def test_what_is_asked_for_again_stays_and_is_read_once():
    asked = []
    kept = KeptByLength(lambda text: asked.append(text) or text, letters=450, longest=100)
    for text in ("а", "б", "а", "в", "г", "а", "д", "а", "б"):
        assert kept(text) == text

    assert asked == ["а", "б", "в", "г", "д", "б"]


def test_formulas_are_kept_by_letters():
    before = parsed.letters
    parse("1 + " * 190 + "1")
    parse("1  +  " * 190 + "1" + " " * 2_000)

    assert parsed.letters <= max(before + 761 + 100, 200_000)
