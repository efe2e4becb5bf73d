"""docs/formula.md: the language of formulas, its words, and the spec as examples."""

from collections.abc import Iterable, Mapping
from typing import Any

from common.numbers import format_number
from indicators.formula.words import FUNCTIONS, KEYWORDS, POPULATIONS, TRUTHS

HEAD = """# The language of formulas

Written by `make docs`; do not edit. A formula is a sentence about units and facts; its words are Russian, each has an
English twin, and case and «ё» do not matter. It is parsed, proven (levels, kinds and units must agree) and compiled to
one SQL statement; a plain-Python twin gives the same and explains it. The facts are in [facts.md](facts.md).

The whole gives a share or ratio (n and d are kept and divided last), a count, a step of a scale, a change or a
distribution. Upward n and d are summed. **Unknown is not nought**: a member of whom something is unknown is left out
of both sums and counted apart.
"""


QUESTIONS = """## Facts and questions

The word of a fact stands for its number or its answer; what it takes stands in brackets, in order or by name:
`сумма(участники(впр, «математика», класс: 5))`. Where a procedure is written in one grade only, as its data say, the
grade need not be named: `сумма(участники(огэ, «математика»))` asks for the ninth.

What is entered in the portal is asked for by the code of its question: `сумма(значение(«учителя_самодиагностика»))`,
`есть(«…»)` for an answer, `состояние(«…»)` for a step. A code that is one word may stand alone, and means the same:
`сумма(учителя_самодиагностика)`. Where a fact has the same word, the word is the fact's.
"""

ABOVE = """## Against the territory

A condition compares what a member has with what its territory has: `по_краю(…)`, `по_округу(…)`, `по_муниципалитету(…)`
stand for one number of the region, the district or the municipality above it.

- A sum over all of it: `доля(школы, где учителя < по_краю(среднее(учителя)))` is the share of schools below the mean of
  the region. Without the word it would be the mean of the one school, and is refused.
- What it has itself, a norm of the region among it:
  `количество(школы, где учителя >= по_краю(значение(«…»)))`.

One change changes the number for all who are compared with it, so all of them are computed anew. The computation keeps
the numbers of the territories, so that an explanation names both.
"""

TIME = """## Earlier years

Everything is read from the year in which it is said: a fact, the members of a sum, the tree over them.

- `сумма(изменение(учителя))`, `среди прежде(выявленных)`: only the fact is of the year before, the members are those
  of now. So one compares **the same schools**, and follows last year's list to this year. Who did not exist then is
  unknown.
- `прежде(доля(…))`, `изменение(доля(…))`: the whole sum is of that year, with its own members, in its own borders. So
  one compares **cohorts**. A territory that did not stand in both years has no change.
- Inside a condition about a municipality the same holds: `сумма(…) > прежде(сумма(…))`.

`изменение` of percents is in percentage points; it is never added up, and of territories of today it is computed anew.
Growth in percent is `100 * (сумма(…) / прежде(сумма(…)))`. No further back than ten years; no change of a change.
A programme year from before the portal is known by what rests on its academic year and its geography; nothing was
entered for it. A change of a fact in a year touches the values of later years that look back to it.
"""

SPREAD = """## Distributions

A distribution is several numbers at once: so many in each of two to twelve ordered parts, and their sum as the whole.

- Of a fact that comes in parts, all of them: `распределение(отметки(огэ, «математика»))` has 2, 3, 4, 5,
  `распределение(уровни(кдр, «читательская грамотность», 4))` the levels of the procedure. The part is not named.
- Of a scale, its steps: `распределение(состояние(«выявление_дефицитов»))` counts who stands on each.
- Of parts that the formula names, in its order: conditions, of which the first that is true counts, or numbers of one
  unit: `распределение(школы, «до 50 %»: доля_справившихся(…) < 50, «от 50 %»: доля_справившихся(…) >= 50)`. Whom no
  part fits is in none and not in the whole; who would have less than nought in a part is left out, for that is no part
  of a whole.

Upward each part is summed. Percents are rounded so that they add up to 100. A distribution stands alone: it is not
added, compared, averaged or looked at in another year, and no target is set on it. All of that can be done with a share
in it, which is one number: `доля_в(распределение(…), 4, 5)`.
"""

BY_CATEGORY = """## Numbers entered by categories

A number may be entered by categories («по видам специалистов») and then never whole. `значение(«код»)` is the total,
known of whoever has entered each category; `значение(«код», «категория»)` is one of them, by its code or its name;
`распределение(значение(«код»))` is all of them in order. The total of a year asked by half-years or waves needs every
category of each part of it, or takes the last of each: [adr/0033](adr/0033-a-number-entered-by-categories.md).
"""

LIMITS = """## Limits

A formula has at most 10 000 letters, 50 floors, 200 parts side by side, 40 facts and 40 sums, eight references one
behind another; numbers have 15 digits before and 9 after the comma. What passes one of these is refused at the letter
where it does, after work that grows with its length alone (`tests/spec/formula/test_hostile.py` counts it). Words and
numbers are parameters of the statement, never its text.

What cannot be said:

- **The same pupils of a procedure whose codes do not last.** `те_же_ученики`, `поднялись`, `сохранили` and `опустились`
  are known where the ministry has declared that a pupil has one code in all works of a procedure, and its files come
  pupil by pupil; ВПР, ОГЭ and ЕГЭ have new codes every year. Elsewhere there is `динамика` and `изменение` of the same
  schools, and shares of the same children are entered: [adr/0028-the-same-pupils.md](adr/0028-the-same-pupils.md).
- **Procedures of a municipality's own.** Their results stay apart; their same pupils are told on the page of a result.
- **A condition of one pupil**, for facts are of units.
"""


def formula_page(
    cases: Iterable[Any],
    names: Mapping[int, str],
    referred: Mapping[str, str],
    mistakes: Iterable[tuple[str, str]] = (),
) -> str:
    """
    Write the page; `cases` and `mistakes` are the rows of the spec, `names` the units of its small territory,
    `referred` the formulas of the indicators to which the rows refer.
    """
    said = (_words(), _functions(), QUESTIONS, ABOVE, TIME, SPREAD, BY_CATEGORY, LIMITS, _territory(referred))
    parts = [HEAD, *said, *_examples(cases, names), _mistakes(mistakes)]
    return "\n".join(parts)


def _mistakes(mistakes: Iterable[tuple[str, str]]) -> str:
    rows = "\n".join(f"| `{formula}` | {said} |" for formula, said in mistakes)
    return f"## Mistakes\n\nEach row is a test too.\n\n| formula | what is said |\n|---|---|\n{rows}\n"


def _words() -> str:
    levels = ", ".join(f"`{word}`" for word in POPULATIONS)
    words = ", ".join(f"`{word}`" for word in (*KEYWORDS, *TRUTHS))
    signs = "`+ - * / = <> < <= > >= ( )`"
    return f"## Words\n\nWho is counted: {levels}.\n\nJoining words: {words}.\n\nSigns: {signs}.\n"


def _functions() -> str:
    rows = "\n".join(f"| `{one.usage}` | `{one.english}` | {one.meaning} |" for one in FUNCTIONS)
    return f"## Functions\n\n| how it is written | in English | what it gives |\n|---|---|---|\n{rows}\n"


def _territory(referred: Mapping[str, str]) -> str:
    indicators = "\n".join(f"- `{code}`: `{formula}`" for code, formula in referred.items())
    return (
        "## Examples\n\nEach row is a test, run on both engines (`tests/spec/formula`), over a small territory: two "
        "districts, four municipalities, seven schools. Each is computed by the portal too, over its own facts and the "
        "questions of the catalogues (`tests/indicators/test_formula_examples.py`).\n\nThe columns: formula, unit, "
        "value as n / d, members left out, why. Rows that refer to other indicators mean these, which somebody has to "
        "define first, as the question `ставки_специалистов` with its two categories:\n\n"
        f"{indicators}\n"
    )


def _examples(cases: Iterable[Any], names: Mapping[int, str]) -> Iterable[str]:
    sections: dict[str, list[str]] = {}
    for case in cases:
        cells = (f"`{case.formula}`", names[case.unit], *_result(case.result), case.why)
        sections.setdefault(case.section, []).append(f"| {' | '.join(cells)} |")
    for title, rows in sections.items():
        head = "| formula | unit | value | left out | why |\n|---|---|---|---|---|"
        yield "\n".join([f"### {title}\n", head, *rows, ""])


def _result(result: tuple[Any, ...] | None) -> tuple[str, str]:
    if result is None:
        return "no value", ""
    n, d, left_out, *cells = result
    value = "unknown" if n is None else format_number(n) if d is None else f"{format_number(n)} / {format_number(d)}"
    if n is not None and cells:
        value += f": {' + '.join(format_number(cell) for cell in cells[0])}"
    return value, str(left_out)
