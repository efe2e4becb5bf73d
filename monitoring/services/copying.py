"""The set-based half of accepting: rows by COPY into the year's partition, sums by one statement, who is in force."""

import io
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import connection
from psycopg2 import sql

from common.faults import fault
from common.sql import named_sql
from monitoring.models import FIRST_YEAR, LAST_YEAR, Assessment, AssessmentLoad, Load

_COLUMNS = (
    "academic_year", "load_id", "assessment_id", "row_no", "unit_id", "class_name", "variant", "task_scores", "score",
    "mark", "journal_mark", "pupil",
)  # fmt: skip
_PIECE = 512 * 1024


class _Prefixed(io.RawIOBase):
    """
    The staged rows with the keys that the parser could not know put before each.

    A value never holds a bare line break in COPY's text form, so replacing them is enough, and quick.
    """

    def __init__(self, path: Path, prefix: bytes, told: Callable[[int], None]) -> None:
        self._rows = path.open("rb")
        self._prefix, self._told = prefix, told
        self._waiting = b""
        self._at_start = True
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next piece, whole rows and parts of rows as they come."""
        if not self._waiting:
            self._waiting = self._next()
        piece, self._waiting = (self._waiting, b"") if size < 0 else (self._waiting[:size], self._waiting[size:])
        return piece

    def _next(self) -> bytes:
        piece = self._rows.read(_PIECE)
        if not piece:
            return b""
        fault("load.copying")
        self.count += piece.count(b"\n")
        self._told(self.count)
        at_end = piece.endswith(b"\n")
        filled = piece[:-1].replace(b"\n", b"\n" + self._prefix) + (b"\n" if at_end else piece[-1:])
        if self._at_start:
            filled = self._prefix + filled
        self._at_start = at_end
        return filled

    def close(self) -> None:
        """Close the file."""
        self._rows.close()
        super().close()


def copy_rows(path: Path, *, load: Load, assessment: Assessment, told: Callable[[int], None]) -> int:
    """Copy the staged rows of one assessment into the partition of its year; return how many there were."""
    year = assessment.academic_year
    partition = f"monitoring_resultrow_{year}" if FIRST_YEAR <= year <= LAST_YEAR else "monitoring_resultrow_other"
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(partition), sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    )
    with connection.cursor() as cursor, _Prefixed(path, b"%d\t%d\t%d\t" % (year, load.pk, assessment.pk), told) as rows:
        cursor.cursor.copy_expert(statement, rows, size=_PIECE)
        return rows.count


def sum_rows(load: Load, parts: Iterable[tuple[AssessmentLoad, bool]]) -> None:
    """Sum the rows of a load per school and assessment; each part comes with whether it has marks."""
    listed = list(parts)
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("monitoring", "rows_summed"),
            [
                load.pk,
                [part.assessment_id for part, _ in listed],
                [part.threshold for part, _ in listed],
                [has_marks for _, has_marks in listed],
                [part.max_score for part, _ in listed],
                sorted({part.assessment.academic_year for part, _ in listed}),
                load.pk,
            ],
        )


def switch_results(load: Load) -> None:
    """Put in force, for every assessment and school of a load, the result that outranks the others; judge the loads."""
    with connection.cursor() as cursor:
        for winners in (False, True):
            cursor.execute(named_sql("monitoring", "results_switched"), {"load": load.pk, "winners": winners})
        cursor.execute(named_sql("monitoring", "loads_judged"), {"load": load.pk})
