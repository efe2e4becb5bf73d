"""Methods and their editions in words: what a page and a report say of them, and what differs between two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from common.numbers import format_number
from common.russian import listed
from monitoring.models import Methodology, MethodologyEdition
from monitoring.selectors.identification_input import FIGURES
from schools.enums import SchoolType
from schools.models import SchoolYear, Unit

COMBINATIONS = {
    "A": "несколько процедур за год",
    "B": "одна процедура два раза подряд",
    "A_or_B": "несколько процедур за год или одна два раза подряд",
    "A_and_B": "несколько процедур за год и одна два раза подряд",
}
REPEATS = {
    "held_sessions": "две проведённые процедуры подряд",
    "calendar_years": "два календарных года подряд",
}
MEASURES = {
    "score_percent": "средний балл в процентах от максимального",
    "share_not_failing": "доля справившихся",
}
SCALES = {
    "minmax": "от самой трудной школы (0) до самой лёгкой (100)",
    "standard": "50 у средней школы, 10 за стандартное отклонение",
}
TRANSFORMS = {"none": "как есть", "log1p": "логарифм (для длинных хвостов, например километров)"}
CRITERIA = {
    "failed_share": "доля не справившихся (федеральное правило)",
    "results_index": "индекс результатов (интегральное правило)",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter of a method: where it stands, what it is called, what it says."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Parameters that belong together."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one parameter says in two editions."""

    section: str
    title: str
    before: str
    after: str


def methods(*, user: User | AnonymousUser) -> QuerySet[Methodology]:
    """Return the methods; they concern the region as a whole, and whoever sees identification may read them."""
    if not Unit.objects.visible_to(user, Permission.IDENTIFICATION_VIEW).exists():
        return Methodology.objects.none()
    return Methodology.objects.order_by("code")


def editions_of(methodology: Methodology) -> QuerySet[MethodologyEdition]:
    """Return the editions of a method, newest first, with how many runs rest on each."""
    found = methodology.editions.annotate(run_count=Count("runs")).order_by("-number")
    return found.select_related("created_by", "signatory", "document")


def current_editions() -> QuerySet[MethodologyEdition]:
    """Return the edition in force of every method."""
    return (
        MethodologyEdition.objects.filter(is_current=True).select_related("methodology").order_by("methodology__code")
    )


def editions_in_force(*, user: User | AnonymousUser) -> list[MethodologyEdition]:
    """Return the edition in force of every method that somebody may read, with how many runs rest on it."""
    mine = methods(user=user)
    return list(current_editions().filter(methodology__in=mine).annotate(run_count=Count("runs")))


def figure_titles() -> dict[str, str]:
    """Return the figures of the social passport that a method may name, with their titles."""
    return {name: str(SchoolYear._meta.get_field(name).verbose_name) for name in FIGURES}


def in_words(parameters: Mapping[str, Any]) -> list[Section]:
    """Say every parameter of an edition."""
    sections = [_results(parameters["results"]), _procedures(parameters["results"])]
    if parameters.get("conditions"):
        sections += [_conditions(parameters["conditions"]), _variables(parameters["conditions"])]
    if parameters.get("resilience"):
        sections.append(_resilience(parameters["resilience"]))
    return [*sections, _others(parameters)]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Compare two editions parameter by parameter; what only one of them has is «—» in the other."""
    first, second = _by_place(before), _by_place(after)
    return [
        Difference(place[0], (second.get(place) or first[place]).title, _text(first, place), _text(second, place))
        for place in dict.fromkeys([*first, *second])
        if _text(first, place) != _text(second, place)
    ]


def _by_place(parameters: Mapping[str, Any]) -> dict[tuple[str, str], Line]:
    return {(section.title, line.key): line for section in in_words(parameters) for line in section.lines}


def _text(lines: Mapping[tuple[str, str], Line], place: tuple[str, str]) -> str:
    return lines[place].text if place in lines else "—"


def _results(rule: Mapping[str, Any]) -> Section:
    lines = [Line("criterion", "Критерий", CRITERIA.get(rule["criterion"], rule["criterion"]))]
    if rule["criterion"] == "failed_share":
        lines += [
            Line("threshold_percent", "Порог: доля не справившихся, %", _number(rule, "threshold_percent")),
            Line("min_participants", "Участников не меньше", _number(rule, "min_participants")),
            Line("procedures_needed", "Сколько низких процедур нужно", _number(rule, "procedures_needed")),
            Line("combination", "Как соединяются признаки", COMBINATIONS[rule.get("combination", "A_or_B")]),
            Line("repeat", "Что значит «два раза подряд»", REPEATS[rule.get("repeat", "held_sessions")]),
            Line("look_back_years", "Прошлую процедуру искать, лет назад", _number(rule, "look_back_years", 3)),
            Line("pool_years", "За сколько лет складывать малые школы", _number(rule, "pool_years", 1)),
        ]  # fmt: skip
    else:
        lines += [
            Line("measure", "Что сравнивается", MEASURES[rule.get("measure", "score_percent")]),
            Line("percentile", "Нижняя доля школ, %", _number(rule, "percentile")),
            Line("min_participants", "Участников не меньше", _number(rule, "min_participants")),
            Line("years", "За сколько лет", _number(rule, "years", 1)),
            Line("pool_years", "Малым школам — за сколько лет", _number(rule, "pool_years", 3)),
        ]
    heard = _flag(rule, "exclude_not_objective", "не учитываются", "учитываются")
    lines.append(Line("exclude_not_objective", "Необъективные результаты", heard))
    return Section("Результаты", tuple(lines))


def _procedures(rule: Mapping[str, Any]) -> Section:
    lines = []
    for item in rule["procedures"]:
        title = f"{item['procedure']}, {item['grade']} класс, {item.get('title') or item['subjects'][0]}"
        key = f"{item['procedure']}|{item['grade']}|{'|'.join(sorted(item['subjects']))}"
        together = f"складываются {listed(item['subjects'])}; " if len(item["subjects"]) > 1 else ""
        lines.append(Line(key, title, f"{together}вес {_number(item, 'weight', 1)}"))
    return Section("Процедуры", tuple(lines))


def _conditions(rule: Mapping[str, Any]) -> Section:
    figures = figure_titles()
    base = rule.get("base_figure", "pupils")
    return Section(
        "Социальные условия",
        (
            Line("percentile", "Нижняя доля школ, %", _number(rule, "percentile")),
            Line("scale", "Шкала индекса", SCALES[rule.get("scale", "minmax")]),
            Line("base_figure", "Показатель размера школы", figures.get(base, base)),
            Line("min_pupils", "Размер школы не меньше", _number(rule, "min_pupils", 10)),
            Line("pool_years", "Малым школам — за сколько лет", _number(rule, "pool_years", 3)),
            Line("max_missing", "Сколько переменных может не быть", _number(rule, "max_missing", 2)),
        ),
    )


def _variables(rule: Mapping[str, Any]) -> Section:
    figures = figure_titles()
    lines = []
    for item in rule["variables"]:
        figure = figures.get(item["figure"], item["figure"])
        per = f" на 100 «{figures.get(item['per'], item['per'])}»" if item.get("per") else ""
        sign = "больше — лучше" if item["sign"] == "+" else "больше — труднее"
        bent = f"; {TRANSFORMS['log1p']}" if item.get("transform") == "log1p" else ""
        lines.append(
            Line(item["code"], item["title"], f"{figure}{per}; {sign}; вес {_number(item, 'weight', 1)}{bent}")
        )
    return Section("Переменные условий", tuple(lines))


def _resilience(rule: Mapping[str, Any]) -> Section:
    return Section(
        "Резильентность",
        (
            Line("results_percentile", "Результаты не ниже доли школ, %", _number(rule, "results_percentile")),
            Line("years", "Сколько лет подряд", _number(rule, "years", 2)),
            Line(
                "keeps_hard_conditions",
                "Резильентная школа остаётся в ШНСУ",
                _flag(rule, "keeps_hard_conditions", "да", "нет"),
            ),
        ),
    )


def _others(parameters: Mapping[str, Any]) -> Section:
    named = parameters.get("exclude_schools", ())
    excluded = [str(one.label) for one in SchoolType if one in named]
    raised = parameters.get("not_objective_from_raised_percent")
    return Section(
        "Кого не рассматривают",
        (
            Line("exclude_schools", "Типы школ", listed(excluded) or "рассматриваются все"),
            Line(
                "not_objective_from_raised_percent",
                "Результат необъективен, если отметка выше журнала у, % участников",
                "не проверяется" if raised is None else format_number(raised),
            ),
        ),
    )


def _number(rule: Mapping[str, Any], name: str, default: int | None = None) -> str:
    value = rule.get(name, default)
    return format_number(value) if isinstance(value, int | float) else str(value)


def _flag(rule: Mapping[str, Any], name: str, yes: str, no: str) -> str:
    return yes if rule.get(name) else no
