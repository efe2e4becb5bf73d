"""The parameters of a method of identification in words, line by line."""

from collections.abc import Iterator

from common.numbers import NBSP, format_number
from common.russian import counted
from monitoring.identification.method import (
    Combination,
    ConditionsIndex,
    FailedShare,
    Measure,
    Method,
    Procedure,
    Repeat,
    Resilience,
    ResultsIndex,
    Transform,
)
from monitoring.models import MethodologyEdition
from schools.enums import SchoolType

COMBINATIONS = {
    Combination.A: "признак А: низкие результаты в нескольких процедурах одного года",
    Combination.B: "признак Б: низкие результаты в одной процедуре два раза подряд",
    Combination.A_OR_B: "достаточно признака А (несколько процедур одного года) или Б (одна процедура два раза подряд)",
    Combination.A_AND_B: "нужны оба признака: А (несколько процедур одного года) и Б (одна процедура два раза подряд)",
}
REPEATS = {
    Repeat.HELD_SESSIONS: "два проведения подряд, пропущенные годы не считаются",
    Repeat.CALENDAR_YEARS: "два учебных года подряд",
}
MEASURES = {
    Measure.SCORE_PERCENT: "средний балл в процентах от максимального",
    Measure.SHARE_NOT_FAILING: "доля преодолевших минимальный порог",
}


def edition_in_words(edition: MethodologyEdition) -> str:
    """Name a method with its edition, as it is printed on every paper that rests on it."""
    return f"{edition.methodology.name}, редакция {edition.number}, действует с {edition.valid_from:%d.%m.%Y}"


def parameters_in_words(method: Method) -> list[tuple[str, str]]:
    """Tell every parameter of a method, so that a reader can repeat the calculation."""
    results = method.results
    lines = [("Процедуры", "; ".join(_procedure(one) for one in results.procedures))]
    lines += _of_share(results) if isinstance(results, FailedShare) else _of_index(results)
    if results.exclude_not_objective:
        lines.append(("Необъективные результаты", "не учитываются"))
    if method.raised_limit is not None:
        limit = _percent(100 * method.raised_limit)
        lines.append(("Признак необъективности", f"отметку выше журнальной получили {limit} участников и больше"))
    if method.conditions:
        lines += _of_conditions(method.conditions)
    if method.resilience:
        lines.append(("Резильентная школа", _resilient(method.resilience)))
    if method.exclude_schools:
        kinds = ", ".join(SchoolType(one).label for one in sorted(method.exclude_schools))
        lines.append(("Методика не распространяется на школы", kinds))
    return lines


def _procedure(procedure: Procedure) -> str:
    return f"{procedure.procedure}, {procedure.grade}{NBSP}класс, {inside(procedure.title)}"


def inside(name: str) -> str:
    """Write a name as it stands inside a sentence: the first letter small, unless the word is an abbreviation."""
    return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def _percent(number: object) -> str:
    return f"{format_number(float(number))}{NBSP}%"


def _of_share(rule: FailedShare) -> Iterator[tuple[str, str]]:
    yield "Низкий результат в процедуре", f"минимальный порог не преодолели {_percent(100 * rule.threshold)} и больше"
    yield "Участников не меньше", str(rule.min_participants)
    yield "Соединение признаков", COMBINATIONS[rule.combination]
    yield "Процедур для признака А", str(rule.procedures_needed)
    yield "«Два раза подряд»", REPEATS[rule.repeat]
    if rule.pool_years > 1:
        yield "Малые школы", f"результаты складываются за {counted(rule.pool_years, 'год', 'года', 'лет')}"


def _of_index(rule: ResultsIndex) -> Iterator[tuple[str, str]]:
    yield "Индекс результатов", f"{MEASURES[rule.measure]} в сравнении со школами края"
    yield "Граница низких результатов", f"нижние {_percent(rule.percentile)} школ"
    yield "Учебных лет", str(rule.years)
    yield "Участников не меньше", f"{rule.min_participants} (у малых школ — за {rule.pool_years} лет вместе)"


def _of_conditions(rule: ConditionsIndex) -> Iterator[tuple[str, str]]:
    variables = "; ".join(
        f"{inside(one.title)} ({'+' if one.sign > 0 else '−'}, вес {format_number(float(one.weight))}"
        f"{', логарифм' if one.transform is Transform.LOG1P else ''})"
        for one in rule.variables
    )
    yield "Индекс социальных условий", f"{variables}; «+» улучшает условия, «−» ухудшает"
    yield "Граница тяжёлых условий", f"нижние {_percent(rule.percentile)} школ"
    yield "Учеников не меньше", str(rule.min_pupils)


def _resilient(rule: Resilience) -> str:
    years = counted(rule.years, "год", "года", "лет")
    return f"тяжёлые условия при результатах не ниже {_percent(rule.results_percentile)} школ края {years} подряд"
