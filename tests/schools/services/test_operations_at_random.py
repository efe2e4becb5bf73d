"""
Whatever is done to the network in whatever order: a school stands in one place a day, and undoing all leaves no trace.
"""

from __future__ import annotations

import os
import random
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.services.people import system_user
from schools.enums import Kind, Locality, MunicipalityType, OperationKind, SchoolLevel
from schools.models import Ancestry, Placement, Unit, UnitOperation
from schools.selectors.geography import Geography, organisations_in, territories_in
from schools.services.operations import Asked, Part, apply_operation
from schools.services.registry import MunicipalityDetails, NewUnit, SchoolDetails, UnitRefused
from schools.services.undoing import undo_operation
from tests.schools.services.test_operations import NOW, Land, snapshot

pytestmark = pytest.mark.django_db
SEQUENCES = int(os.environ.get("NETWORK_SEQUENCES", "25"))
FIRST = date(2018, 1, 1)


class Chance:
    """Operations drawn at random over what stands now; some of them are refused, as people's are."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 300
        self.day = FIRST

    def new(self, kind: Kind, parent: Unit) -> NewUnit:
        self.number += 1
        if kind == Kind.MUNICIPALITY:
            details = MunicipalityDetails(MunicipalityType.MUNICIPAL_DISTRICT, str(self.number), self.number)
            return NewUnit(kind, str(self.number), f"Округ {self.number}", parent, municipality=details)
        school = SchoolDetails(level=SchoolLevel.BASIC, locality=Locality.RURAL)
        return NewUnit(kind, f"900{self.number}", f"Школа {self.number}", parent, school=school)

    def ask(self) -> Asked | None:
        self.day += timedelta(days=self.random.choice([0, 1, 30, 400]))
        kind = self.random.choice(list(OperationKind))
        what = self.random.choice([Kind.SCHOOL, Kind.SCHOOL, Kind.MUNICIPALITY])
        there = list(Unit.objects.filter(kind=what, closed_on=None).select_related("parent").order_by("pk"))
        above = Kind.MUNICIPALITY if what == Kind.SCHOOL else Kind.DISTRICT
        places = list(Unit.objects.filter(kind=above, closed_on=None).order_by("pk"))
        if not there or not places:
            return None
        pick = self.random.sample(there, min(len(there), self.random.choice([1, 2])))
        told = {"kind": kind, "on": self.day, "units": tuple(pick[:1])}
        if kind == OperationKind.OPEN:
            told |= {"units": (), "new": self.new(what, self.random.choice(places))}
        elif kind == OperationKind.MOVE:
            told["parent"] = self.random.choice(places)
        elif kind in (OperationKind.RENAME, OperationKind.CHANGE):
            self.number += 1
            told["said"] = {"name": f"Имя {self.number}", "short_name": f"Имя {self.number}"}
        elif kind == OperationKind.JOIN and self.random.random() < 0.5:
            told |= {"units": tuple(pick), "new": self.new(what, pick[0].parent)}
        elif kind == OperationKind.JOIN:
            told["into"] = self.random.choice(there)
        elif kind == OperationKind.SPLIT:
            children = list(Unit.objects.filter(parent=pick[0], closed_on=None).order_by("pk"))
            some = tuple(self.random.sample(children, len(children) // 2))
            stays = self.random.random() < 0.5
            parts = [Part(new=self.new(what, pick[0].parent), members=some)]
            if not stays:
                parts.append(Part(new=self.new(what, pick[0].parent), takes_the_rest=True))
            told |= {"parts": tuple(parts), "stays": stays}
        return Asked(**told)


def check_the_days() -> None:
    """On each day on which anything changes, an open organisation stands once, under one chain up to the region."""
    days = {day for first, last in Placement.objects.values_list("valid_from", "valid_to") for day in (first, last)}
    days = {day + shift for day in days if day for shift in (timedelta(-1), timedelta(0), timedelta(1))}
    region = Unit.objects.get(kind=Kind.REGION)
    for day in sorted(days):
        there = Unit.objects.open_on(day).filter(kind=Kind.SCHOOL).filter(placements__valid_from__lte=day).distinct()
        running = Q(valid_to=None) | Q(valid_to__gte=day)
        placed = Placement.objects.filter(running, valid_from__lte=day, unit__in=there)
        assert set(placed.values("unit").annotate(times=Count("pk")).values_list("times", flat=True)) <= {1}
        above = Ancestry.objects.filter(running, valid_from__lte=day, unit__in=there)
        in_region = set(above.filter(ancestor=region).values_list("unit", flat=True))
        in_municipality = list(above.filter(ancestor__kind=Kind.MUNICIPALITY).values_list("unit", flat=True))
        assert sorted(in_municipality) == sorted(in_region) == sorted(placed.values_list("unit", flat=True))
        open_then = Unit.objects.open_on(day)
        assert not above.exclude(ancestor__in=open_then).exists()
    for path, parent in Unit.objects.exclude(parent=None).values_list("path", "parent__path"):
        assert path.startswith(parent)


def check_the_sums() -> None:
    """In the borders of a year and in today's the same schools are counted, each in one municipality."""
    region = Unit.objects.get(kind=Kind.REGION)
    for year in (2017, 2019, 2021, 2023):
        counted = []
        for is_today in (False, True):
            geography = Geography(date(year, 12, 31), is_today)
            whole = dict(organisations_in(region, geography).values_list("pk", "place"))
            parts = [unit for unit in territories_in(region, geography) if unit.kind == Kind.MUNICIPALITY]
            inside = [set(organisations_in(unit, geography).values_list("pk", flat=True)) for unit in parts]
            # A municipality that closed without an heir leaves its former schools in none of today's.
            nowhere = [key for key, place in whole.items() if place is None]
            assert is_today or not nowhere
            assert sum(map(len, inside)) + len(nowhere) == len(whole)
            for unit, keys in zip(parts, inside, strict=True):
                assert keys == {key for key, place in whole.items() if place == unit.pk}
            counted.append(set(whole))
        assert counted[0] == counted[1]


@settings(
    max_examples=SEQUENCES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6), length=st.integers(3, 9))
def test_any_sequence_keeps_the_tree_whole_and_is_undone_without_a_trace(seed, length):
    with transaction.atomic():
        Land()
        before, chance, done = snapshot(), Chance(seed), []
        for _ in range(length):
            asked = chance.ask()
            try:
                with transaction.atomic():
                    if asked is not None:
                        done.append(apply_operation(asked=asked, actor=system_user(), now=NOW))
            except UnitRefused:
                continue
        check_the_days()
        check_the_sums()
        for operation in reversed(done):
            undo_operation(operation=operation, reason="проверка", actor=system_user(), now=NOW)
        assert snapshot() == before
        assert UnitOperation.objects.filter(undone_at=None).count() == 0
        transaction.set_rollback(True)
