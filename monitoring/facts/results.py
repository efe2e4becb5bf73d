"""Results of assessments as facts: who took part, reached the bar, got which mark or level, and how it has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from django.db.models import QuerySet

from indicators.enums import ValueStatus
from indicators.facts import Basis, Cause, Column, Fragment, Measure, fact
from monitoring.facts.parameters import (
    LEAST,
    LEVEL,
    MANY,
    MARK,
    OBJECTIVITY,
    STEP,
    WRITTEN,
    marks_of,
    settled,
)
from monitoring.facts.sums import (
    Results,
    counted,
    missing_as_not_objective,
    not_held,
    places_of_levels,
    results,
)
from monitoring.models import Assessment
from monitoring.selectors.comparison import Incomparable, comparable_pair
from schools.enums import Kind
from schools.models import Unit

RESULTS = "результаты оценочных процедур"
PARTICIPANTS = "участников"
Units = QuerySet[Unit] | None

REACHED_OF_LEVELS = "(SELECT coalesce(sum(one), 0) FROM unnest(levels[from_level:]) AS one)"
IS_JUDGED = "failed IS NOT NULL OR levels IS NOT NULL"
REACHED = f"CASE WHEN levels IS NULL THEN n - failed ELSE {REACHED_OF_LEVELS} END"
# A row of results has four marks or a few levels: adding them up by place takes a third of the time of unnesting them.
PLACES = {"marks": 4, "levels": 8}
OUTCOMES, EVERY = (
    {
        column: " + ".join(f"coalesce({column}[{place + 1}], 0){bit.format(place)}" for place in range(places))
        for column, places in PLACES.items()
    }
    for bit in (" * (asked >> {} & 1)", "")
)

_fact = partial(
    fact,
    of=Kind.SCHOOL,
    settle=settled,
    availability=not_held,
    missing=missing_as_not_objective,
    source=RESULTS,
)
_count = partial(
    _fact, unit=PARTICIPANTS, when_missing="никто из школы не участвовал", missing_status=ValueStatus.NOT_HELD
)
_share = partial(
    _fact,
    measure=Measure.SHARE,
    unit="%",
    when_missing="участников слишком мало или не было",
    missing_status=ValueStatus.TOO_FEW,
)


@_count(
    "участники",
    title="Участников процедуры в школе; по нескольким предметам или классам — работ (ученик × предмет)",
    aliases=("участников", "работы", "participants"),
    parameters=(*MANY, OBJECTIVITY),
)
def participants(basis: Basis, units: Units = None, **asked: Any) -> Fragment:
    """How many pupils of the school took part, a pupil once for each subject."""
    rows = counted(basis, **asked)
    return rows.column(rows.sum("n", IS_JUDGED))


@_count(
    "не_справились",
    title="Участников, не преодолевших минимум (отметка «2», балл ниже порога, уровень ниже базового)",
    aliases=("failed",),
    parameters=(*MANY, OBJECTIVITY),
)
def failed(basis: Basis, units: Units = None, **asked: Any) -> Fragment:
    """How many pupils of the school did not reach the bar."""
    rows = counted(basis, **asked)
    return rows.column(rows.sum(f"n - ({REACHED})", IS_JUDGED))


@_count(
    "справились",
    title="Участников, преодолевших минимум: не «2», не ниже порога, базовый уровень и выше",
    aliases=("reached",),
    parameters=(*MANY, OBJECTIVITY),
)
def reached(basis: Basis, units: Units = None, **asked: Any) -> Fragment:
    """How many pupils of the school reached the bar."""
    rows = counted(basis, **asked)
    return rows.column(rows.sum(REACHED, IS_JUDGED))


@_share(
    "доля_справившихся",
    title="Доля справившихся: не «2», не ниже порога, базовый уровень и выше",
    aliases=("share_reached",),
    parameters=(*MANY, LEAST, OBJECTIVITY),
)
def share_reached(basis: Basis, units: Units = None, *, least: int = LEAST.default, **asked: Any) -> Fragment:
    """The share of those who reached the bar, in percent; unknown where there were too few of them to say."""
    rows = counted(basis, **asked)
    whole, part = rows.sum("n", IS_JUDGED), rows.sum(REACHED, IS_JUDGED)
    return rows.column(f"CASE WHEN {whole} >= %s THEN (100 * {part})::numeric / {whole} END", int(least))


def _marks(mark: str | int) -> Any:
    places = [one - 2 for one in marks_of(mark)]
    return lambda one: places


def _levels(level: str) -> Any:
    return lambda one: places_of_levels(one, level)


def _outcomes(rows: Results, of: str) -> Fragment | Column:
    if rows.asked is None:
        return rows.column(rows.sum(OUTCOMES[of], f"{of} IS NOT NULL"))
    part = f"CASE WHEN {of} IS NOT NULL THEN {_added(of, rows.asked)} END"
    return Column(rows.outcomes(of, PLACES[of]), Fragment(part))


def _share_of_outcomes(rows: Results, of: str, least: int) -> Fragment | Column:
    share = "CASE WHEN {every} >= %s AND {every} > 0 THEN (100 * {part})::numeric / {every} END"
    if rows.asked is None:
        return rows.column(share.format(every=rows.sum(EVERY[of]), part=rows.sum(OUTCOMES[of])), int(least))
    every, part = (f"({_added(of, places)})" for places in (range(PLACES[of]), rows.asked))
    return Column(rows.outcomes(of, PLACES[of]), Fragment(share.format(every=every, part=part), (int(least),)))


def _added(of: str, places: Iterable[int]) -> str:
    """Add up the outcomes that stand in these places, counted from nought."""
    return " + ".join(f"coalesce({of}[{place + 1}], 0)" for place in sorted(places)) or "0"


@_count(
    "отметки",
    title="Участников (работ), получивших такую отметку",
    aliases=("получили_отметку", "marks"),
    parameters=(*MANY, MARK, OBJECTIVITY),
    when_missing="никто из школы не участвовал, или отметок в её результатах нет",
)
def marks(basis: Basis, units: Units = None, *, mark: str | int, **asked: Any) -> Fragment | Column:
    """How many works of the school were given one of the marks."""
    return _outcomes(counted(basis, asked=_marks(mark), **asked), "marks")


@_share(
    "доля_отметок",
    title="Доля работ школы, получивших такую отметку",
    aliases=("share_of_marks",),
    parameters=(*MANY, MARK, LEAST, OBJECTIVITY),
)
def share_of_marks(
    basis: Basis, units: Units = None, *, mark: str | int, least: int = LEAST.default, **asked: Any
) -> Fragment:
    """The share of works that were given one of the marks, in percent; unknown where there were too few."""
    return _share_of_outcomes(counted(basis, asked=_marks(mark), **asked), "marks", least)


@_count(
    "уровни",
    title="Участников (работ), показавших такой уровень",
    aliases=("показали_уровень", "levels"),
    parameters=(*MANY, LEVEL, OBJECTIVITY),
    when_missing="никто из школы не участвовал, или уровней в её результатах нет",
)
def levels(basis: Basis, units: Units = None, *, level: str, **asked: Any) -> Fragment | Column:
    """How many works of the school showed one of the levels."""
    return _outcomes(counted(basis, asked=_levels(level), **asked), "levels")


@_share(
    "доля_уровней",
    title="Доля работ школы, показавших такой уровень",
    aliases=("share_of_levels",),
    parameters=(*MANY, LEVEL, LEAST, OBJECTIVITY),
)
def share_of_levels(
    basis: Basis, units: Units = None, *, level: str, least: int = LEAST.default, **asked: Any
) -> Fragment:
    """The share of works that showed one of the levels, in percent; unknown where there were too few."""
    return _share_of_outcomes(counted(basis, asked=_levels(level), **asked), "levels", least)


@_share(
    "средняя_отметка",
    title="Средняя отметка школы; усредняется по числу работ: отметки(…, «любая»)",
    unit="балла",
    aliases=("mean_mark",),
    parameters=(*MANY, LEAST, OBJECTIVITY),
)
def mean_mark(basis: Basis, units: Units = None, *, least: int = LEAST.default, **asked: Any) -> Fragment:
    """The mean of the marks; unknown where there were too few."""
    rows = counted(basis, **asked)
    whole = rows.sum(EVERY["marks"])
    points = rows.sum("2 * marks[1] + 3 * marks[2] + 4 * marks[3] + 5 * marks[4]")
    return rows.column(f"CASE WHEN {whole} >= %s THEN {points}::numeric / NULLIF({whole}, 0) END", int(least))


@_share(
    "средний_балл",
    title="Средний балл школы (у ЕГЭ — тестовый, у остальных — первичный); усредняется по числу участников",
    unit="балла",
    aliases=("mean_score",),
    parameters=(*WRITTEN, LEAST, OBJECTIVITY),
    when_missing="участников слишком мало, баллов в результатах нет или они по разным шкалам",
)
def mean_score(basis: Basis, units: Units = None, *, least: int = LEAST.default, **asked: Any) -> Fragment:
    """The mean score; unknown where there were too few, or where scores are of different scales."""
    rows, scored = counted(basis, **asked), "score_sum IS NOT NULL"
    whole, points = rows.sum("n", scored), rows.sum("score_sum")
    enough = f"{whole} >= %s AND {rows.is_same('coalesce(max_score, 0)', scored)}"
    return rows.column(f"CASE WHEN {enough} THEN {points}::numeric / NULLIF({whole}, 0) END", int(least))


@_share(
    "процент_выполнения",
    title="Сколько процентов наибольшего балла набрали участники школы; усредняется по числу участников",
    aliases=("percent_of_maximum",),
    parameters=(*MANY, LEAST, OBJECTIVITY),
    when_missing="участников слишком мало или баллов в результатах нет",
)
def percent_of_maximum(basis: Basis, units: Units = None, *, least: int = LEAST.default, **asked: Any) -> Fragment:
    """The sum of scores in percent of what could be scored; scores of any scales may stand together."""
    rows, scored = counted(basis, **asked), "score_sum IS NOT NULL AND max_score > 0"
    whole, points, most = (rows.sum(what, scored) for what in ("n", "score_sum", "n * max_score"))
    percent = f"(100 * {points})::numeric / NULLIF({most}, 0)"
    return rows.column(f"CASE WHEN {whole} >= %s THEN {percent} END", int(least))


def _reached(held: Collection[Assessment]) -> Fragment:
    """Give one row a school: how many took part, how many of them reached the bar."""
    given = results(held)
    sums = f"{given.sum('n')} AS n, {given.sum(REACHED)} AS reached"
    sql = f"SELECT unit_id, {sums} FROM ({given.rows.sql}) AS result WHERE {IS_JUDGED}{given.grouped}"  # noqa: S608 - expressions of ours
    return Fragment(sql, given.rows.params)


def _comparable(basis: Basis, *, procedure: str, subject: str, grade: int, **_more: Any) -> Cause | None:
    pair = comparable_pair(procedure, subject, int(grade), basis.academic_year)
    if not isinstance(pair, Incomparable):
        return None
    return Cause(pair.reason, ValueStatus.TOO_FEW if pair.is_held else ValueStatus.NOT_HELD)


@fact(
    "динамика",
    of=Kind.SCHOOL,
    title=(
        "На сколько процентных пунктов выросла доля справившихся против последнего года, "
        "когда процедура проводилась по той же шкале"
    ),
    measure=Measure.CHANGE,
    unit="п. п.",
    aliases=("dynamics",),
    parameters=(*WRITTEN, LEAST, STEP),
    availability=_comparable,
    when_missing="в одном из двух сравниваемых лет участников слишком мало или не было",
    missing_status=ValueStatus.TOO_FEW,
    source=RESULTS,
)
def change(
    basis: Basis,
    units: Units = None,
    *,
    procedure: str,
    subject: str,
    grade: int,
    least: int = LEAST.default,
    step: int = 0,
) -> Fragment:
    """The change of the share of those who reached the bar; unknown unless both years had enough participants."""
    pair = comparable_pair(procedure, subject, int(grade), basis.academic_year)
    now, before = ((), ()) if isinstance(pair, Incomparable) else (pair.now, pair.before)
    present, former = _reached(now), _reached(before)
    moved = "100 * present.reached::numeric / present.n - 100 * former.reached::numeric / former.n"
    sql = (
        "SELECT unit_id, CASE WHEN abs(moved) < %s THEN 0 ELSE moved END AS value"  # noqa: S608 - the parts are ours
        f" FROM (SELECT unit_id, {moved} AS moved FROM ({present.sql}) AS present JOIN ({former.sql}) AS former"
        " USING (unit_id) WHERE present.n >= %s AND former.n >= %s) AS compared"
    )
    return Fragment(sql, (step, *present.params, *former.params, int(least), int(least)))
