"""What tests of indicators share."""

from datetime import datetime

import pytest

from accounts.models import User
from accounts.permissions import Role
from indicators.enums import ElementType, IndicatorKind
from indicators.services.definitions import Definition, define_indicator, set_basis
from indicators.services.elements import define_element
from schools.enums import Kind
from tests.indicators.territory import Territory, draw_territory, person


@pytest.fixture
def place(db: None) -> Territory:
    return draw_territory()


@pytest.fixture
def system(db: None) -> User:
    return person("system", is_system=True)


@pytest.fixture
def analyst(place: Territory) -> User:
    return person("analyst", Role.MINISTRY_ANALYST, place["24"])


@pytest.fixture
def coordinator(place: Territory) -> User:
    return person("coordinator", Role.MUNICIPAL_COORDINATOR, place["131"])


@pytest.fixture
def neighbour(place: Territory) -> User:
    return person("neighbour", Role.MUNICIPAL_COORDINATOR, place["147"])


@pytest.fixture
def years(place: Territory, system: User, now: datetime) -> list[int]:
    for year in (2020, 2021, 2022):
        set_basis(year=year, academic_year=year - 1, cohort_year=year, actor=system, now=now)
    return [2020, 2021, 2022]


@pytest.fixture
def group_order(years: list[int], system: User, now: datetime):
    """A yes/no of municipalities with proof, and the share of those who said yes."""
    element = define_element(
        code="мсо_рабочая_группа",
        name="Приказ о рабочей группе",
        type=ElementType.YES_NO,
        level=Kind.MUNICIPALITY,
        needs_evidence=True,
        actor=system,
        now=now,
    )
    edition = define_indicator(
        code="rppko_1_2",
        name="Приказ о рабочей группе в МСО",
        definition=Definition(
            kind=IndicatorKind.YES_NO,
            formula="доля(муниципалитеты, где есть(«мсо_рабочая_группа»))",
            level=Kind.MUNICIPALITY,
        ),
        valid_from=now.date(),
        actor=system,
        now=now,
    )
    return element, edition


@pytest.fixture
def rural(years: list[int], system: User, now: datetime):
    """A count of schools that nobody enters."""
    return define_indicator(
        code="rural",
        name="Сельских школ",
        definition=Definition(
            kind=IndicatorKind.COUNT, formula="количество(школы, где сельская)", unit_of_measure="школ", precision=0
        ),
        valid_from=now.date(),
        actor=system,
        now=now,
    )
