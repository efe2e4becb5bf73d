"""What is to be entered for a territory and a year: its own questions, and a grid of its schools."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from indicators.enums import COUNTED, EntryStatus
from indicators.facts import Basis, FactsOf, find_fact
from indicators.models import DataElement, Observation, Period
from indicators.selectors.asked import Asked, questions_of
from indicators.selectors.cells import Cell, Place, Whole
from schools.enums import Kind
from schools.models import Unit
from schools.querysets import ANY_DIRECTION
from schools.selectors.geography import Geography, as_named

COHORT = "выявлена"  # the fact, plugged in by an app above, that says which schools a programme helps


@dataclass(slots=True)
class Grid:
    """Questions across, schools down."""

    elements: list[DataElement]
    rows: list[tuple[Unit, list[Cell]]]
    is_narrowed: bool  # to the schools of the approved list
    all_schools: int
    period: Period

    @property
    def asked(self) -> list[Asked]:
        """What is said of each question."""
        return [Asked(element, element.due_on(self.period)) for element in self.elements]

    @property
    def is_broken_down(self) -> bool:
        """Whether some question is asked by categories."""
        return any(element.categories for element in self.elements)


@dataclass(slots=True)
class Progress:
    """How much of what is asked of a territory has been entered."""

    unit: Unit
    entered: int
    asked: int
    returned: int
    drafts: int
    of_schools: int


def elements_asked(unit: Unit, year: Period) -> list[DataElement]:
    """
    Return what a form asks of a unit in the periods of a year, for a municipality with what it asks of its schools.

    What is no longer asked for and was answered nevertheless stays (`is_left_over`): nothing typed disappears.
    """
    levels = [unit.kind, Kind.SCHOOL] if unit.kind == Kind.MUNICIPALITY else [unit.kind]
    elements = list(
        DataElement.objects.asked_of(unit).filter(level__in=levels).select_related("system", "not_above").order_by("pk")
    )
    questions = questions_of(year.year)
    put = {element.pk for element in elements if questions.is_put(element, unit)}
    answered = Observation.objects.filter(
        element__in=[element.pk for element in elements if element.pk not in put],
        unit__path__startswith=unit.path,
        period__starts_on__gte=year.starts_on,
        period__ends_on__lte=year.ends_on,
        replaced_at=None,
    )
    left = set(answered.order_by().values_list("element", flat=True).distinct()) if len(put) < len(elements) else set()
    for element in elements:
        element.is_left_over = element.pk in left
    return [element for element in elements if element.pk in put | left]


def entry_form(
    *, user: User, unit: Unit, basis: Basis, asked: Iterable[DataElement], everyone: bool = False
) -> tuple[list[Cell], Grid | None]:
    """
    Return the questions to a unit itself, and for a municipality the grid of its schools; of those `asked` in general
    the ones that are asked for the period.

    The grid holds the questions without proof, to the schools of the year's approved list unless all are asked; a
    question that needs a document is answered in the sheet of the school itself.
    """
    elements = [element for element in asked if element.is_asked_in(basis.period)]
    has_grid = unit.kind == Kind.MUNICIPALITY and any(element.level == Kind.SCHOOL for element in elements)
    own = [element for element in elements if element.level == unit.kind]
    of_schools = [element for element in elements if element.level == Kind.SCHOOL and not element.needs_evidence]
    schools = list(_schools_of(unit, basis, user)) if has_grid else []
    listed = cohort(basis) if has_grid and not everyone else None
    shown = schools if listed is None else [school for school in schools if school.pk in listed]
    standing = _standing(elements, [unit, *shown], basis.period)
    period = basis.period
    sheet = [cell for element in own for cell in _cells(element, unit, period, standing, with_proof=True)]
    if not has_grid:
        return sheet, None
    rows = [
        (school, [cell for one in of_schools for cell in _cells(one, school, period, standing, with_proof=False)])
        for school in shown
    ]
    return sheet, Grid(of_schools, rows, listed is not None, len(schools), period)


def _schools_of(unit: Unit, basis: Basis, user: User) -> QuerySet[Unit]:
    """
    The schools of a year for which a person enters values at a municipality: those that stand or stood there.

    Whoever keeps a school today answers for its past as well, wherever it stood.
    """
    stood = Unit.objects.standing_under(unit, basis.on).values("pk")
    schools = Unit.objects.visible_to(user, Permission.OBSERVATION_ENTER, direction=ANY_DIRECTION)
    schools = schools.of_kind(Kind.SCHOOL).filter(Q(path__startswith=unit.path) | Q(pk__in=stood))
    return schools.open_on(basis.on).in_order()


def cohort(basis: Basis) -> set[int] | None:
    """The schools of the list that the year's programme helps, None where no list is known yet."""
    if find_fact(COHORT) is None:
        return None
    fragment = FactsOf(basis).fragment(COHORT, ())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT unit_id, value FROM ({fragment.sql}) AS listed WHERE value IS NOT NULL",  # noqa: S608 - the fact's own SQL
            fragment.params,
        )
        rows = cursor.fetchall()
    return {unit_id for unit_id, value in rows if value} if rows else None


def entry_progress(*, user: User, unit: Unit, period: Period) -> list[Progress]:
    """How far the municipalities are that stood under a territory in the year: values go into its borders."""
    year = Geography(min(period.ends_on, timezone.localdate()))
    places = Unit.objects.visible_to(user, Permission.OBSERVATION_ENTER, direction=ANY_DIRECTION)
    places = places.of_kind(Kind.MUNICIPALITY).standing_under(unit, year.day).open_on(year.day).as_of(year.day)
    elements = list(DataElement.objects.asked_in(period).filter(level=Kind.MUNICIPALITY).order_by())
    questions = questions_of(period.year)
    found = _counted_by_place(places, elements, period)
    below = _entered_below(period, year.day)
    progress = []
    for place in places.in_order():
        put = [one for one in elements if one.is_asked_under(place) and questions.is_put(one, place)]
        counts = [found.get((place.pk, one.pk), Counter()) for one in put]
        number = sum(counts, Counter())
        progress.append(
            Progress(
                as_named(place, year),
                sum(number[status] for status in COUNTED),
                sum(len(one.cells) for one in put),
                number[EntryStatus.RETURNED],
                number[EntryStatus.DRAFT],
                below.get(place.pk, 0),
            )
        )
    return progress


def _counted_by_place(
    places: QuerySet[Unit], elements: Collection[DataElement], period: Period
) -> dict[tuple[int, int], Counter]:
    """Return by place and element how many values of each status stand there."""
    rows = Observation.objects.filter(element__in=elements, unit__in=places.values("pk"), period=period)
    rows = rows.filter(replaced_at=None).order_by().values_list("unit", "element", "status")
    found: dict[tuple[int, int], Counter] = defaultdict(Counter)
    for unit, element, status, number in rows.annotate(Count("pk")):
        found[unit, element][status] += number
    return found


def cells_of(asked: Iterable[tuple[DataElement, Unit, str]], period: Period) -> dict[Place, Cell]:
    """Several cells as they stand now, by element, unit and category; with the others of a number by categories."""
    asked = list(asked)
    elements = list({element.pk: element for element, _, _ in asked}.values())
    units = list({unit.pk: unit for _, unit, _ in asked}.values())
    standing = _standing(elements, units, period)
    found: dict[Place, Cell] = {}
    for element, unit, category in asked:
        for cell in _cells(element, unit, period, standing, with_proof=True):
            found.setdefault(cell.place, cell)
        if (element.pk, unit.pk, category) not in found:  # there is no such category: what was typed is shown with that
            found[element.pk, unit.pk, category] = Cell(element, unit, category=category)
    return found


def observation_history(*, user: User, pk: int) -> list[Observation]:
    """Everything of the cell of an entry that somebody is told of, the newest first; of no entry of others, nothing."""
    told = Observation.objects.told_to(user)
    one = told.filter(pk=pk).first()
    if one is None:
        return []
    same = told.filter(**_cell_of(one)).with_remarks_for(user)
    rows = list(
        same.select_related(
            "element",
            "unit",
            "period",
            "document",
            "entered_by",
            "submitted_by",
            "signatory",
            "reviewed_by",
            "reviewed_signatory",
            "system",
        ).order_by("-entered_at", "-pk")
    )
    for row in rows:
        row.remark = row.remark_told
    return rows


def is_being_prepared(rows: list[Observation]) -> bool:
    """Whether something stands in the cell of these entries that none of them is: it has not been sent."""
    standing = Observation.objects.in_force().filter(**_cell_of(rows[0]))
    return all(row.replaced_at is not None for row in rows) and standing.exists()


def _cell_of(row: Observation) -> dict[str, Any]:
    return {"element": row.element_id, "unit": row.unit_id, "period": row.period_id, "category": row.category}


def _entered_below(period: Period, day: date) -> dict[int, int]:
    """How many values of schools were entered in each municipality that there was on the day."""
    rows = Observation.objects.counted().filter(period=period, unit__kind=Kind.SCHOOL)
    rows = rows.filter(
        Q(unit__ancestry__valid_to=None) | Q(unit__ancestry__valid_to__gte=day),
        unit__ancestry__valid_from__lte=day,
        unit__ancestry__ancestor__kind=Kind.MUNICIPALITY,
    )
    return dict(rows.order_by().values_list("unit__ancestry__ancestor").annotate(entered=Count("pk")))


Standing = dict[tuple[int, int, str, bool], Observation]  # element, unit, category, whether of the period itself


def _standing(elements: Collection[DataElement], units: Collection[Unit], period: Period) -> Standing:
    rows = Observation.objects.filter(
        Q(period=period) | Q(period__in=_before(period)), element__in=elements, unit__in=units, replaced_at=None
    ).select_related("document", "entered_by", "system")
    return {(row.element_id, row.unit_id, row.category, row.period_id == period.pk): row for row in rows}


def _cells(element: DataElement, unit: Unit, period: Period, standing: Standing, *, with_proof: bool) -> list[Cell]:
    """The cell of a question to a unit, or that of each of its categories."""
    whole = Whole(element, unit) if element.categories else None
    cells = [
        Cell(
            element,
            unit,
            standing.get((element.pk, unit.pk, category, True)),
            standing.get((element.pk, unit.pk, category, False)),
            with_proof=with_proof,
            due_on=element.due_on(period),
            category=category,
            whole=whole,
        )
        for category in element.cells
    ]
    if whole is not None:
        whole.cells = cells
    return cells


def _before(period: Period) -> QuerySet[Period]:
    """The period of the year before."""
    day: date = period.starts_on
    return Period.objects.filter(kind=period.kind, starts_on=day.replace(year=day.year - 1))
