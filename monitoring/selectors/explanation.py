"""
«Почему эта школа в списке и что её выведет»: a stored trace told in sentences and rows.

Nothing is computed here again: the trace holds every figure, so an old run explains itself by its own edition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.numbers import format_number, format_percent
from common.russian import counted, inside, listed, plural
from common.share import Share
from common.years import format_academic_year
from monitoring.identification.findings import State, Verdict
from monitoring.identification.method import FailedShare, Method
from monitoring.selectors.left_out import excluded_in_words, lack_in_words

SMALL = 10
VERDICTS = {
    Verdict.LOW: ("низкий", "missed"),
    Verdict.NOT_LOW: ("не низкий", "met"),
    Verdict.TOO_FEW: ("мало участников", "none"),
    Verdict.NOT_HELD: ("не проводилась", "none"),
    Verdict.NOT_OBJECTIVE: ("необъективно, не учтено", "none"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One part of the answer: what it is about, what is said, and how it is marked."""

    about: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class Row:
    """One procedure of one year as the page shows it."""

    procedure: str
    subject: str
    grade: int
    academic_year: int
    n: int
    failed: int
    share: Share | None
    threshold: float | None
    z: float | None
    pooled: str
    verdict: str
    verdict_title: str
    state: str

    @property
    def title(self) -> str:
        """The procedure in words: «ВПР, 5 класс, Математика»."""
        return f"{self.procedure}, {self.grade} класс, {self.subject}"

    @property
    def is_low(self) -> bool:
        """Whether the procedure counts against the school."""
        return self.verdict == Verdict.LOW

    @property
    def is_small(self) -> bool:
        """Whether so few took part that one pupil changes the picture."""
        return 0 < self.n < SMALL


@dataclass(frozen=True, slots=True)
class Part:
    """What one variable adds to an index or takes from it."""

    title: str
    value: float | None
    mean: float | None
    is_percent: bool
    points: float
    weight: float


@dataclass(frozen=True, slots=True)
class Index:
    """An index with its cut and everything that it is made of, heaviest burden first."""

    value: float | None
    cut: float | None
    average: float | None
    better_than: float | None
    n: int
    years: str
    parts: tuple[Part, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One procedure to mend: how many fewer may fail."""

    title: str
    n: int
    failed: int
    allowed: int
    fewer: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that the page of a finding says."""

    answer: tuple[Sentence, ...]
    way_out: str
    steps: tuple[Step, ...]
    newest: tuple[Row, ...]
    earlier: tuple[Row, ...]
    results: Index | None
    conditions: Index | None
    rule: str


def explain(trace: Mapping[str, Any], categories: list[str], method: Method, year: int) -> Explanation:
    """Tell a stored trace. `year` is the newest academic year of the run."""
    rows = tuple(_row(line) for line in trace["procedures"])
    way_out, steps = _way_out(trace, categories)
    return Explanation(
        answer=tuple(_answer(trace, categories, method)),
        way_out=way_out,
        steps=steps,
        newest=tuple(row for row in rows if row.academic_year == year),
        earlier=tuple(row for row in rows if row.academic_year != year),
        results=_index(trace["results"], method, of_conditions=False),
        conditions=_index(trace["conditions"], method, of_conditions=True),
        rule=rule_in_words(method),
    )


def rule_in_words(method: Method) -> str:
    """Say the criterion of results in one sentence."""
    rule = method.results
    if isinstance(rule, FailedShare):
        joined = {
            "A": "в {n} за один год",
            "B": "в одной и той же процедуре два раза подряд",
            "A_or_B": "в {n} за один год или в одной и той же процедуре два раза подряд",
            "A_and_B": "в {n} за один год и в одной и той же процедуре два раза подряд",
        }[rule.combination]
        needed = f"{rule.procedures_needed} {plural(rule.procedures_needed, 'процедуре', 'процедурах', 'процедурах')}"
        least = f"; считаются процедуры, где участников не меньше {rule.min_participants}"
        return (
            f"Результаты низкие, если не справились {_threshold(rule)} участников и больше "
            f"{joined.format(n=needed)}{least if rule.min_participants else ''}."
        )
    return (
        f"Результаты низкие, если индекс результатов за {counted(rule.years, 'год', 'года', 'лет')} — среди нижних "
        f"{format_number(float(rule.percentile))} % школ; участников не меньше {rule.min_participants}."
    )


def _threshold(rule: FailedShare) -> str:
    return f"{format_number(float(100 * rule.threshold))}\N{NO-BREAK SPACE}%"


def _answer(trace: Mapping[str, Any], categories: list[str], method: Method) -> list[Sentence]:
    if trace["excluded_as"]:
        return [Sentence("Не рассматривается", excluded_in_words(trace["excluded_as"]), "none")]
    answer = [_of_results(trace, method)]
    if trace["conditions"] is not None:
        answer.append(_of_conditions(trace["conditions"]))
    if "resilient" in categories:
        years = listed([format_academic_year(year) for year in sorted(trace["resilient_years"])])
        answer.append(
            Sentence("Резильентная", f"при тяжёлых условиях результаты не ниже середины края: {years}.", "met")
        )
    return answer


def _of_results(trace: Mapping[str, Any], method: Method) -> Sentence:
    state = trace["results_state"]
    if isinstance(method.results, FailedShare):
        text = {
            State.MET: _failed_share_is_met,
            State.NOT_MET: _failed_share_is_not_met,
            State.UNKNOWN: _failed_share_is_unknown,
        }[State(state)](trace, method.results)
    else:
        text = _results_index_says(trace["results"], method.results.min_participants)
    about, mark = {
        State.MET: ("Низкие результаты", "missed"),
        State.NOT_MET: ("Результаты не низкие", "met"),
        State.UNKNOWN: ("Недостаточно данных о результатах", "none"),
    }[State(state)]
    return Sentence(about, text, mark)


def _failed_share_is_met(trace: Mapping[str, Any], rule: FailedShare) -> str:
    checks = {check["code"]: check for check in trace["checks"] if check["state"] == State.MET}
    told = []
    if "A" in checks:
        check = checks["A"]
        low, judged = len(check["low"]), check["judged"]
        told.append(
            f"не справились {_threshold(rule)} участников и больше в {_procedures(low)} из {judged}, "
            f"где участников достаточно; для списка хватает {check['needed']}"
        )
    if "B" in checks:
        low = checks["B"]["low"]
        named = listed([f"{procedure}, {grade} класс, {inside(subject)}" for procedure, subject, grade in low])
        told.append(f"доля не справившихся не ниже {_threshold(rule)} два раза подряд: {named}")
    return f"{'; '.join(told)}."


def _failed_share_is_not_met(trace: Mapping[str, Any], rule: FailedShare) -> str:
    several = next(check for check in trace["checks"] if check["code"] == "A")
    low = len(several["low"])
    if not low:
        return f"нигде не набралось {_threshold(rule)} не справившихся (оценено процедур: {several['judged']})."
    return (
        f"{_threshold(rule)} не справившихся и больше только в {_procedures(low)} из {several['judged']}; "
        f"для списка нужно {several['needed']} или повтор два раза подряд."
    )


def _failed_share_is_unknown(trace: Mapping[str, Any], rule: FailedShare) -> str:
    several = next(check for check in trace["checks"] if check["code"] == "A")
    if not several["judged"]:
        return (
            f"ни в одной процедуре нет {counted(rule.min_participants, 'участника', 'участников', 'участников')}, "
            f"а для вывода нужно {counted(several['needed'], 'такая', 'таких', 'таких')}."
        )
    return (
        f"не меньше {rule.min_participants} участников было в {_procedures(several['judged'])}, "
        f"а для вывода нужно {several['needed']}."
    )


def _procedures(count: int) -> str:
    return f"{count} {plural(count, 'процедуре', 'процедурах', 'процедурах')}"


def _results_index_says(index: Mapping[str, Any], least: int) -> str:
    if index.get("left_out"):
        return lack_in_words(index["left_out"])
    if index["value"] is None:
        return f"участников за все рассмотренные годы {index['n']}, а нужно не меньше {least}."
    place = f"ниже стоят {format_percent(index['better_than'], 0)} школ края"
    cut = f", граница {format_number(index['cut'], 2)}" if index["cut"] is not None else ""
    return f"индекс результатов {format_number(index['value'], 2)}{cut}; {place}."


def _of_conditions(index: Mapping[str, Any]) -> Sentence:
    if index["value"] is None:
        why = index.get("left_out")  # runs made before reasons were kept have none
        said = lack_in_words(why) if why else "в социальном паспорте слишком мало учеников или показателей."
        return Sentence("Об условиях недостаточно данных", said, "none")
    harder = f"тяжелее только у {format_percent(index['better_than'], 0)} школ края"
    where = f"индекс условий {format_number(index['value'], 0)} из 100"
    if index["cut"] is not None:
        where += f", граница {format_number(index['cut'], 0)}"
    if index["state"] == State.MET:
        worse = harder if index["better_than"] else "тяжелее нет ни у одной школы края"
        return Sentence("Тяжёлые условия", f"{where}; {worse}.", "missed")
    return Sentence(
        "Условия не тяжёлые", f"{where}; легче, чем у {format_percent(index['better_than'], 0)} школ края.", "met"
    )


def _way_out(trace: Mapping[str, Any], categories: list[str]) -> tuple[str, tuple[Step, ...]]:
    way = trace["way_out"]
    if trace["excluded_as"] or "low_results" not in categories:
        return "", ()
    steps = tuple(
        Step(
            f"{step['procedure']}, {step['grade']} класс, {step['subject']}",
            step["n"],
            step["failed"],
            step["allowed"],
            step["fewer"],
        )
        for step in way["steps"]
    )
    if steps:
        fewer = counted(way["fewer"], "ученик", "ученика", "учеников")
        return f"Школа выходит из списка по результатам, если не справившихся станет на {fewer} меньше:", steps
    if way["rise"] is not None:
        points = format_number(max(way["rise"], 0.1), 1)
        return (
            f"Школа выходит из списка по результатам, если в каждой процедуре показатель вырастет на {points} "
            "процентного пункта, а остальные школы останутся на месте."
        ), ()
    return "", ()


def _row(line: Mapping[str, Any]) -> Row:
    title, state = VERDICTS[Verdict(line["verdict"])]
    return Row(
        procedure=line["procedure"],
        subject=line["subject"],
        grade=line["grade"],
        academic_year=line["academic_year"],
        n=line["n"],
        failed=line["failed"],
        share=Share.of(line["failed"], line["n"]) if line["n"] else None,
        threshold=100 * line["threshold"] if line["threshold"] is not None else None,
        z=line["z"],
        pooled=listed([format_academic_year(year) for year in line["years"]]),
        verdict=line["verdict"],
        verdict_title=title,
        state=state,
    )


def _index(index: Mapping[str, Any] | None, method: Method, *, of_conditions: bool) -> Index | None:
    if index is None:
        return None
    percent = {variable.code for variable in method.conditions.variables if variable.per} if method.conditions else ()
    parts = [
        Part(
            part["title"] if of_conditions else f"{part['title']}, {_year_of(part['code'])}",
            part["value"],
            part["mean"],
            part["code"] in percent if of_conditions else True,
            part["points"],
            part["weight"],
        )
        for part in index["contributions"]
    ]
    return Index(
        value=index["value"],
        cut=index["cut"],
        average=index["average"],
        better_than=index["better_than"],
        n=index["n"],
        years=listed([format_academic_year(year) for year in sorted(index["years"])]),
        parts=tuple(sorted((part for part in parts if part.value is not None), key=lambda part: part.points)),
        missing=tuple(part.title for part in parts if part.value is None),
    )


def _year_of(code: str) -> str:
    """Read the academic year at the end of a contribution's code, «ОГЭ|Математика|9|2021»."""
    return format_academic_year(int(code.rpartition("|")[2]))
