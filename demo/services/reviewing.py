"""What becomes of the answers: earlier years are accepted, of the last some still wait, and some were returned."""

from accounts.models import User
from demo.generation.deeds import YEARS, answers_seen, remark_on_answers
from demo.generation.staff import APPROVER, INSTITUTE
from demo.services.building import Builder, at_one_go, moment
from demo.services.people import heads
from indicators.enums import EntryStatus
from indicators.models import Observation, Period
from indicators.services.reviewing import WITH, accept_observations, return_observations
from schools.enums import Kind
from schools.models import Unit


def review_answers(builder: Builder) -> None:
    """The ministry accepts of the region, the institute of municipalities, each municipality of its schools."""
    institute, approver, people = builder.person(INSTITUTE), builder.person(APPROVER), heads()
    for year in YEARS:
        period = Period.objects.get(code=str(year))
        _review(Observation.objects.filter(unit=builder.region), "region", period, approver)
        for code, place in builder.each(builder.units(Kind.MUNICIPALITY).items(), f"Приёмка {year} года"):
            with at_one_go():
                _review(Observation.objects.filter(unit=place), code, period, institute)
                _review(_of_schools(place), f"{code} schools", period, people[code])


def _of_schools(place: Unit):
    return Observation.objects.filter(unit__parent=place, unit__kind=Kind.SCHOOL)


def _review(rows, code: str, period: Period, actor: User) -> None:
    year = int(period.code)
    waiting = rows.in_force().filter(period=period, status=EntryStatus.SUBMITTED).select_related(*WITH)
    waiting = list(waiting.order_by("unit_id", "element_id", "category"))
    remark = remark_on_answers(code, year)
    told = {"actor": actor, "now": moment(period.ends_on.replace(month=12, day=27), 15)}
    if waiting and remark and not rows.in_force().filter(period=period, status=EntryStatus.RETURNED).exists():
        return_observations(observations=waiting[:1], remark=remark, **told)
        waiting = waiting[1:]
    if waiting and answers_seen(code, year):
        accept_observations(observations=waiting, **told)
