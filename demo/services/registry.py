"""Territory, schools and social passports: from files like those that the region hands in."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from common.years import format_academic_year
from demo.generation.passports import HEADINGS, passport_rows
from demo.generation.schools import FIRST_YEAR, LAST_YEAR
from demo.generation.staff import CENTRE
from demo.generation.workbooks import semicolons, xlsx
from demo.services.building import Builder, moment
from jobs.services.uploads import erase_upload, store_upload
from schools.enums import Kind
from schools.models import Membership, Project, SchoolYear, Unit
from schools.services.files import Plan, SchoolFile, read_file
from schools.services.passports import import_passports
from schools.services.projects import Stay, begin_membership, load_projects
from schools.services.register_import import import_register
from schools.services.territory import load_territory

REGISTER = (
    "№",
    "Код ОО (РЦОИ)",
    "Логин ФИС ОКО",
    "ИНН",
    "Полное наименование",
    "Краткое наименование",
    "Код МСУ",
    "Муниципалитет",
    "Уровень",
    "Город/село",
    "Тип",
)
REGISTER_OF = date(2018, 9, 5)  # when the centre handed the register in
SITES = {2020: 4, 2021: 11, 2022: 15}  # internship sites in each summer, those of earlier summers among them


def load_places(builder: Builder) -> None:
    """Load region, districts and municipalities, and the projects that schools may belong to."""
    load_territory(actor=builder.actor, now=moment(date(2018, 9, 3), 8))
    load_projects(actor=builder.actor, now=moment(date(2018, 9, 3), 9))


def load_schools(builder: Builder) -> None:
    """Load the register of schools from a file."""
    rows = [
        [
            number,
            school.code,
            school.login,
            school.inn,
            school.full_name,
            school.short_name,
            school.place.code,
            school.place.name,
            school.level,
            school.locality,
            school.type,
        ]
        for number, school in enumerate(builder.schools, start=1)
    ]
    if Unit.objects.of_kind(Kind.SCHOOL).count() == len(rows):
        return
    path = builder.file("reestr-shkol.csv", semicolons([REGISTER, *rows], "utf-8-sig"))
    _take(builder, path, import_register, kind="register", now=moment(REGISTER_OF))


def open_sites(builder: Builder) -> None:
    """Make the strongest schools internship sites of the regional programme, some more each summer."""
    project = Project.objects.get(code="internship-site")
    if Membership.objects.filter(project=project).exists():
        return
    units = builder.units(Kind.SCHOOL)
    leaders = sorted((one for one in builder.schools if one.sits_papers), key=lambda one: (-one.quality, one.code))
    for number, school in enumerate(leaders[: len(leaders) // 5]):
        year = next((year for year, sites in SITES.items() if number < sites), None)
        if year is None:
            return
        order = f"приказ КК ИПК от 26.06.{year} № {30 + year % 100 + number}-п"
        stay = Stay(units[school.code], project, date(year, 7, 1), order=order)
        begin_membership(stay=stay, actor=builder.actor, now=moment(date(year, 6, 26)))


def load_passports(builder: Builder) -> None:
    """Load the social passports of every academic year from its file."""
    for year in builder.each(range(FIRST_YEAR, LAST_YEAR + 1), "Социальные паспорта"):
        if SchoolYear.objects.filter(academic_year=year).exists():
            continue
        title = f"Социальный паспорт школ, {format_academic_year(year)} учебный год (человек)"
        data = xlsx("Соцпаспорт", [[title], [], HEADINGS, *passport_rows(builder.schools, year)])
        path = builder.file(f"socialny-pasport-{year}-{year + 1}.xlsx", data)
        _take(builder, path, import_passports, kind="passports", now=moment(date(year, 10, 12)))


Import = Callable[..., Plan]


def _take(builder: Builder, path: Path, take: Import, *, kind: str, now: datetime) -> None:
    """Hand a file in and take it whole, as the centre's operator does."""
    operator = builder.person(CENTRE)
    upload = store_upload(name=path.name, pieces=[path.read_bytes()], actor=operator, now=now)
    found: SchoolFile = read_file(upload=upload, kind=kind)
    take(file=found, upload=upload, actor=operator, now=now, apply=True)
    erase_upload(upload)
