"""What a load shows before and after it is accepted: what was recognised, what it changes, what is wrong with it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.russian import counted
from common.tables import Column, Kind, Marked, Table
from common.years import format_academic_year
from monitoring.enums import LoadState, Source
from monitoring.models import Assessment, Load, SchoolResult

_FINENESS = {Source.ROWS: 0, Source.COUNTS: 1, Source.PERCENTS: 2, Source.JOURNAL: 3}
_HEAD = 2  # columns of the marked file before those of the file itself


@dataclass(frozen=True)
class RecognisedPart:
    """One assessment of a file as it is shown."""

    title: str
    academic_year: int
    source: str
    sheet: str
    schools: int
    people: int
    failed: int | None
    absent: int
    threshold: int | None
    max_score: int | None
    tasks: int
    comparison: str
    assessment: int | None


@dataclass(frozen=True)
class ShownProblem:
    """One problem as it is shown."""

    sheet: str
    row: int
    column: str
    value: str
    what: str
    remedy: str


def recognised_parts(load: Load) -> list[RecognisedPart]:
    """Return the assessments of a load, each compared with what is in force."""
    said = load.summary["assessments"]
    assessments = _assessments(said)
    in_force = _in_force(load, list(assessments.values()))
    return [_part(load, part, assessments.get(_key(part)), in_force) for part in said]


def problems_of(load: Load) -> list[ShownProblem]:
    """Return the problems that the parser kept; the summary says how many there were in all."""
    return [ShownProblem(**problem) for problem in load.summary["problems"]]


def marked_table(load: Load) -> Table:
    """Return the file's own rows that have problems, with the problems marked; personal columns are empty in it."""
    titles = load.summary["marked"]["header"]
    wrong: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for problem in load.summary["problems"]:
        wrong[problem["sheet"], problem["row"]].append(problem)
    rows = []
    seen: set[tuple[str, int]] = set()
    for row in load.summary["marked"]["rows"]:
        place = (row["sheet"], row["row"])
        if place not in seen:
            seen.add(place)
            rows.append(_marked_row(place, row["cells"], titles, wrong[place]))
    rows += [_marked_row(place, [], titles, found) for place, found in wrong.items() if place not in seen]
    columns = [Column("Лист", width=18), Column("Строка", Kind.INTEGER, 9)]
    columns += [Column(title or "—", width=14) for title in titles]
    columns.append(Column("Что не так и как исправить", width=70))
    return Table(title="Замечания", columns=columns, rows=sorted(rows, key=lambda row: (str(row[0]), row[1])))


def _marked_row(place: tuple[str, int], cells: list[Any], titles: list[str], found: list[Mapping[str, Any]]) -> list:
    width = len(titles)
    values: list[Any] = [*cells, *[""] * width][:width]
    for problem in found:
        if problem["column"] in titles:
            at = titles.index(problem["column"])
            values[at] = Marked(values[at] or problem["value"], problem["what"])
    said = "; ".join(_sentence(problem) for problem in found)
    return [place[0], place[1], *values, said]


def _sentence(problem: Mapping[str, Any]) -> str:
    column = f"«{problem['column']}»: " if problem["column"] else ""
    return f"{column}{problem['what']} — {problem['remedy']}"


def _key(part: Mapping[str, Any]) -> tuple[str, str, int, int]:
    return (part["procedure"], part["subject"], part["grade"], part["academic_year"])


def _assessments(said: list[Mapping[str, Any]]) -> dict[tuple[str, str, int, int], Assessment]:
    found = Assessment.objects.filter(
        procedure__name__in={part["procedure"] for part in said},
        subject__name__in={part["subject"] for part in said},
        academic_year__in={part["academic_year"] for part in said},
    ).select_related("procedure", "subject")
    wanted = {_key(part) for part in said}
    keyed = {(one.procedure.name, one.subject.name, one.grade, one.academic_year): one for one in found}
    return {key: one for key, one in keyed.items() if key in wanted}


def _in_force(load: Load, assessments: list[Assessment]) -> dict[tuple[int, int], SchoolResult]:
    """Return results in force of the same assessments by assessment and school; this load's own are not compared."""
    results = SchoolResult.objects.filter(assessment__in=assessments, is_current=True).exclude(load=load)
    results = results.select_related("load__unit")
    fields = ("assessment_id", "unit_id", "source", "n", "failed", "marks", "levels", "load__unit__parent_id")
    return {(one.assessment_id, one.unit_id): one for one in results.only("id", *fields)}


def _part(
    load: Load, part: Mapping[str, Any], assessment: Assessment | None, in_force: dict[tuple[int, int], SchoolResult]
) -> RecognisedPart:
    outcomes = [_failed(sums) for sums in part["units"].values()]
    return RecognisedPart(
        title=f"{part['procedure']}, {part['subject']}, {part['grade']} класс",
        academic_year=part["academic_year"],
        source=Source(part["source"]).label,
        sheet=part["sheet"],
        schools=len(part["units"]),
        people=sum(sums["n"] for sums in part["units"].values()),
        failed=None if None in outcomes else sum(outcomes),
        absent=part["absent"],
        threshold=part["threshold"],
        max_score=part["max_score"],
        tasks=len(part["tasks"]),
        comparison=_comparison(load, part, assessment, in_force) if load.state == LoadState.PREVIEWED else "",
        assessment=assessment.pk if assessment else None,
    )


def _failed(sums: Mapping[str, Any]) -> int | None:
    if "marks" in sums:
        return sums["marks"][0]
    if "levels" in sums:
        return sums["levels"][0]
    return sums.get("below")


def _comparison(
    load: Load, part: Mapping[str, Any], assessment: Assessment | None, in_force: dict[tuple[int, int], SchoolResult]
) -> str:
    """Say what accepting this part would change."""
    former = {int(unit): in_force.get((assessment.pk, int(unit))) if assessment else None for unit in part["units"]}
    known = {unit: one for unit, one in former.items() if one is not None}
    if not known:
        return "загружается впервые"
    outranking = [one for one in known.values() if _outranks(one, part, load)]
    if len(outranking) == len(former):
        return "в силе останутся результаты центра или более точные, загруженные раньше"
    differ = sum(_differs(one, part["units"][str(unit)]) for unit, one in known.items() if one not in outranking)
    words = [f"изменится {counted(differ, 'школа', 'школы', 'школ')}" if differ else "у известных школ ничего нового"]
    if new := len(former) - len(known):
        words.append(f"впервые {counted(new, 'школа', 'школы', 'школ')}")
    if outranking:
        words.append(f"останется прежнее у {counted(len(outranking), 'школы', 'школ', 'школ')}")
    return ", ".join(words)


def _outranks(one: SchoolResult, part: Mapping[str, Any], load: Load) -> bool:
    """Say whether what is in force stays so: as `sql/results_switched.sql` ranks them."""
    knows = any(name in sums for sums in part["units"].values() for name in ("marks", "levels", "below"))
    if (one.failed is not None) != knows:
        return one.failed is not None
    by_centre = one.load.unit.parent_id is None
    if by_centre != (load.unit.parent_id is None):
        return by_centre
    return _FINENESS[Source(one.source)] < _FINENESS[Source(part["source"])]


def _differs(former: SchoolResult, sums: Mapping[str, Any]) -> bool:
    now = (sums["n"], _failed(sums), sums.get("marks"), sums.get("levels"))
    return now != (former.n, former.failed, former.marks, former.levels)


def title_of(assessment: Assessment) -> str:
    """Name an assessment for people, with its year."""
    year = format_academic_year(assessment.academic_year)
    return f"{assessment.procedure.name}, {assessment.subject.name}, {assessment.grade} класс, {year}"
