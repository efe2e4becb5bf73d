"""
Rows of a catalogue made whole: what is said once for a file or a table reaches each row, and a row that only asks for
numbers gets its formula and its data elements.

A value in `asked` names where a number comes from: plain words are a new question, `@1.1.1.1-о` is the question of that
row, `#код` an element described in the file, `=обучающиеся` a fact. So the two faces of one indicator, the municipal
share and the school's count, rest on one question asked once. Where a standing document answers a question, `document`
says by which words of its title it is known: whoever has it in the register need not answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

SAID = (
    "kind",
    "unit",
    "level",
    "better",
    "basis",
    "choice",
    "why_asked",
    "group",
    "codes",
    "elements",
    "due",
    "collection",
)
PLAIN = (*SAID, "purpose", "page")
MERGED = ("counted", "management", "targets")
MANY = {"region": "регион", "municipality": "муниципалитеты", "school": "школы"}
SUFFIXES = {"part": "_часть", "whole": "_всего"}
OF_PASSPORTS = "school"  # whose the facts are that a catalogue calls by «=»
WHO_LEAVES = {
    "region": "Кто не внёс",
    "municipality": "Кто не внёс",
    "school": "Школа, которая не внесла",
    "preschool": "Сад, который не внёс",
    "extracurricular": "Учреждение, которое не внесло",
}
BY_DOCUMENT = "Кто не ответил, за того отвечает документ реестра, если он там есть."
LEAVES = "одно из двух чисел, не входит ни в часть, ни в целое; сколько таких, показано отдельно."
OWNERS = {"region": "край", "municipality": "муниципалитет", "school": "школа"}  # whose documents the register knows
COUNTED = {"=дошкольные_организации": "количество(организации, где вид_организации(дошкольная))"}
LATIN = str.maketrans({"о": "o", "П": "p", "К": "k", "Р": "r", ".": "_", "-": "_"})


@dataclass
class Row:
    """One indicator as it stands in a file, made whole, with its place and the elements that only it asks for."""

    where: list[str | int]
    data: dict[str, Any]
    matrix: dict[str, Any] | None = None
    elements: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    share: tuple[str, str] | None = None  # codes of a part and of its whole, if both are entered by one unit
    at: str = ""  # where it stands, in words


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of whom, as what, and which document answers instead."""

    code: str
    level: str
    type: str
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def many(self) -> str:
        """Those who are asked, as a formula calls them."""
        return MANY.get(self.level, "организации")

    @property
    def yes(self) -> str:
        """
        The condition of a formula that the answer is «да».

        What somebody said stands over the register, or a «да» said by mistake could not be taken back: its proof stays.
        """
        said = f"есть(«{self.code}»)"
        if not self.document:
            return said
        kind, owner = self.document.get("kind", "«любой»"), OWNERS.get(self.level, self.level)
        filed = [f"есть_документ({kind}, {owner}, «{words}»)" for words in self.document["words"]]
        either = filed[0] if len(filed) == 1 else f"({' или '.join(filed)})"
        return f"{said} или пусто({said}) и {either}"


Known = dict[str, Question]  # by its name in a catalogue: `@1.1.1.1-о`, `#код`


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a row is made of: the fact that each unit of a level has, or a total where it is no such fact."""

    fact: str
    level: str
    counted: str = ""
    code: str = ""  # of the element that is entered

    @property
    def total(self) -> str:
        """The number of a whole territory."""
        return self.counted or f"сумма({self.fact})"


def rows_of(files: list[dict[str, Any]]) -> list[list[Row]]:
    """Return the rows of each file, whole; a question of one file may be asked for in another."""
    found = [[*_inherited(data)] for data in files]
    known: Known = {}
    for data, rows in zip(files, found, strict=True):
        for element in data["elements"]:
            known[f"#{element['code']}"] = Question(
                element["code"], element["level"], element["type"], element.get("document", {})
            )
        for row in rows:
            asked = row.data.get("asked", {})
            kind = next((kind for kind in ("yes_no", "count", "amount", "part") if kind in asked), None)
            if kind and not str(asked[kind]).startswith(("@", "#", "=")):
                level = asked.get("at", row.data.get("level", ""))
                code = _element_code(row.data) + SUFFIXES.get(kind, "")
                type_ = "count" if kind == "part" else kind
                known[f"@{row.data['number']}"] = Question(code, level, type_, asked.get("document", {}))
    for rows in found:
        for row in rows:
            _expand(row, known)
    _hold_parts_below_wholes(files, found)
    return found


def _hold_parts_below_wholes(files: list[dict[str, Any]], found: list[list[Row]]) -> None:
    """A part of a share is never more than its whole: whoever enters both is told."""
    elements = {element["code"]: element for data in files for element in data["elements"]}
    elements |= {element["code"]: element for rows in found for row in rows for element in row.elements}
    for part, whole in (row.share for rows in found for row in rows if row.share):
        if part in elements:
            elements[part].setdefault("not_above", whole)


def _inherited(data: dict[str, Any]) -> Iterator[Row]:
    above = data.get("defaults", {})
    for index, row in enumerate(data["indicators"]):
        if "rows" not in row:
            yield Row(["indicators", index], _merged(above, row))
            continue
        of_table = _merged(above, row.get("defaults", {}))
        for inner, cell in enumerate(row["rows"]):
            yield Row(["indicators", index, "rows", inner], _merged(of_table, cell), row)


def _merged(above: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    whole = {key: above[key] for key in PLAIN if key in above} | own
    for key in MERGED:
        both = {**above.get(key, {}), **own.get(key, {})}
        if both:
            whole[key] = both
    return whole


def _expand(row: Row, known: Known) -> None:
    data = row.data
    if "codes" in data and "code" not in data:
        data["code"] = f"{data['codes']}_{data['number'].translate(LATIN)}".lower()
    asked = data.get("asked")
    if asked is None:
        return
    if "formula" in data:
        row.problems.append("либо formula, либо asked: вместе они не бывают.")
        return
    if "document" in asked and asked.get("at", data.get("level")) not in OWNERS:
        row.problems.append("реестр знает документы края, муниципалитетов и школ, других — нет: document здесь лишний.")
    for name, value in _asked(row, asked, known).items():
        data.setdefault(name, value)


def _asked(row: Row, asked: dict[str, Any], known: Known) -> dict[str, str]:
    """The kind, unit, formula and words of a row that is made of entered numbers."""
    number = row.data["number"]
    if "of" in asked:
        return _of_another(row, asked["of"], known)
    if "yes_no" in asked:
        return {"kind": "yes_no", "unit": "да/нет"} | _of_answers(row, _element(row, asked, "yes_no", "yes_no", known))
    if "part" in asked and "whole" in asked:
        return _of_part_and_whole(row, asked, known)
    kind = next((kind for kind in ("count", "amount") if kind in asked), "")
    if not kind:
        row.problems.append(f"в asked строки {number} нет ни yes_no, ни count, ни amount, ни part с whole.")
        return {}
    formula = _number(row, asked, kind, known).total
    return {"kind": "count", "unit": asked.get("unit", "ед."), "formula": formula, "in_words": "Внесённое число."}


def _of_part_and_whole(row: Row, asked: dict[str, Any], known: Known) -> dict[str, str]:
    """
    A share, or so many on a thousand. Where both numbers are of one level, who lacks one of them leaves both.

    Two sums would keep the pupils of a school that has not said how many took part: the share would be too small.
    """
    part, whole = _number(row, asked, "part", known), _number(row, asked, "whole", known)
    words = f"Часть: {_said(asked['part'])}. Целое: {_said(asked['whole'])}."
    is_ratio = row.data.get("kind") == "ratio"
    if part.code and whole.code and part.level == whole.level and not is_ratio:
        row.share = (part.code, whole.code)
    said = {"unit": "на 1000"} if is_ratio else {"kind": "share", "unit": "%"}
    if part.fact and whole.fact and part.level == whole.level:
        words += f" {WHO_LEAVES[part.level]} {LEAVES}"
        times = 1000 if is_ratio else 100
        return said | {"formula": f"{times} * отношение({part.fact}, {whole.fact})", "in_words": words}
    formula = f"на(1000, {part.total}, {whole.total})" if is_ratio else f"100 * ({part.total} / {whole.total})"
    return said | {"formula": formula, "in_words": words}


def _of_another(row: Row, name: str, known: Known) -> dict[str, str]:
    """The other face of a question: a share or a number of those who said «да», or the sum of what they wrote."""
    if name not in known:
        row.problems.append(f"строки или элемента «{name}» нет.")
        return {}
    question = known[name]
    if question.type != "yes_no":
        words = "Сумма чисел, внесённых на уровне ниже."
        return {"kind": "count", "formula": f"сумма(значение(«{question.code}»))", "in_words": words}
    return {"kind": "share", "unit": "%"} | _of_answers(row, question)


def _of_answers(row: Row, question: Question) -> dict[str, str]:
    """How many said «да», or which share of those who answered."""
    is_count = row.data.get("kind") == "count"
    word = "количество" if is_count else "доля"
    words = "Сколько внесли «да»." if is_count else "Внёсшие «да» от всех ответивших."
    return {
        "formula": f"{word}({question.many}, где {question.yes})",
        "in_words": f"{words} {BY_DOCUMENT}" if question.document else words,
    }


def _number(row: Row, asked: dict[str, Any], key: str, known: Known) -> Number:
    text = asked[key]
    if text in COUNTED:
        return Number("", "", COUNTED[text])
    if text.startswith("="):
        return Number(text[1:], OF_PASSPORTS)
    if text.startswith(("@", "#")) and text not in known:
        row.problems.append(f"строки или элемента «{text}» нет.")
        return Number(text, OF_PASSPORTS)
    question = _element(row, asked, key, "amount" if key == "amount" else "count", known)
    if question.type == "yes_no":
        return Number("", question.level, f"количество({question.many}, где {question.yes})")
    return Number(f"значение(«{question.code}»)", question.level, code=question.code)


def _element(row: Row, asked: dict[str, Any], key: str, kind: str, known: Known) -> Question:
    """A question, which is added to the row's own unless it is another row's."""
    text = asked[key]
    if text.startswith(("@", "#")) and text in known:
        return known[text]
    level = asked.get("at", row.data.get("level", "school"))
    code = _element_code(row.data) + SUFFIXES.get(key, "")
    unit = "" if kind == "yes_no" else asked.get("unit", "чел." if key in ("part", "whole") else "ед.")
    row.elements.append(
        {
            "code": code,
            "title": text,
            "type": kind,
            "level": level,
            "unit": unit,
            "evidence": asked.get("evidence", kind == "yes_no"),
            "hint": asked.get("hint", ""),
            **{name: asked[name] for name in ("system", "min", "max") if name in asked},
            **{name: row.data[name] for name in ("due", "collection") if name in row.data},
        }
    )
    return Question(code, level, kind, asked.get("document", {}))


def _element_code(data: dict[str, Any]) -> str:
    number = data["number"].replace(".", "_").replace("-", "_").lower()
    return f"{data.get('elements', 'строка')}_{number}"


def _said(text: str) -> str:
    if text.startswith("@"):
        return f"по ответам строки {text[1:]}"
    return text.lstrip("#=").replace("_", " ")
