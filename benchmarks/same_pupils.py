"""Two works of one region two years apart, a hundred thousand pupils each: what joining them by their codes takes."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter

from django.db import connection, transaction
from django.utils import timezone

from accounts.services.people import system_user
from benchmarks._big_files import School, write_book
from benchmarks._scratch import analyse, scratch_database
from benchmarks.figures import Figure, median_seconds
from benchmarks.loading import SCHOOLS, loaded, open_schools
from documents.enums import DocumentKind
from documents.services.filing import Paper
from monitoring.catalogue.procedures import procedure_catalogue
from monitoring.models import Assessment, Procedure, SamePupils, SchoolResult
from monitoring.services.codes import declare_lasting_codes
from monitoring.services.procedures import load_procedures
from monitoring.services.same_pupils import join_pupils
from monitoring.services.undoing import undo_load
from schools.enums import Kind
from schools.services.registry import NewUnit, open_unit

PUPILS = 100_000
MOVED, LEFT = 0.04, 0.08  # of those who wrote in grade 4, by grade 6
_HEAD = ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант", "1 (2б)", "2 (2б)"]
_HEAD += ["Первичный балл", "Отметка", "Отметка по журналу"]
_ORDER = Paper(DocumentKind.ORDER, "О порядке ведения кодов участников", "1", date(2017, 9, 1))


def measure() -> Iterator[Figure]:
    """Load both works, then join them alone, and undo one."""
    with scratch_database("same_pupils"), tempfile.TemporaryDirectory() as folder:
        actor, now = system_user(), timezone.now()
        region = open_unit(new=NewUnit(kind=Kind.REGION, code="24", name="Край", parent=None), actor=actor, now=now)
        load_procedures(written=procedure_catalogue(), actor=actor, now=now)
        schools = open_schools(region, actor)
        analyse()
        vpr = Procedure.objects.get(code="vpr")
        declare_lasting_codes(procedure=vpr, keeper="Центр оценки качества", document=_ORDER, actor=actor, now=now)
        former, later = Path(folder, "ВПР 2019 Математика 4.xlsx"), Path(folder, "ВПР 2021 Математика 6.xlsx")
        write_book(former, _work(2019, 4, schools))
        write_book(later, _work(2021, 6, schools))
        loaded(former, region, actor)
        seconds, load = loaded(later, region, actor)
        both = sum(SamePupils.objects.values_list("wrote_both", flat=True))
        assert SamePupils.objects.count() == SCHOOLS
        assert sum(SchoolResult.objects.filter(load=load).values_list("n", flat=True)) == PUPILS
        note = f"школ {SCHOOLS}, по {PUPILS} учеников в работе, оба раза писали {both}"
        yield Figure("поздняя работа от файла до сумм в силе, вместе с соединением", seconds, "с", 15, note=note)
        work = Assessment.objects.get(grade=6).pk
        alone = median_seconds(lambda: _joined(work), times=5)
        yield Figure("соединение двух работ и суммы по школам", alone, "с", 3, note="удалить прежние и сложить заново")
        started = perf_counter()
        undo_load(load=load, actor=actor, now=timezone.now())
        yield Figure("отмена поздней работы", perf_counter() - started, "с", 3)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('monitoring_samepupils') / 1024.0 / 1024.0")
            size = float(cursor.fetchone()[0])
        yield Figure("таблица сумм на диске", size, "МиБ", note="после семи заполнений, с индексами")


@transaction.atomic
def _joined(work: int) -> None:
    join_pupils([work])


def _work(year: int, grade: int, schools: Sequence[School]) -> Iterator[Sequence[str | int]]:
    """A work of the same pupils: by grade 6 some have left, as many have come, and some are at another school."""
    yield [f"ВПР {year} Математика {grade} класс"]
    yield ["Предмет: Математика"]
    yield [""]
    yield _HEAD
    dice, luck = random.Random(grade), random.Random(7)
    per_school = -(-PUPILS // len(schools))
    for number in range(PUPILS):
        chance, place, code = luck.random(), number // per_school, 4_000_000 + number
        if grade == 6 and chance < LEFT:
            code += PUPILS
        elif grade == 6 and chance < LEFT + MOVED:
            place = luck.randrange(len(schools))
        mark = dice.choice((2, 3, 3, 3, 4, 4, 4, 5))
        yield [*schools[place], code, f"{grade}А", 1, 1, 2, 8 + mark, mark, 4]
