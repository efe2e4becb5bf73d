"""
The sums of the same pupils, made anew whenever the rows in force of one of two works change.

Rows are joined by the database itself: the web role reads none of them, and undoing a load is its business too.
"""

from collections.abc import Collection, Iterable

from django.db import connection

from common.sql import named_sql
from monitoring.models import Procedure
from monitoring.selectors.same_pupils import PupilPair, marks_of_codes, pairs_with
from monitoring.services.pupil_keys import codes_mark


def lock_codes(procedures: Iterable[Procedure]) -> None:
    """
    Let nobody else change rows of works whose pupils may be joined with these until the transaction ends.

    Called before assessments are locked: of two works loaded at once the second then sees the first.
    """
    holders = {one.codes_of_id or one.pk for one in procedures if one.has_lasting_codes}
    if holders:
        # Not a full lock: whoever loads a work for the first time only refers to its procedure.
        list(Procedure.objects.select_for_update(no_key=True).filter(pk__in=holders).order_by("pk").values_list("pk"))


def join_pupils(assessments: Collection[int]) -> list[PupilPair]:
    """Make the sums of every pair that one of the assessments belongs to. Doing it twice changes nothing."""
    pairs = pairs_with(assessments)
    hashed = marks_of_codes({key for pair in pairs for key in (pair.now.pk, pair.before.pk)})
    for pair in pairs:
        mark = codes_mark(pair.now.procedure.codes_holder)
        is_known = {(pair.now.pk, mark), (pair.before.pk, mark)} <= hashed
        _make(pair, mark if is_known else None)
    return pairs


def forget_pupils(pairs: Iterable[PupilPair]) -> None:
    """Take the sums of the pairs away."""
    for pair in pairs:
        _make(pair, None)


def _make(pair: PupilPair, mark: str | None) -> None:
    measure = None if pair.measure is None else pair.measure.value
    with connection.cursor() as cursor:
        cursor.execute(named_sql("monitoring", "pupils_joined"), [pair.now.pk, pair.before.pk, measure, mark])
