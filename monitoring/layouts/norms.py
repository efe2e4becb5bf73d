"""The dated norms that the parser is given: procedures, subjects, scales, levels. It decides nothing by itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from monitoring.layouts.words import key


@dataclass(frozen=True)
class Procedure:
    """A procedure as the parser sees it."""

    code: str
    name: str
    measure: str
    aliases: tuple[str, ...]
    grades: tuple[int, ...]
    session: str
    not_held: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Scale:
    """What a procedure gives in a subject, grade and year."""

    measure: str
    max_score: int | None = None
    passing: int | None = None
    levels: tuple[str, ...] = ()


class Norms:
    """Lookups over the norms given in the options."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.procedures = {
            item["name"]: Procedure(
                item["code"],
                item["name"],
                item["measure"],
                tuple(
                    key(alias) for alias in [item["name"], item.get("full_name", ""), *item.get("aliases", ())] if alias
                ),
                tuple(item.get("grades", ())),
                item.get("session", "academic"),
                tuple(item.get("not_held", ())),
            )
            for item in given["procedures"]
        }
        self.subjects = {item["name"]: item for item in given["subjects"]}
        self.scales = given["scales"]
        self.levels = {key(alias): index for index, aliases in enumerate(given.get("levels", ())) for alias in aliases}
        self.level_names = [aliases[0] for aliases in given.get("levels", ())]
        self.years = tuple(given.get("years", (2016, 2035)))

    @cached_property
    def subject_words(self) -> list[tuple[re.Pattern[str], str]]:
        """Names and aliases of subjects as patterns, longest first, so that «математика базовая» beats «математика»."""
        words = [
            (key(alias), name) for name, item in self.subjects.items() for alias in [name, *item.get("aliases", ())]
        ]
        words.sort(key=lambda pair: -len(pair[0]))
        return [(re.compile(rf"(?<![а-яa-z]){re.escape(word)}(?![а-яa-z])"), name) for word, name in words]

    @cached_property
    def subject_tokens(self) -> dict[str, str]:
        """Short tokens of file names and columns: «rus», «ма»."""
        return {key(token): name for name, item in self.subjects.items() for token in item.get("tokens", ())}

    def subject_of_code(self, procedure: str, code: int) -> str | None:
        """Return the subject that a code of the exams' register means for a procedure."""
        for name, item in self.subjects.items():
            if code in item.get("codes", {}).get(self.procedures[procedure].code, ()):
                return name
        return None

    def subject_for(self, procedure: str, subject: str, measure: str | None) -> str:
        """Return the exact subject: «Математика» of the ЕГЭ is the profile exam, or the basic one if it gives marks."""
        narrower = self.subjects[subject].get("within", {}).get(self.procedures[procedure].code)
        if narrower is None:
            return subject
        return narrower.get(measure) or narrower["default"]

    def scale(self, procedure: str, subject: str, grade: int, year: int) -> Scale:
        """Return the scale in force, or one that knows only the procedure's measure."""
        code, fallback = self.procedures[procedure].code, self.procedures[procedure].measure
        for item in self.scales:
            if item["procedure"] != code or subject not in item["subjects"] or grade not in item["grades"]:
                continue
            if item["from"] <= year and (item.get("to") is None or year <= item["to"]):
                return Scale(
                    item.get("measure", fallback),
                    item.get("max_score"),
                    item.get("passing"),
                    tuple(item.get("levels", ())),
                )
        return Scale(fallback)
