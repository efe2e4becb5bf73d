"""The set-based half of accepting: rows by COPY into the year's partition, sums by one statement, who is in force."""

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db import connection
from psycopg2 import sql

from common.faults import fault
from common.sql import named_sql
from monitoring.models import FIRST_YEAR, LAST_YEAR, Assessment, AssessmentLoad, Load

_COLUMNS = (
    "academic_year", "load_id", "assessment_id", "row_no", "unit_id", "class_name", "variant", "task_scores", "score",
    "mark", "journal_mark", "level", "pupil",
)  # fmt: skip
_SLICE = 8 * 1024 * 1024
_PIECE = 256 * 1024


class _Slice(io.BytesIO):
    """Rows on their way into the database; a test may kill while they go."""

    def read(self, size: int | None = -1) -> bytes:
        """Return the next piece."""
        fault("load.copying")
        return super().read(size)


def copy_rows(path: Path, *, load: Load, assessment: Assessment, told: Callable[[int], None]) -> int:
    """
    Copy the staged rows of one assessment into the partition of its year; return how many there were.

    They go slice by slice, for nothing else may use the connection while a COPY runs, and whoever is told how far it is
    may want to.
    """
    year = assessment.academic_year
    partition = f"monitoring_resultrow_{year}" if FIRST_YEAR <= year <= LAST_YEAR else "monitoring_resultrow_other"
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(partition), sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    )
    prefix = b"%d\t%d\t%d\t" % (year, load.pk, assessment.pk)
    done = 0
    with connection.cursor() as cursor:
        for rows in _slices(path):
            cursor.cursor.copy_expert(statement, _Slice(_prefixed(rows, prefix)), size=_PIECE)
            done += rows.count(b"\n")
            told(done)
    return done


def _slices(path: Path) -> Iterator[bytes]:
    """Yield the staged rows, whole ones only, some megabytes at a time."""
    with path.open("rb") as source:
        while rows := source.read(_SLICE):
            yield rows if rows.endswith(b"\n") else rows + source.readline()


def _prefixed(rows: bytes, prefix: bytes) -> bytes:
    """
    Put before each row the keys that the parser could not know.

    A value never holds a bare line break in COPY's text form, so replacing them is enough, and quick.
    """
    return prefix + rows[:-1].replace(b"\n", b"\n" + prefix) + b"\n"


def sum_rows(load: Load, parts: Iterable[tuple[AssessmentLoad, bool, int]]) -> None:
    """Sum the rows of a load per school and assessment; with each part: has it marks, and how many levels."""
    listed = list(parts)
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("monitoring", "rows_summed"),
            [
                load.pk,
                [part.assessment_id for part, *_ in listed],
                [part.threshold for part, *_ in listed],
                [has_marks for _, has_marks, _ in listed],
                [levels for *_, levels in listed],
                [part.max_score for part, *_ in listed],
                sorted({part.assessment.academic_year for part, *_ in listed}),
                load.pk,
            ],
        )


def switch_results(load: Load) -> None:
    """Put in force, for every assessment and school of a load, the result that outranks the others; judge the loads."""
    with connection.cursor() as cursor:
        # The load's rows are new and the statistics know nothing of them: joined row by row, a thousand schools take
        # minutes where they take a moment.
        cursor.execute("SET LOCAL enable_nestloop = off")
        for winners in (False, True):
            cursor.execute(named_sql("monitoring", "results_switched"), {"load": load.pk, "winners": winners})
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
        cursor.execute(named_sql("monitoring", "loads_judged"), {"load": load.pk})
