"""Indicators of the regional programme counted: all, and what one municipality's file or one entry touches."""

from collections.abc import Iterator
from decimal import Decimal
from time import perf_counter

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from benchmarks._programme_region import SCHOOLS, Region, build
from benchmarks._scratch import analyse, scratch_database
from benchmarks.figures import Figure, median_seconds
from indicators.models import DataElement, IndicatorValue, Period
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from indicators.services.recalculation import fulfil_requests, recalculate, request_recalculation, years_fed_by
from monitoring.facts import RESULT_FACTS
from monitoring.models import ListEntry, SchoolResult
from schools.enums import Kind
from schools.models import Unit


def measure() -> Iterator[Figure]:
    """Count the programme of a region of a thousand schools over three years."""
    with scratch_database("recalculation"):
        region = build(timezone.now())
        analyse()
        started = perf_counter()
        run = recalculate(reason="всё впервые", now=timezone.now())
        first = perf_counter() - started
        assert run.problems == {}, run.problems
        what = f"{run.editions} показателей и лет, {IndicatorValue.objects.count()} значений, школ {SCHOOLS}"
        yield Figure("программа целиком за три года, впервые", first, "с", 10, note=what)
        again = median_seconds(lambda: recalculate(reason="всё ещё раз", now=timezone.now()), times=3)
        yield Figure("то же, когда ничего не изменилось", again, "с", 10)
        yield Figure(
            "после файла одного муниципалитета: ОГЭ, математика",
            median_seconds(lambda: _after_file(region)),
            "с",
            1,
            note="от заявки до новых значений, все годы, которые он питает",
        )
        yield Figure("ответ «да» в форме, вместе с новым значением", median_seconds(_Answers(region)), "с", 1)


def _after_file(region: Region) -> None:
    """Change the results of one municipality's schools and count what rests on them, as an accepted file does."""
    listed = ListEntry.objects.filter(school_list__cohort_year=2021, unit__path__startswith=OuterRef("path"))
    place = Unit.objects.filter(Exists(listed), kind=Kind.MUNICIPALITY).order_by("pk").first()
    assert place is not None
    rows = SchoolResult.objects.filter(
        unit__path__startswith=place.path, assessment__academic_year=2020, assessment__procedure__code="oge"
    )
    rows.update(failed=F("n") - F("failed"))
    request_recalculation(
        facts=RESULT_FACTS,
        unit_ids=rows.values_list("unit_id", flat=True).distinct(),
        years=years_fed_by({2020}),
        actor=region.actor,
        now=timezone.now(),
        reason="файл одного муниципалитета",
    )
    done = fulfil_requests(clock=timezone.now)
    assert done["changed"], "nothing has changed"


class _Answers:
    """A municipality that changes its mind at every call."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.element = DataElement.objects.get(code="поддержка_куратор")
        self.period = Period.objects.get(code="2021")
        self.turn = 0

    def __call__(self) -> None:
        self.turn += 1
        entry = Entry(self.element, self.region.schools[0], self.period, Decimal(self.turn % 2))
        enter_observation(entry=entry, actor=self.region.actor, now=timezone.now())
