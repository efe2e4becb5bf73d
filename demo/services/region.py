"""The demonstration region: which steps build it, and who signs in to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from accounts.services.people import system_user
from common.progress import Progress
from demo.generation.deeds import YEARS
from demo.generation.places import catalogue_places
from demo.generation.staff import PEOPLE
from demo.services import (
    advice,
    entries,
    identifying,
    outcome,
    people,
    programmes,
    registry,
    results,
    reviewing,
    roadmap,
)
from demo.services.building import Builder, Step, build, unfinished


def _autumns() -> list[Step]:
    """The results of each academic year, and the list of the autumn after it."""
    steps = [Step("results-2018", "Результаты 2018/19 года", partial(results.load_results, academic_year=2018))]
    for autumn in YEARS:
        year = autumn - 1
        title = f"Результаты {year}/{autumn % 100} года"
        steps.append(Step(f"results-{year}", title, partial(results.load_results, academic_year=year)))
        title = f"Идентификация, осень {autumn} года"
        steps.append(Step(f"identified-{autumn}", title, partial(identifying.identify_autumn, autumn=autumn)))
    return steps


STEPS: list[Step] = [
    Step("territory", "Территория края", registry.load_places),
    Step("people", "Учётные записи", people.settle_people),
    Step("coordinators", "Муниципальные координаторы", people.settle_coordinators),
    Step("norms", "Процедуры и шкалы", results.load_norms),
    Step("methods", "Методики идентификации", identifying.write_methods),
    Step("regional-programme", "Региональная программа", programmes.load_regional_programme),
    Step("schools", "Реестр школ", registry.load_schools),
    Step("sites", "Стажировочные площадки", registry.open_sites),
    Step("school-people", "Учётные записи школ", people.settle_people),
    Step("passports", "Социальные паспорта", registry.load_passports),
    *_autumns(),
    Step("concept", "Муниципальная концепция", programmes.load_concept),
    Step("municipal-programmes", "Муниципальные программы", programmes.write_municipal_programmes),
    Step("school-programmes", "Школьные программы", programmes.write_school_programmes),
    Step("entries", "Записи координаторов", entries.enter_answers),
    Step("reviews", "Приёмка записей", reviewing.review_answers),
    Step("advice", "Ответы на рекомендации", advice.answer_recommendations),
    Step("roadmap", "Выполнение дорожной карты", roadmap.carry_out_roadmap),
    Step("indicators", "Пересчёт показателей", outcome.count_indicators),
    Step("report", "Аналитическая справка", outcome.make_reports),
]


@dataclass(frozen=True)
class SignIn:
    """How somebody of the demonstration signs in."""

    login: str
    password: str
    what: str


def build_region(*, now: datetime, progress: Progress, codes: Collection[str] | None = None) -> None:
    """
    Build what is not built yet: every figure arises from files, forms, orders and entries, through services.

    With `codes` only these municipalities get schools, which is quick and otherwise the same.
    """
    if not unfinished(STEPS):
        return
    places = tuple(place for place in catalogue_places() if codes is None or place.code in codes)
    build(steps=STEPS, builder=Builder(actor=system_user(), now=now, progress=progress, places=places))


def sign_ins() -> list[SignIn]:
    """Return the logins that the command prints."""
    return [SignIn(person.login, people.password_of(person), person.what) for person in PEOPLE]
