"""
A method of identification as data: what is counted, compared with what, and how it is joined.

`read_method` turns the JSON of a dated edition into these records and names every mistake in one go, so that the
page, the command and the loader refuse a bad edition with the same sentences.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from monitoring.identification.reading import Reader


class MethodError(ValueError):
    """A method edition that cannot be used; `mistakes` are sentences for the person who wrote it."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__(" ".join(mistakes))


class Combination(StrEnum):
    """How the test of several procedures (A) and the test of a repeated one (B) are joined."""

    A = "A"
    B = "B"
    A_OR_B = "A_or_B"
    A_AND_B = "A_and_B"


class Repeat(StrEnum):
    """What «two years running» means where a procedure was not held every year."""

    HELD_SESSIONS = "held_sessions"
    CALENDAR_YEARS = "calendar_years"


class Measure(StrEnum):
    """What the index of results looks at."""

    SCORE_PERCENT = "score_percent"
    SHARE_NOT_FAILING = "share_not_failing"


class Scale(StrEnum):
    """How a sum of weighted deviations becomes a number from 0 to 100."""

    MINMAX = "minmax"
    STANDARD = "standard"


class Transform(StrEnum):
    """How a figure is bent before it is compared: long tails such as kilometres are taken as logarithms."""

    NONE = "none"
    LOG1P = "log1p"


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure of the rule; several subjects are one procedure whose participants are added together."""

    procedure: str
    subjects: tuple[str, ...]
    grade: int
    title: str
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class FailedShare:
    """Low is a school where too large a share fails in several procedures, or repeatedly in one."""

    procedures: tuple[Procedure, ...]
    threshold: Fraction
    min_participants: int
    combination: Combination
    procedures_needed: int
    repeat: Repeat
    look_back_years: int
    pool_years: int
    exclude_not_objective: bool


@dataclass(frozen=True, slots=True)
class ResultsIndex:
    """Low is a school whose deviation from the region, over procedures and years, is among the lowest."""

    procedures: tuple[Procedure, ...]
    measure: Measure
    percentile: Fraction
    min_participants: int
    years: int
    pool_years: int
    exclude_not_objective: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """One figure of the social passport: as it is, or per another figure; better when higher (+1) or lower (−1)."""

    code: str
    title: str
    figure: str
    per: str | None
    sign: int
    weight: Fraction
    transform: Transform


@dataclass(frozen=True, slots=True)
class ConditionsIndex:
    """Hard are the conditions of a school whose index of social conditions is among the lowest."""

    variables: tuple[Variable, ...]
    percentile: Fraction
    scale: Scale
    base_figure: str
    min_pupils: int
    pool_years: int
    max_missing: int


@dataclass(frozen=True, slots=True)
class Resilience:
    """Resilient is a school in hard conditions whose results stay at the region's middle or above for years."""

    results_percentile: Fraction
    years: int
    keeps_hard_conditions: bool


@dataclass(frozen=True, slots=True)
class Method:
    """
    A whole method: the criterion of results, and where wished those of conditions and resilience.

    `raised_limit` is the share of pupils with a mark above the journal's from which a result is not objective.
    """

    results: FailedShare | ResultsIndex
    conditions: ConditionsIndex | None = None
    resilience: Resilience | None = None
    exclude_schools: frozenset[str] = frozenset()
    raised_limit: Fraction | None = None

    @property
    def years_back(self) -> int:
        """How many years before the newest one a run has to look at."""
        spans = [self.results.pool_years]
        if isinstance(self.results, FailedShare):
            spans.append(self.results.look_back_years + 1)
        else:
            spans.append(self.results.years)
        if self.conditions:
            spans.append(self.conditions.pool_years)
        if self.resilience:
            spans.append(self.resilience.years + 2)  # sessions that were not held are stepped over
        return max(spans) - 1


def read_method(data: Mapping[str, Any]) -> Method:
    """Read an edition's parameters. :raises MethodError: with every mistake found, each a sentence in Russian."""
    reader = Reader(data, "Методика")
    results = _read_results(reader.child("results"))
    conditions = _read_conditions(reader.child("conditions")) if data.get("conditions") else None
    resilience = _read_resilience(reader.child("resilience")) if data.get("resilience") else None
    excluded = reader.texts("exclude_schools", default=())
    raised = None
    if data.get("not_objective_from_raised_percent") is not None:
        raised = reader.number("not_objective_from_raised_percent", low=1, high=100) / 100
    reader.refuse_unknown(
        {"results", "conditions", "resilience", "exclude_schools", "not_objective_from_raised_percent"}
    )
    if resilience and not conditions:
        reader.mistake(
            "«resilience» задана без «conditions»: резильентность считается среди школ с тяжёлыми условиями."
        )
    if reader.mistakes:
        raise MethodError(reader.mistakes)
    assert results is not None  # noqa: S101  told to mypy only: a missing criterion is among the mistakes above
    return Method(results, conditions, resilience, frozenset(excluded), raised)


def _read_results(reader: Reader) -> FailedShare | ResultsIndex | None:
    readers: dict[str, Callable[[Reader], FailedShare | ResultsIndex]] = {
        "failed_share": _read_failed_share,
        "results_index": _read_results_index,
    }
    criterion = reader.choice("criterion", readers)
    return readers[criterion](reader) if reader.data.get("criterion") in readers else None


def _read_failed_share(reader: Reader) -> FailedShare:
    rule = FailedShare(
        procedures=_read_procedures(reader),
        threshold=reader.number("threshold_percent", low=1, high=100) / 100,
        min_participants=reader.whole("min_participants", low=0, high=1000),
        combination=Combination(reader.choice("combination", tuple(Combination), default="A_or_B")),
        procedures_needed=reader.whole("procedures_needed", low=1, high=50),
        repeat=Repeat(reader.choice("repeat", tuple(Repeat), default="held_sessions")),
        look_back_years=reader.whole("look_back_years", low=1, high=10, default=3),
        pool_years=reader.whole("pool_years", low=1, high=5, default=1),
        exclude_not_objective=reader.flag("exclude_not_objective", default=False),
    )
    if len(rule.procedures) < rule.procedures_needed:
        reader.mistake(
            f"Нужно процедур: {rule.procedures_needed}, а перечислено {len(rule.procedures)}: "
            "условие не выполнится никогда."
        )
    reader.refuse_unknown({"criterion", "procedures", "threshold_percent", *FailedShare.__slots__} - {"threshold"})
    return rule


def _read_results_index(reader: Reader) -> ResultsIndex:
    rule = ResultsIndex(
        procedures=_read_procedures(reader),
        measure=Measure(reader.choice("measure", tuple(Measure), default="score_percent")),
        percentile=reader.number("percentile", low=0, high=100),
        min_participants=reader.whole("min_participants", low=0, high=1000),
        years=reader.whole("years", low=1, high=5, default=1),
        pool_years=reader.whole("pool_years", low=1, high=5, default=3),
        exclude_not_objective=reader.flag("exclude_not_objective", default=False),
    )
    if rule.pool_years < rule.years:
        reader.mistake("«pool_years» меньше «years»: малым школам отведено лет меньше, чем остальным.")
    reader.refuse_unknown({"criterion", *ResultsIndex.__slots__})
    return rule


def _read_procedures(reader: Reader) -> tuple[Procedure, ...]:
    listed = []
    for item in reader.children("procedures"):
        subjects = item.texts("subjects")
        procedure = item.text("procedure")
        grade = item.whole("grade", low=1, high=12)
        title = item.text("title", default=subjects[0] if subjects else "")
        listed.append(Procedure(procedure, subjects, grade, title, item.number("weight", low=0, high=100, default=1)))
        item.refuse_unknown({"procedure", "subjects", "grade", "title", "weight"})
    seen: set[tuple[str, str, int]] = set()
    for entry in listed:
        for subject in entry.subjects:
            key = (entry.procedure, subject, entry.grade)
            if key in seen:
                reader.mistake(f"Процедура «{entry.procedure}, {entry.grade} класс, {subject}» названа дважды.")
            seen.add(key)
    return tuple(listed)


def _read_conditions(reader: Reader) -> ConditionsIndex:
    variables = []
    for item in reader.children("variables"):
        variables.append(
            Variable(
                code=item.text("code"),
                title=item.text("title"),
                figure=item.text("figure"),
                per=item.text("per", default="") or None,
                sign=1 if item.choice("sign", ("+", "-")) == "+" else -1,
                weight=item.number("weight", low=0, high=100, default=1),
                transform=Transform(item.choice("transform", tuple(Transform), default="none")),
            )
        )
        item.refuse_unknown(set(Variable.__slots__))
    codes = [variable.code for variable in variables]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        reader.mistake(f"Переменная «{code}» названа дважды.")
    if variables and not any(variable.weight for variable in variables):
        reader.mistake("Веса всех переменных равны нулю: индекс условий одинаков у всех школ.")
    rule = ConditionsIndex(
        variables=tuple(variables),
        percentile=reader.number("percentile", low=0, high=100),
        scale=Scale(reader.choice("scale", tuple(Scale), default="minmax")),
        base_figure=reader.text("base_figure", default="pupils"),
        min_pupils=reader.whole("min_pupils", low=0, high=1000, default=10),
        pool_years=reader.whole("pool_years", low=1, high=5, default=3),
        max_missing=reader.whole("max_missing", low=0, high=50, default=2),
    )
    reader.refuse_unknown(set(ConditionsIndex.__slots__))
    return rule


def _read_resilience(reader: Reader) -> Resilience:
    rule = Resilience(
        results_percentile=reader.number("results_percentile", low=0, high=100),
        years=reader.whole("years", low=1, high=5, default=2),
        keeps_hard_conditions=reader.flag("keeps_hard_conditions", default=False),
    )
    reader.refuse_unknown(set(Resilience.__slots__))
    return rule
