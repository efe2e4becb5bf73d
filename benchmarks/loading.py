"""A million result rows from one workbook to sums in force, beside the floor of reading and copying."""

import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import tablib
from django.db import connection
from django.utils import timezone
from import_export import resources
from python_calamine import CalamineWorkbook

from accounts.models import User
from accounts.services.people import system_user
from benchmarks._big_files import individual_results, write_book
from benchmarks._scratch import analyse, scratch_database
from benchmarks.figures import Figure
from monitoring.catalogue.procedures import procedure_catalogue
from monitoring.layouts.identity import Hints
from monitoring.models import Load, ResultRow, SchoolResult
from monitoring.services.importing import ResultFile, import_file
from monitoring.services.procedures import load_procedures
from monitoring.services.undoing import undo_load
from schools.enums import Kind, Locality, MunicipalityType, SchoolLevel
from schools.models import Unit
from schools.services.registry import MunicipalityDetails, NewUnit, SchoolDetails, open_unit, open_units

MILLION, WIDE, COMPARED = 1_000_000, 200_000, 100_000
SCHOOLS, MUNICIPALITIES = 1000, 61
_PLACE = MunicipalityDetails(type=MunicipalityType.RAYON, tile_label="Р", tile_order=0)
_BOOK = "ВПР 2021 Математика 5.xlsx"


def measure() -> Iterator[Figure]:
    """Load three files and say what each took."""
    with scratch_database("loading"), tempfile.TemporaryDirectory() as folder:
        actor = system_user()
        region = open_unit(
            new=NewUnit(kind=Kind.REGION, code="24", name="Край", parent=None), actor=actor, now=timezone.now()
        )
        load_procedures(written=procedure_catalogue(), actor=actor, now=timezone.now())
        schools = open_schools(region, actor)
        analyse()
        book = Path(folder, _BOOK)
        individual_results(book, rows=MILLION, tasks=3, schools=schools)
        yield from _million(book, region, actor)
        individual_results(book, rows=WIDE, tasks=18, schools=schools, seed=2)
        seconds, _ = loaded(book, region, actor)
        yield Figure("файл ФИС ОКО, 200 000 строк, 27 столбцов", seconds, "с", 15)
        individual_results(book, rows=COMPARED, tasks=3, schools=schools, seed=3)
        seconds, load = loaded(book, region, actor)
        others = _import_export(Path(folder, "plain.xlsx"), load)
        note = f"портал {seconds:.1f} с, django-import-export {others:.1f} с"
        yield Figure(
            "во сколько раз быстрее django-import-export", others / seconds, "раз", 8, at_least=True, note=note
        )


def open_schools(region: Unit, actor: User) -> list[tuple[str, str, str]]:
    """Open a thousand schools and return them as a file names them: login, municipality, name."""
    now = timezone.now()
    places = open_units(
        new=[
            NewUnit(kind=Kind.MUNICIPALITY, code=f"{200 + n}", name=f"Район {n}", parent=region, municipality=_PLACE)
            for n in range(MUNICIPALITIES)
        ],
        actor=actor,
        now=now,
    )
    opened = [(f"edu24{n:04d}", places[n % MUNICIPALITIES], f"МБОУ «СОШ № {n}»") for n in range(SCHOOLS)]
    open_units(
        new=[
            NewUnit(
                kind=Kind.SCHOOL,
                code=f"{place.code}{n // MUNICIPALITIES:03d}",
                name=name,
                parent=place,
                school=SchoolDetails(level=SchoolLevel.SECONDARY, locality=Locality.RURAL, fisoko_login=login),
            )
            for n, (login, place, name) in enumerate(opened)
        ],
        actor=actor,
        now=now,
    )
    return [(login, place.name, name) for login, place, name in opened]


def _million(book: Path, region: Unit, actor: User) -> Iterator[Figure]:
    seconds, load = loaded(book, region, actor)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    in_force = SchoolResult.objects.filter(load=load, is_current=True)
    assert sum(in_force.values_list("n", flat=True)) == MILLION
    read, copied = _floor(book, load)
    note = f"школ {in_force.count()}; от файла до сумм в силе"
    yield Figure("миллион строк, 12 столбцов, xlsx", seconds, "с", 45, note=note)
    note = f"пол: чтение calamine {read:.1f} с и голый COPY {copied:.1f} с"
    yield Figure("во сколько раз дольше пола", seconds / (read + copied), "раз", 2, note=note)
    note = "наибольшее из двух: процесс разбора и процесс загрузки"
    yield Figure("память", max(own, child), "ГиБ", 1.5, note=f"{note} ({child:.2f} и {own:.2f})")
    started = perf_counter()
    undo_load(load=load, actor=actor, now=timezone.now())
    yield Figure("отмена этой загрузки", perf_counter() - started, "с")


def loaded(book: Path, region: Unit, actor: User) -> tuple[float, Load]:
    """Import a file and return how long it took and what it brought."""
    started = perf_counter()
    file = ResultFile(book.name, book.read_bytes())
    load = import_file(file=file, unit=region, hints=Hints(), actor=actor, now=timezone.now())
    return perf_counter() - started, load


def _floor(book: Path, load: Load) -> tuple[float, float]:
    """Read the workbook and do nothing with it; copy the very same rows into an empty table of the same shape."""
    started = perf_counter()
    sheet = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0)
    rows = sum(1 for _ in sheet.iter_rows())
    read = perf_counter() - started
    assert rows > MILLION
    with connection.cursor() as cursor, tempfile.TemporaryFile() as text:
        cursor.execute("CREATE TEMP TABLE bare (LIKE monitoring_resultrow INCLUDING ALL)")
        cursor.cursor.copy_expert(
            f"COPY (SELECT * FROM monitoring_resultrow WHERE load_id = {load.pk:d}) TO STDOUT",
            text,
        )
        text.seek(0)
        started = perf_counter()
        cursor.cursor.copy_expert("COPY bare FROM STDIN", text)
        copied = perf_counter() - started
        cursor.execute("DROP TABLE bare")
    return read, copied


class _Rows(resources.ModelResource):
    """Result rows as django-import-export takes them, in its bulk mode."""

    class Meta:
        model = ResultRow
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        force_init_instance = True
        import_id_fields = ("academic_year", "load_id", "row_no")
        fields = (
            "academic_year", "load_id", "row_no", "assessment_id", "unit_id", "class_name", "variant", "score", "mark",
            "journal_mark",
        )  # fmt: skip


def _import_export(path: Path, load: Load) -> float:
    """Import the rows of a load under another number, already resolved to keys: less work than the portal's."""
    fields = list(_Rows._meta.fields)
    rows = ResultRow.objects.filter(load_id=load.pk).order_by("row_no").values_list(*fields)
    write_book(path, [fields, *([2021, 10_000_000, *row[2:]] for row in rows.iterator(10_000))])
    started = perf_counter()
    data = tablib.Dataset().load(path.read_bytes(), format="xlsx")
    done = _Rows().import_data(data, raise_errors=True)
    seconds = perf_counter() - started
    assert done.total_rows == COMPARED
    return seconds
