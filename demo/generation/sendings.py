"""What the assessment centre sends in four years, file by file, in the order of time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from demo.generation import calendar, exams, papers
from demo.generation.calendar import Sitting
from demo.generation.schools import FIRST_YEAR, LAST_YEAR, DrawnSchool

# Municipalities whose individual results of grade 5 are sent beside the region's statistics.
IN_DETAIL = ("109", "131", "147")


@dataclass(frozen=True, slots=True)
class Sending:
    """One file: when it comes, how it is called, and what makes its bytes."""

    sent_on: date
    academic_year: int
    name: str
    make: Callable[[], bytes]


def sendings(schools: Sequence[DrawnSchool]) -> list[Sending]:
    """Return every file of results about these schools."""
    found = [one for year in range(FIRST_YEAR, LAST_YEAR + 1) for one in _of_year(schools, year)]
    return sorted(found, key=lambda one: (one.sent_on, one.name))


def _of_year(schools: Sequence[DrawnSchool], year: int) -> Iterator[Sending]:
    yield from _papers(schools, year)
    for sitting in calendar.kdr_sittings(year):
        yield _file(
            sitting, 25, papers.file_name(sitting, "urovni"), lambda one=sitting: papers.level_table(schools, one)
        )
    yield from _state_exams(schools, year)


def _papers(schools: Sequence[DrawnSchool], year: int) -> Iterator[Sending]:
    sittings = calendar.vpr_sittings(year)
    flat = [sitting for sitting in sittings if sitting.grade == 8 and year == 2020]
    for sitting in sittings:
        if sitting not in flat:
            name = papers.file_name(sitting, "otmetki")
            yield _file(sitting, 35, name, lambda one=sitting: papers.mark_statistics(schools, one))
        if sitting.grade == 5 and sitting.cohort != "autumn" and any(one.place.code in IN_DETAIL for one in schools):
            name = papers.file_name(sitting, "individualnye")
            yield _file(sitting, 38, name, lambda one=sitting: papers.individual_results(schools, one, IN_DETAIL))
    if flat:
        name = f"vpr-{flat[0].held_on.year}-8-klass-svod.xlsx"
        yield _file(flat[0], 40, name, lambda: papers.flat_workbook(schools, flat))


def _state_exams(schools: Sequence[DrawnSchool], year: int) -> Iterator[Sending]:
    oge, ege = calendar.oge_sittings(year), calendar.ege_sittings(year)
    if year == FIRST_YEAR:
        for sitting in oge:
            name = papers.file_name(sitting, "po-shkolam")
            yield _file(sitting, 20, name, lambda one=sitting: exams.counts_by_school(schools, one))
    elif oge:
        last = max(oge, key=lambda one: one.held_on)
        yield _file(last, 16, f"oge-{year + 1}.csv", lambda: exams.register_text(schools, oge))
    last = max(ege, key=lambda one: one.held_on)
    yield _file(last, 17, f"ege-{year + 1}.csv", lambda: exams.register_text(schools, ege))


def _file(sitting: Sitting, days: int, name: str, make: Callable[[], bytes]) -> Sending:
    return Sending(sitting.held_on + timedelta(days=days), sitting.academic_year, name, make)
