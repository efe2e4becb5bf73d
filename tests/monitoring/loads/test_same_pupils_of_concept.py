"""The row of the concept about the same children: by codes where they last, else by what schools enter."""

from datetime import date
from decimal import Decimal

from accounts.services.people import system_user
from indicators.enums import ElementType, IndicatorKind, PeriodKind
from indicators.models import IndicatorValue, Observation, Period
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import define_element
from indicators.services.recalculation import fulfil_requests
from programmes.catalogue import load_catalogue
from schools.enums import Kind
from tests.monitoring.loads.codes import declare
from tests.monitoring.loads.test_same_pupil_facts import FORMER, LATER, work


def test_codes_first_and_what_was_entered_where_there_are_none(centre, now):
    given = {"actor": system_user(), "now": now}
    year = Period.objects.create(
        code="2022", kind=PeriodKind.YEAR, starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31)
    )
    row = next(one for one in load_catalogue("concept-tasseevo").indicators if one.number == "1.1.4.5-о")
    elements = {
        name: define_element(code=f"тасеево_1_1_4_5_о_{name}", name=name, type=ElementType.COUNT, level=Kind.SCHOOL,
                             unit_of_measure="чел.", **given)
        for name in ("часть", "всего")
    }  # fmt: skip
    edition = define_indicator(
        code=row.code, name=row.name, valid_from=now.date(),
        definition=Definition(kind=IndicatorKind(row.kind), formula=row.formula, level=Kind(row.level)), **given,
    )  # fmt: skip
    for code, part, whole in (("131001", 90, 100), ("147002", 3, 10)):
        for name, value in (("часть", part), ("всего", whole)):
            Observation.objects.create(
                element=elements[name], unit=centre.schools[code], period=year, value=Decimal(value),
                entered_by=centre.operator, entered_at=now,
            )  # fmt: skip
    declare(centre, "kdr")
    fulfil_requests(clock=lambda: now)

    def told() -> dict[str, tuple]:
        rows = IndicatorValue.objects.filter(edition=edition, period=year, unit__kind__in=["school", "region"])
        return {one.unit.code: (one.n, one.d) for one in rows.select_related("unit") if one.n is not None}

    assert told() == {"131001": (90, 100), "147002": (3, 10), "24": (93, 110)}
    centre.take("кдр4.xlsx", work(4, "2019/20", FORMER))
    centre.take("кдр6.xlsx", work(6, "2021/22", LATER))
    fulfil_requests(clock=lambda: now)
    assert told() == {"131001": (2, 3), "147001": (3, 3), "147002": (3, 10), "24": (8, 16)}
