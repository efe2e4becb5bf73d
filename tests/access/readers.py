"""
What reports are made of, asked directly: jobs compose them in somebody's name, and no page stands before that.

Every name in the world carries a mark, so that whatever a report would say of a unit, of a load, of advice is found in
it. Keys are tried without one permission each as well: roles that read at all read everything, keys need not.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import User
from accounts.permissions import READING
from accounts.permissions import Permission as P
from indicators.services.trying import try_formula
from reports.selectors.basis import NothingToReport
from reports.selectors.cohorts import cohort
from reports.selectors.identification_report import identification_data
from reports.selectors.indicators_report import indicators_data
from reports.selectors.school_passport import passport_data
from schools.access import NotAllowed
from schools.models import Unit
from tests.access.asking import undone
from tests.access.cases import Case
from tests.access.matrix import may_read, things_for
from tests.access.people import Grant, Who
from tests.access.things import Thing

YEAR = 2021
ASKERS = (
    "person without a place", "person whose appointment has ended", "ministry_analyst of the region",
    "district_curator of the district", "municipal_coordinator of the municipality", "school_editor of the school",
    "curator of two schools", "key of two municipalities", "key with unit_view alone", "key with result_view alone",
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """A part of a report: what it is read from, about which things, and by which permission a unit stands in it."""

    name: str
    of: str
    read: Callable[[User, Unit, Any], Any]
    unit: P
    names_above: bool = False  # a school's table says which municipality the school is of


def _cohort(user: User, unit: Unit, world: Any) -> Any:
    found = cohort(user=user, unit=unit, year=YEAR)
    return Unit.objects.in_bulk(list(found.schools)).values() if found else []


def _advised(user: User, unit: Unit, world: Any) -> Any:
    told = identification_data(user=user, unit=unit, year=YEAR)
    return [told.places, told.advice, told.files]


def _numbers(is_today: bool) -> Callable[[User, Unit, Any], Any]:
    def read(user: User, unit: Unit, world: Any) -> Any:
        told = indicators_data(user=user, unit=unit, year=YEAR, today=world.now.date(), is_today=is_today)
        return [told.missing, told.values]

    return read


def _passport(user: User, unit: Unit, world: Any) -> Any:
    told = passport_data(user=user, unit=unit, year=YEAR, today=world.now.date())
    return [told.results, unit.short_name if told.indicators else ""]


def _tried(user: User, unit: Unit, world: Any) -> Any:
    formula = "сумма(значение(«number_school»))"
    try:
        return try_formula(formula=formula, year=YEAR, precision=0, actor=user).units
    except NotAllowed:
        return []


READERS = [
    Reader("schools of an autumn", "unit", _cohort, P.IDENTIFICATION_VIEW),
    Reader("report of an identification", "unit", _advised, P.UNIT_VIEW, names_above=True),
    Reader("report of indicators", "unit", _numbers(is_today=False), P.INDICATOR_VIEW),
    Reader("report of indicators in today's borders", "unit", _numbers(is_today=True), P.INDICATOR_VIEW),
    Reader("passport of a school", "school", _passport, P.INDICATOR_VIEW),
    Reader("formula that is tried", "region", _tried, P.INDICATOR_VIEW),
]


def askers(world: Any) -> Iterator[Who]:
    """Return those who ask: some people and keys, and keys that lack one permission of reading each."""
    yield from map(world.who, ASKERS)
    key = world.who("reading key")
    for lacking in (P.UNIT_VIEW, P.INDICATOR_VIEW, P.RESULT_VIEW, P.IDENTIFICATION_VIEW):
        given = READING - {lacking}
        token = copy(key.token)
        token.permissions = sorted(given)
        name = f"key that reads all but {lacking.value}"
        yield replace(key, name=name, token=token, grants=[Grant(given, one.unit) for one in key.grants])


def cases(world: Any, some: Iterable[Reader] = READERS) -> Iterator[Case]:
    """Every part of a report × those who ask × units of every relation."""
    for reader in some:
        for who in askers(world):
            for relation, thing in things_for(world, who, reader.of):
                if not thing.is_missing:
                    words = f"{reader.name} as {who} about {thing.unit.code} ({relation})"
                    yield Case(words, lambda given=(reader, who, thing): _asked(world, *given))


def told(world: Any, reader: Reader, who: Who, thing: Thing) -> str:
    """Return what somebody would be told, as text."""
    user = User.objects.get(pk=who.user.pk)
    if who.token is not None:
        user.acting_token = who.token
    with undone():
        try:
            return repr(reader.read(user, Unit.objects.get(pk=thing.unit.pk), world))
        except NothingToReport:
            return ""


def _asked(world: Any, reader: Reader, who: Who, thing: Thing) -> str:
    found = world.things.marked_in(told(world, reader, who, thing))
    shown = [one for one in found if not _may_stand(world, reader, who, one)]
    return f"shows {', '.join(map(str, shown))}" if shown else ""


def _may_stand(world: Any, reader: Reader, who: Who, thing: Thing) -> bool:
    if thing.kind != "unit":
        return may_read(world, who, thing)
    return who.may(reader.unit, thing.unit) or reader.names_above and who.knows(reader.unit, thing.unit)
