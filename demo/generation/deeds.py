"""What people of the region do in three years: which programmes they write and when, and what becomes of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from demo.generation.dice import dice
from demo.generation.places import Place
from demo.generation.schools import KEZHMA

YEARS = (2020, 2021, 2022)
# When the list of each autumn is approved by order: after the papers of that autumn have come.
LIST_ORDERS = {2020: date(2020, 10, 30), 2021: date(2021, 10, 15), 2022: date(2022, 11, 9)}
APPROVED, SUBMITTED, RETURNED, DRAFT = "approved", "submitted", "returned", "draft"

_MUNICIPAL_BY = {2020: 0.63, 2021: 0.84, 2022: 0.975}
_SCHOOL_APPROVED = {2020: 0.70, 2021: 0.86, 2022: 0.96}
_REMARKS = (
    "Нет показателей с целями по годам: допишите, чего школа хочет достичь и как это измерить.",
    "Меры не связаны с причинами низких результатов из справки: добавьте анализ и меры по каждому предмету.",
    "Не назван ответственный за каждое мероприятие.",
)

_ANSWERS_SEEN = 0.6  # of the last year; whoever has looked at the earlier ones has accepted them
_ANSWER_REMARKS = (
    "Ссылка ведёт на главную страницу сайта: вставьте адрес самого приказа.",
    "Число расходится с прошлогодним: проверьте и поясните, почему.",
)


def answers_seen(code: str, year: int) -> bool:
    """Say whether somebody has come to look at what a place entered of a year."""
    return year < YEARS[-1] or dice("answers seen", code, year).random() < _ANSWERS_SEEN


def remark_on_answers(code: str, year: int) -> str:
    """Return why one value of a place was returned in the last year, empty where none was."""
    drawn = dice("remark on answers", code, year)
    if year < YEARS[-1] or drawn.random() > 0.12:
        return ""
    return _ANSWER_REMARKS[drawn.integers(len(_ANSWER_REMARKS))]


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """A programme that is written, its order, and where it ends up. A remark means that it was returned once first."""

    title: str
    is_set_of_measures: bool
    starts_on: date
    ends_on: date
    order_number: str
    order_on: date
    outcome: str
    remark: str = ""


def working_day(day: date) -> date:
    """Return the day, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def municipal_programmes(place: Place) -> list[ProgrammePlan]:
    """Return the programmes that a municipality writes. That of Кежемский район is dated as its document is."""
    if place.code == KEZHMA:
        title = "Повышение качества образования в общеобразовательных организациях Кежемского района"
        return [_municipal(title, False, date(2021, 12, 21), 2022, 2023, "281", APPROVED)]
    rng = dice("municipal programme", place.code)
    chance, form = rng.random(), rng.random()
    first = next((year for year, share in _MUNICIPAL_BY.items() if chance < share), None)
    is_measures = bool(form < 0.2)
    what = "Комплекс мер по повышению" if is_measures else "Повышение"
    title = f"{what} качества образования в школах: {place.name}"
    order_on = working_day(date(first or 2022, 9, 14) + timedelta(days=int(rng.integers(0, 92))))
    number = str(int(rng.integers(40, 480)))
    remark = _REMARKS[int(rng.integers(0, 3))] if rng.random() < 0.12 else ""
    outcome = APPROVED if first else (SUBMITTED if form < 0.6 else DRAFT)
    last = order_on.year + (1 if first == 2020 and form > 0.75 else 2)
    plans = [_municipal(title, is_measures, order_on, order_on.year, last, number, outcome, remark)]
    if last == 2021:
        plans.append(_municipal(title, is_measures, date(2021, 12, 13), 2022, 2024, f"{number}-п", APPROVED))
    return plans


def _municipal(
    title: str, measures: bool, order_on: date, first: int, last: int, number: str, outcome: str, remark: str = ""
) -> ProgrammePlan:
    full = f"{title}, {first}–{last} годы"
    return ProgrammePlan(
        full, measures, max(order_on, date(first, 1, 1)), date(last, 12, 31), number, order_on, outcome, remark
    )


def school_programme(code: str, name: str, cohort_year: int) -> ProgrammePlan | None:
    """Return the programme that a school of an autumn's list writes; None if it writes nothing that year."""
    rng = dice("school programme", code, cohort_year)
    chance, rest = rng.random(), rng.random()
    order_on = working_day(LIST_ORDERS[cohort_year] + timedelta(days=int(rng.integers(8, 34))))
    number, remark = f"01-{int(rng.integers(100, 900))}", ""
    if chance < _SCHOOL_APPROVED[cohort_year]:
        outcome = APPROVED
        remark = _REMARKS[int(rng.integers(0, 3))] if rest < 0.1 else ""
    elif rest < 0.25:
        return None
    else:
        outcome = SUBMITTED if rest < 0.6 else RETURNED if rest < 0.8 else DRAFT
        remark = _REMARKS[int(rng.integers(0, 3))] if outcome == RETURNED else ""
    title = f"Школьная программа повышения качества образования: {name}, {cohort_year}–{cohort_year + 2} годы"
    ends_on = date(cohort_year + 2, 8, 31)
    return ProgrammePlan(title, False, order_on, ends_on, number, order_on, outcome, remark)


@dataclass(frozen=True, slots=True)
class ExecutionPlan:
    """What is done about a promised result: when, reported how, accepted or not."""

    done_on: date | None
    number: str
    outcome: str


def execution(activity: int, year: int, result: int, window: int, code: str, ends_on: date) -> ExecutionPlan | None:
    """Return what a unit does about one window of a result; None where it does nothing."""
    rng = dice("execution", activity, year, result, window, code)
    chance, number = rng.random(), f"{int(rng.integers(10, 900))}-{activity}"
    early = working_day(ends_on - timedelta(days=int(rng.integers(2, 25))))
    if chance < 0.85:
        return ExecutionPlan(early, number, APPROVED if chance < 0.78 else SUBMITTED)
    if chance < 0.91:
        return ExecutionPlan(working_day(ends_on + timedelta(days=int(rng.integers(4, 40)))), number, APPROVED)
    if chance < 0.94:
        return ExecutionPlan(early, number, RETURNED)
    return ExecutionPlan(None, number, DRAFT) if chance < 0.97 else None


def is_looked_through(activity: int, year: int, result: int, window: int, code: str) -> bool:
    """Say whether the institute has come to look at what a school reported: of the newest year at fewer than before."""
    return bool(dice("looked through", activity, year, result, window, code).random() < (0.55 if year == 2022 else 0.8))
