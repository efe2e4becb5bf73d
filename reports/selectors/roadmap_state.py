"""How the promised results of a programme year stand at a place, counted for a figure."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import F, OuterRef, Q

from programmes.models import Programme
from reports.selectors.places import counted
from roadmap.enums import DONE, ExecutionState, ResultState
from roadmap.models import Execution, ResultWindow
from roadmap.selectors.standing import Tally, standing
from schools.enums import Kind
from schools.models import Unit


def states_of_year(
    programme: Programme, *, place: Unit, year: int, on: date, municipalities: int | None, schools: int | None
) -> Counter[ResultState]:
    """
    Count the terms of a programme's results of a year by how they stand at a place on a day.

    Results of the region are those of the programme's own unit; those of municipalities and schools are a share of the
    units that owe them, whose numbers are given; None where the place is one such unit itself.
    """
    mine = Execution.objects.filter(result=OuterRef("result"), window_number=OuterRef("number"))
    at_place = Q(unit__path__startswith=place.path, unit__kind=F("result__activity__level"))
    here = mine.filter(at_place | Q(unit=programme.unit_id, result__activity__level=programme.unit.kind))
    done = here.filter(state__in=DONE, done_on__lte=on)
    windows = (
        ResultWindow.objects.filter(result__activity__programme=programme, result__year=year)
        .select_related("result__activity")
        .annotate(
            accepted=counted(done.filter(state=ExecutionState.ACCEPTED)),
            reported=counted(done.filter(state=ExecutionState.REPORTED)),
            returned=counted(here.filter(state=ExecutionState.RETURNED)),
        )
    )
    owing = {programme.unit.kind: None, Kind.MUNICIPALITY: municipalities, Kind.SCHOOL: schools}
    states: Counter[ResultState] = Counter()
    for window in windows:
        level = Kind(window.result.activity.level)
        tally = Tally(window.accepted, window.reported, window.returned)
        told = standing(
            window.result, [window], {(window.result_id, window.number): tally}, whole=owing.get(level), on=on
        )
        states.update(each.state for each in told.windows)
    return states
