"""What is to be entered for a territory and a year: its own questions, and a grid of its schools."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.numbers import format_number
from indicators.enums import COUNTED, ElementType, EntryStatus
from indicators.facts import Basis, FactsOf, find_fact
from indicators.models import DataElement, Observation, Period
from indicators.selectors.asked import Asked
from schools.enums import Kind
from schools.models import Unit
from schools.querysets import ANY_DIRECTION
from schools.selectors.geography import Geography, as_named

COHORT = "выявлена"  # the fact, plugged in by an app above, that says which schools a programme helps


def written(element: DataElement, value: Decimal | None) -> str:
    """A value as it is typed into a form: «да», «2», «12,5»; empty where there is none."""
    if value is None:
        return ""
    if element.type == ElementType.YES_NO:
        return "да" if value else "нет"
    if element.type == ElementType.THREE_STATE:
        return str(int(value))
    return format_number(value)


def said(element: DataElement, value: Decimal | None) -> str:
    """A value as it is read: a step of a scale by its words."""
    if value is not None and element.type == ElementType.THREE_STATE:
        return element.states.get(str(int(value)), str(int(value)))
    return written(element, value)


def signature(text: str, url: str = "", number: str = "", dated_on: str = "", comment: str = "") -> str:
    """Everything of a cell in one string, by which a form knows whether somebody has touched it."""
    return "|".join(part.strip() for part in (text, url, number, dated_on, comment))


@dataclass(slots=True)
class Cell:
    """One question to one unit: what stands there, what stood there a year ago, what has just been typed."""

    element: DataElement
    unit: Unit
    current: Observation | None = None
    earlier: Observation | None = None
    typed: str | None = None  # not saved, shown again with what is wrong with it
    problem: str = ""
    is_saved: bool = False
    with_proof: bool = True  # the form asks for the document, the grid does not
    due_on: date | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed and nothing stands there."""
        return self.current is None and self.asked.is_past

    @property
    def is_of_system(self) -> bool:
        """Whether a system has sent it, or somebody has written over what it sent: it is not asked of people again."""
        return self.current is not None and (self.current.system_id is not None or self.current.is_over_system)

    @property
    def is_accepted(self) -> bool:
        """Whether it was accepted: it is mended only after it has been returned."""
        return self.current is not None and self.current.is_accepted and not self.is_of_system

    @property
    def standing_said(self) -> str:
        """What is saved, as it is read."""
        return said(self.element, self.current.value) if self.current else ""

    @property
    def asked(self) -> Asked:
        """What is said of the question."""
        return Asked(self.element, self.due_on)

    @property
    def key(self) -> str:
        """How the fields of the cell are named in a form."""
        return f"{self.element.pk}-{self.unit.pk}"

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.typed if self.typed is not None else self.standing

    @property
    def standing(self) -> str:
        """What is saved, as it is typed."""
        return written(self.element, self.current.value if self.current else None)

    @property
    def earlier_said(self) -> str:
        """What stood there a year ago."""
        return said(self.element, self.earlier.value) if self.earlier else ""

    @property
    def was(self) -> str:
        """The cell as it is saved, in one string."""
        if not self.with_proof:
            return signature(self.standing)
        document = self.current.document if self.current else None
        day = document.dated_on.isoformat() if document and document.dated_on else ""
        return signature(
            self.standing,
            document.url if document else "",
            document.number if document else "",
            day,
            self.current.comment if self.current else "",
        )

    @property
    def steps(self) -> list[tuple[str, str]]:
        """What may be chosen, the best first: code and words."""
        if self.element.type == ElementType.YES_NO:
            return [("да", "да"), ("нет", "нет")]
        return sorted(self.element.states.items(), reverse=True)


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


@dataclass(slots=True)
class Progress:
    """How much of what is asked of a territory has been entered."""

    unit: Unit
    entered: int
    asked: int
    returned: int
    drafts: int
    of_schools: int


def elements_asked(unit: Unit) -> list[DataElement]:
    """Return what a form asks of a unit in any period, for a municipality with what it asks of its schools."""
    levels = [unit.kind, Kind.SCHOOL] if unit.kind == Kind.MUNICIPALITY else [unit.kind]
    asked = DataElement.objects.asked_of(unit).filter(level__in=levels)
    return list(asked.select_related("system", "not_above").order_by("pk"))


def entry_form(
    *, user: User, unit: Unit, basis: Basis, asked: Iterable[DataElement], everyone: bool = False
) -> tuple[list[Cell], Grid | None]:
    """
    Return the questions to a unit itself, and for a municipality the grid of its schools; of those `asked` in general
    the ones that are asked for the period.

    The grid holds the questions without proof, to the schools of the year's approved list unless all are asked; a
    question that needs a document is answered in the sheet of the school itself.
    """
    has_grid = unit.kind == Kind.MUNICIPALITY
    elements = [element for element in asked if element.is_asked_in(basis.period)]
    own = [element for element in elements if element.level == unit.kind]
    of_schools = [element for element in elements if element.level == Kind.SCHOOL and not element.needs_evidence]
    schools = list(_schools_of(unit, basis, user)) if has_grid else []
    listed = cohort(basis) if has_grid and not everyone else None
    shown = schools if listed is None else [school for school in schools if school.pk in listed]
    standing = _standing(elements, [unit, *shown], basis.period)
    period = basis.period
    sheet = [_cell(element, unit, period, standing, with_proof=True) for element in own]
    if not has_grid:
        return sheet, None
    rows = [
        (school, [_cell(one, school, period, standing, with_proof=False) for one in of_schools]) for school in shown
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
    rows = DataElement.objects.asked_in(period).filter(level=Kind.MUNICIPALITY).values_list("asked_under")
    asked = dict(rows.annotate(Count("pk")).order_by())
    common = asked.get(None, 0)
    standing = Q(observations__period=period, observations__replaced_at=None)
    numbers = {
        "entered": Q(observations__status__in=COUNTED),
        "returned": Q(observations__status=EntryStatus.RETURNED),
        "drafts": Q(observations__status=EntryStatus.DRAFT),
    }
    counts = {name: Count("observations", filter=standing & status) for name, status in numbers.items()}
    counted = places.annotate(**counts).in_order()
    below = _entered_below(period, year.day)
    return [
        Progress(
            as_named(place, year),
            place.entered,
            common + asked.get(place.pk, 0),
            place.returned,
            place.drafts,
            below.get(place.pk, 0),
        )
        for place in counted
    ]


def cells_of(pairs: Iterable[tuple[DataElement, Unit]], period: Period) -> dict[tuple[int, int], Cell]:
    """Several cells as they stand now, by the keys of element and unit."""
    pairs = list(pairs)
    elements = list({element.pk: element for element, _ in pairs}.values())
    units = list({unit.pk: unit for _, unit in pairs}.values())
    standing = _standing(elements, units, period)
    return {(element.pk, unit.pk): _cell(element, unit, period, standing, with_proof=True) for element, unit in pairs}


def observation_history(*, user: User, pk: int) -> list[Observation]:
    """Everything that was ever entered into the cell of an entry that somebody may see, the newest first."""
    seen = Observation.objects.visible_to(user, Permission.INDICATOR_VIEW)
    one = seen.filter(pk=pk).first()
    if one is None:
        return []
    same = Observation.objects.filter(element=one.element_id, unit=one.unit_id, period=one.period_id)
    return list(
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


def _entered_below(period: Period, day: date) -> dict[int, int]:
    """How many values of schools were entered in each municipality that there was on the day."""
    rows = Observation.objects.counted().filter(period=period, unit__kind=Kind.SCHOOL)
    rows = rows.filter(
        Q(unit__ancestry__valid_to=None) | Q(unit__ancestry__valid_to__gte=day),
        unit__ancestry__valid_from__lte=day,
        unit__ancestry__ancestor__kind=Kind.MUNICIPALITY,
    )
    return dict(rows.order_by().values_list("unit__ancestry__ancestor").annotate(entered=Count("pk")))


Standing = dict[tuple[int, int, bool], Observation]  # element, unit, whether of the period itself


def _standing(elements: Collection[DataElement], units: Collection[Unit], period: Period) -> Standing:
    rows = Observation.objects.filter(
        Q(period=period) | Q(period__in=_before(period)), element__in=elements, unit__in=units, replaced_at=None
    ).select_related("document", "entered_by", "system")
    return {(row.element_id, row.unit_id, row.period_id == period.pk): row for row in rows}


def _cell(element: DataElement, unit: Unit, period: Period, standing: Standing, *, with_proof: bool) -> Cell:
    current = standing.get((element.pk, unit.pk, True))
    earlier = standing.get((element.pk, unit.pk, False))
    return Cell(element, unit, current, earlier, with_proof=with_proof, due_on=element.due_on(period))


def _before(period: Period) -> QuerySet[Period]:
    """The period of the year before."""
    day: date = period.starts_on
    return Period.objects.filter(kind=period.kind, starts_on=day.replace(year=day.year - 1))
