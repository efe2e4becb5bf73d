"""What people enter at the end of a programme year: the region of itself, coordinators of their places and schools."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from accounts.models import User
from demo.generation.answers import municipal_answer, region_answers, school_answers
from demo.generation.deeds import YEARS
from demo.generation.staff import ANALYST
from demo.services.building import Builder, moment
from demo.services.people import coordinators
from demo.services.programmes import SITE, schools_listed
from indicators.models import DataElement, Observation, Period
from indicators.selectors.asked import questions_of
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observations
from schools.enums import Kind
from schools.models import SchoolYear, Unit

VIA = "учебные данные"


def enter_answers(builder: Builder) -> None:
    """Enter every answer of three years; who has entered a year already is left."""
    for year in YEARS:
        period = Period.objects.get(code=str(year))
        entered = set(
            Observation.objects.filter(period=period, unit__kind__in=[Kind.REGION, Kind.MUNICIPALITY])
            .order_by()
            .values_list("unit__code", flat=True)
            .distinct()
        )
        blocks = [block for block in _blocks(builder, period) if block[0].code not in entered]
        for unit, author, entries in builder.each(blocks, f"Записи о {year} годе"):
            outcome = enter_observations(entries=entries, actor=author, now=moment(_day(unit, year), 11), via=VIA)
            if outcome.refused:
                raise outcome.refused[0][1]


def _day(unit: Unit, year: int) -> date:
    """Return when a place reports: some in November, some at the end of December."""
    return date(year, 12, 18) if unit.kind == Kind.REGION else date(year, 12, 1 + int(unit.code) % 26)


def _blocks(builder: Builder, period: Period) -> Iterator[tuple[Unit, User, list[Entry]]]:
    """Yield what each person enters at one go."""
    year = int(period.code)
    asked = defaultdict(list)
    region, questions = builder.region, questions_of(year)
    for element in DataElement.objects.filter(asked_under=None).order_by("pk"):
        if questions.is_put(element, region):
            asked[element.level].append(element)
    answers: Answers = [
        (element, region, category, value)
        for element in asked[Kind.REGION]
        for category, value in region_answers(element.code, element.cells, year)
    ]
    yield region, builder.person(ANALYST), _entries(answers, period)
    listed, sizes, people = _listed(year), _sizes(year - 1), coordinators()
    places = builder.units(Kind.MUNICIPALITY)
    for code, place in ((one.code, places[one.code]) for one in builder.places):
        found: Answers = [
            (element, place, "", municipal_answer(element.code, code, year)) for element in asked[Kind.MUNICIPALITY]
        ]
        found += [
            (element, school, category, value)
            for school in listed.get(code, ())
            for element in asked[Kind.SCHOOL]
            for category, value in school_answers(
                element.code, element.cells, school.code, year, *sizes.get(school.pk, (1, 1))
            )
        ]
        if entries := _entries(found, period):
            yield place, people[code], entries


def _listed(year: int) -> dict[str, list[Unit]]:
    found = defaultdict(list)
    for school in schools_listed(year):
        found[school.parent.code].append(school)
    return found


def _sizes(academic_year: int) -> dict[int, tuple[int, int]]:
    """Return the teachers and the pupils of each school."""
    years = SchoolYear.objects.filter(academic_year=academic_year, teachers__isnull=False, pupils__isnull=False)
    return {unit: (teachers, pupils) for unit, teachers, pupils in years.values_list("unit_id", "teachers", "pupils")}


Answers = list[tuple[DataElement, Unit, str, int | Decimal | None]]  # of which category, empty of what is whole


def _entries(answers: Answers, period: Period) -> list[Entry]:
    return [
        Entry(
            element,
            unit,
            period,
            Decimal(value),
            _evidence(element, unit, period) if value else None,
            category=category,
        )
        for element, unit, category, value in answers
        if value is not None
    ]


def _evidence(element: DataElement, unit: Unit, period: Period) -> Evidence | None:
    """Give the link that an element asks for; what an order fixes has its number and day as well."""
    if not element.needs_evidence:
        return None
    url = f"{SITE.format(code=unit.code)}/{period.code}/{element.pk}.pdf"
    if "приказ" in element.name.lower():
        return Evidence(url, f"{100 + element.pk}-{unit.code[-3:]}", date(int(period.code), 10, 1 + element.pk % 28))
    return Evidence(url)
