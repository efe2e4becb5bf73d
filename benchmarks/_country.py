"""
A country drawn at any size: regions of five hundred schools, five years of results, passports, lists and answers.

Everything is drawn by the database itself from the keys of the rows, so that the same size is always the same country
and forty-two thousand schools take minutes, not hours. The two hundred indicators are ten patterns, each over twenty
procedures, columns or questions: those of the catalogues, in about their proportions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from accounts.models import User
from accounts.services.people import system_user
from indicators.enums import Better, ElementType, IndicatorKind
from indicators.models import DataElement, Indicator, IndicatorEdition, Observation, Period
from indicators.services.computing import dependencies, proven
from indicators.services.definitions import year_period
from jobs.models import Upload
from monitoring.catalogue.method_files import method_files
from monitoring.enums import ListState, LoadState, MeasureKind, Source
from monitoring.models import (
    Assessment,
    IdentificationRun,
    ListEntry,
    Load,
    MethodologyEdition,
    Procedure,
    SchoolList,
    SchoolResult,
    Subject,
)
from monitoring.services.identification_methods import load_methods
from schools.enums import Kind
from schools.models import Ancestry, Placement, School, SchoolYear, Unit

SCHOOLS_A_REGION, DISTRICTS, PLACES = 500, 6, 30
YEARS = (2018, 2019, 2020, 2021, 2022)
SUBJECTS = ("Русский язык", "Математика")
GRADES = (4, 5, 6, 7, 8)
QUESTIONS = 10
SINCE = date(2010, 1, 1)
PASSPORT = ("малообеспеченные", "неполные_семьи", "родители_безработные", "на_учёте", "овз", "русский_неродной")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a benchmark needs of the country."""

    schools: int
    regions: int
    actor: User
    now: datetime


def build(schools: int, now: datetime, *, indicators: int = 200) -> Drawn:
    """Draw a country of so many schools, in whole regions, and define the indicators."""
    regions = max(1, round(schools / SCHOOLS_A_REGION))
    actor = system_user()
    with connection.cursor() as cursor:
        for model in (Unit, Placement, School, SchoolYear, SchoolResult, Observation, ListEntry, IndicatorEdition):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
    _units(regions)
    _passports(actor)
    _results(actor, now)
    _lists(actor, now)
    _answers(actor, now)
    _define(indicators)
    return Drawn(regions * SCHOOLS_A_REGION, regions, actor, now)


def _run(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _units(regions: int) -> None:
    """Regions, six districts each, thirty municipalities, five hundred schools; keys begin at 1 000 001."""
    unit, placement, ancestry = (model._meta.db_table for model in (Unit, Placement, Ancestry))
    columns = "(id, kind, code, name, short_name, parent_id, path, sort_key, search_key)"

    def layer(kind: Kind, letter: str, count: int, parent: str, above: str) -> None:
        _run(
            f"INSERT INTO {unit} {columns} SELECT nextval('{unit}_id_seq'), %s,"
            f" '{letter}' || n, '{kind.label} № ' || n, '{letter}' || n, p.id, '', lpad(n::text, 8, '0'),"
            f" '{letter}' || n"
            f" FROM generate_series(0, %s - 1) AS n {parent} {above}",
            kind,
            count,
        )

    layer(Kind.REGION, "r", regions, "CROSS JOIN (SELECT NULL::bigint AS id) AS p", "")
    for kind, letter, each, above, share in (
        (Kind.DISTRICT, "d", DISTRICTS, "r", f"n / {DISTRICTS}"),
        (Kind.MUNICIPALITY, "m", PLACES, "d", f"n / {PLACES // DISTRICTS}"),
        (Kind.SCHOOL, "s", SCHOOLS_A_REGION, "m", f"(n / {SCHOOLS_A_REGION}) * {PLACES} + n %% {PLACES}"),
    ):
        layer(kind, letter, regions * each, f"JOIN {unit} AS p", f"ON p.code = '{above}' || ({share})")
    for kind in (Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY, Kind.SCHOOL):
        _run(
            f"UPDATE {unit} AS u SET path = coalesce((SELECT p.path FROM {unit} AS p WHERE p.id = u.parent_id), '/')"
            " || u.id || '/' WHERE u.kind = %s",
            kind,
        )
    _run(
        f"INSERT INTO {placement} (unit_id, parent_id, path, valid_from) SELECT id, parent_id, path, %s FROM {unit}",
        SINCE,
    )
    _run(
        f"INSERT INTO {ancestry} (unit_id, ancestor_id, valid_from)"
        f" SELECT id, unnest(string_to_array(trim(path, '/'), '/'))::bigint, %s FROM {unit}",
        SINCE,
    )
    _run(
        f"INSERT INTO {School._meta.db_table} (unit_id, inn, level, locality, type, site)"
        " SELECT id, '', 'secondary', CASE WHEN id %% 3 = 0 THEN 'urban' ELSE 'rural' END, 'ordinary', ''"
        f" FROM {unit} WHERE kind = %s",
        Kind.SCHOOL,
    )
    _run(f"ANALYZE {unit}")


def _drawn(below: str, salt: str) -> str:
    """SQL of a number from nought to one less than `below`, the same each time for a school and what is asked of it."""
    return f"(abs(hashint8extended(u.id, {salt})) %% ({below}))"


def _passports(actor: User) -> None:
    part = ", ".join(_drawn("pupils", str(n)) for n in range(7))
    _run(
        f"INSERT INTO {SchoolYear._meta.db_table} (unit_id, academic_year, pupils, parents_higher_education,"
        " single_parent, low_income, parents_unemployed, on_record, russian_not_native, special_needs, teachers,"
        " narrow_specialists, distance_km, source, entered_by_id, entered_at)"
        f" SELECT u.id, year, pupils, {part}, pupils / 12 + 1, pupils / 200, u.id %% 400, '', %s, now()"
        f" FROM {Unit._meta.db_table} AS u CROSS JOIN generate_series(%s, %s) AS year"
        f" CROSS JOIN LATERAL (SELECT 40 + {_drawn('900', '99')} AS pupils) AS drawn WHERE u.kind = %s",
        actor.pk,
        YEARS[0] - 2,
        YEARS[-1],
        Kind.SCHOOL,
    )


def _results(actor: User, now: datetime) -> None:
    upload = Upload.objects.create(name="итоги.csv", size=1, sha256="0" * 64, uploaded_by=actor, uploaded_at=now)
    load = Load.objects.create(
        upload=upload,
        unit=Unit.objects.filter(kind=Kind.REGION).order_by("pk").first(),
        layout="drawn",
        state=LoadState.IN_FORCE,
        loaded_by=actor,
        created_at=now,
        accepted_at=now,
    )
    procedure, _ = Procedure.objects.get_or_create(code="vpr", defaults={"name": "ВПР", "measure": MeasureKind.MARKS})
    for title in SUBJECTS:
        subject, _ = Subject.objects.get_or_create(name=title, defaults={"code": title.lower()[:40]})
        Assessment.objects.bulk_create(
            Assessment(procedure=procedure, subject=subject, grade=grade, academic_year=year)
            for grade in GRADES
            for year in range(YEARS[0] - 2, YEARS[-1])
        )
    _run(
        f"INSERT INTO {SchoolResult._meta.db_table} (assessment_id, unit_id, load_id, source, is_current, n, failed,"
        " marks, raised, confirmed, lowered)"
        " SELECT a.id, u.id, %s, %s, TRUE, n, failed, ARRAY[failed, n - failed - 2 * good, good, good],"
        " raised, n - raised - failed, failed"
        f" FROM {Unit._meta.db_table} AS u CROSS JOIN {Assessment._meta.db_table} AS a"
        f" CROSS JOIN LATERAL (SELECT 3 + {_drawn('88', 'a.id')} AS n) AS wrote"
        f" CROSS JOIN LATERAL (SELECT {_drawn('n / 2 + 1', 'a.id + 1000')} AS failed) AS marked"
        f" CROSS JOIN LATERAL (SELECT {_drawn('(n - failed) / 2 + 1', 'a.id + 2000')} AS good) AS rest"
        f" CROSS JOIN LATERAL (SELECT {_drawn('n - failed + 1', 'a.id + 3000')} AS raised) AS compared"
        " WHERE u.kind = %s",
        load.pk,
        Source.ROWS,
        Kind.SCHOOL,
    )


def _lists(actor: User, now: datetime) -> None:
    load_methods(written=method_files(), actor=actor, now=now)
    edition = MethodologyEdition.objects.filter(is_current=True).order_by("pk").first()
    for region in Unit.objects.filter(kind=Kind.REGION).order_by("pk"):
        for year in (YEARS[0] - 1, *YEARS):
            run = IdentificationRun.objects.create(
                unit=region, academic_year=year - 1, edition=edition, run_by=actor, run_at=now, input_hash="0" * 64
            )
            approved = SchoolList.objects.create(
                unit=region,
                cohort_year=year,
                run=run,
                state=ListState.APPROVED,
                approved_by=actor,
                approved_at=now,
            )
            _run(
                f"INSERT INTO {ListEntry._meta.db_table} (school_list_id, unit_id, categories, computed, reason)"
                " SELECT %s, u.id, ARRAY['low_results'], ARRAY['low_results'], ''"
                f" FROM {Unit._meta.db_table} AS u"
                f" WHERE u.kind = %s AND starts_with(u.path, %s) AND {_drawn('100', str(year))} < 12",
                approved.pk,
                Kind.SCHOOL,
                region.path,
            )


def _answers(actor: User, now: datetime) -> None:
    """Ten questions to schools and ten to municipalities; every ninth does not answer."""
    for year in (YEARS[0] - 1, *YEARS):
        year_period(year)
    for letter, kind in (("ш", Kind.SCHOOL), ("м", Kind.MUNICIPALITY)):
        DataElement.objects.bulk_create(
            DataElement(code=f"вопрос_{letter}_{n}", name=f"Вопрос {n}", type=ElementType.YES_NO, level=kind)
            for n in range(QUESTIONS)
        )
        _run(
            f"INSERT INTO {Observation._meta.db_table} (element_id, unit_id, period_id, value, comment, via,"
            " entered_by_id, entered_at, signed_as, is_over_system, status, reviewed_signed_as, remark, category)"
            f" SELECT e.id, u.id, p.id, {_drawn('2', 'e.id * 100 + p.id')}, '', 'form', %s, %s, '', FALSE,"
            " 'submitted', '', '', ''"
            f" FROM {DataElement._meta.db_table} AS e CROSS JOIN {Period._meta.db_table} AS p"
            f" JOIN {Unit._meta.db_table} AS u ON u.kind = e.level AND {_drawn('9', 'e.id * 7 + p.id')} > 0"
            " WHERE e.code LIKE %s",
            actor.pk,
            now,
            f"вопрос\\_{letter}\\_%",
        )


SHARE, COUNT, RATIO = IndicatorKind.SHARE, IndicatorKind.COUNT, IndicatorKind.RATIO


def patterns() -> list[list[tuple[IndicatorKind, str, str]]]:
    """The ten sorts of indicator, each over its procedures, columns or questions: (kind, unit of measure, formula)."""
    written = [f"впр, «{subject.lower()}», {grade}" for subject in SUBJECTS for grade in GRADES]
    ours = [f"есть(«вопрос_ш_{n}»)" for n in range(QUESTIONS)]
    theirs = [f"есть(«вопрос_м_{n}»)" for n in range(QUESTIONS)]
    return [
        [(SHARE, "%", f"доля(школы, где динамика({one}) > 0, среди выявленных)") for one in written],
        [(RATIO, "%", f"среднее(доля_справившихся({one}), участники({one}))") for one in written],
        [(SHARE, "%", f"100 * (сумма(не_справились({one})) / сумма(участники({one})))") for one in written],
        [(SHARE, "%", f"доля(школы, где доля_справившихся({one}) < 80, среди сельских)") for one in written],
        [(RATIO, "на 1000", f"на(1000, сумма({one}), сумма(обучающиеся))") for one in PASSPORT],
        [(SHARE, "%", f"доля(школы, где {one})") for one in ours],
        [(COUNT, "школ", f"количество(школы, где {one}, среди выявленных)") for one in ours],
        [(SHARE, "%", f"минимум_по(муниципалитет, доля(школы, где {one}))") for one in ours],
        [(SHARE, "%", f"доля(муниципалитеты, где {one})") for one in theirs],
        [(SHARE, "%", f"доля(муниципалитеты, где количество(школы, где {one} и выявлена) > 0)") for one in ours],
    ]


def _define(count: int) -> None:
    """Define so many indicators: the patterns in turn, each over what it is over, as often as need be."""
    shapes = patterns()
    for number in range(count):
        shape = shapes[number % len(shapes)]
        define(f"п{number:03d}", *shape[number // len(shapes) % len(shape)])


def define(code: str, kind: IndicatorKind, unit: str, formula: str) -> None:
    """Define an indicator by its formula, for every year."""
    IndicatorEdition.objects.create(
        indicator=Indicator.objects.create(code=code, name=f"Показатель {code}", sort_key=code, search_key=code),
        number=1,
        valid_from=SINCE,
        kind=kind,
        better=Better.MORE,
        unit_of_measure=unit,
        level=Kind.SCHOOL,
        formula=formula,
        depends_on=sorted(dependencies(proven(formula))),
    )
