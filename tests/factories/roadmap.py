"""A roadmap of one result."""

from datetime import date, datetime

from programmes.models import Direction, Programme
from roadmap.enums import Recurrence
from roadmap.models import Activity, ExpectedResult, ResultWindow
from schools.enums import Kind
from tests.factories.programmes import Land, make_programme

AUTUMN = (date(2021, 9, 1), date(2021, 10, 31))


def make_result(
    land: Land,
    now: datetime,
    *,
    level: Kind = Kind.REGION,
    windows: list[tuple[date, date]] | None = None,
    recurrence: Recurrence = Recurrence.ONCE,
    threshold_percent: int | None = None,
) -> ExpectedResult:
    """Return a result of the region's programme, in an activity of its own."""
    programme = Programme.objects.regional().first() or make_programme(
        land.region, land.analyst, now, starts_on=date(2020, 1, 1)
    )
    direction, _ = Direction.objects.get_or_create(programme=programme, number=2, defaults={"title": "Идентификация"})
    number = programme.activities.count() + 1
    activity = Activity.objects.create(
        programme=programme,
        direction=direction,
        number=number,
        title=f"Мероприятие {number}",
        responsible=["ЦОКО"] if level == Kind.REGION else ["МСО"],
        responsible_text="ЦОКО" if level == Kind.REGION else "МСО",
        level=level,
        confirming=["Аналитическая справка"],
    )
    spans = windows or [AUTUMN]
    result = ExpectedResult.objects.create(
        activity=activity,
        year=spans[0][0].year,
        number=1,
        title="Проведена идентификация школ",
        window="Сентябрь-октябрь 2021 г.",
        starts_on=spans[0][0],
        ends_on=spans[-1][1],
        recurrence=recurrence,
        threshold_percent=threshold_percent,
    )
    for place, (starts_on, ends_on) in enumerate(spans, start=1):
        ResultWindow.objects.create(result=result, number=place, starts_on=starts_on, ends_on=ends_on)
    return result
