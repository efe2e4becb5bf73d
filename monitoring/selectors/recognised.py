"""What was recognised in a file, per assessment and school, in the shape that other systems read."""

from collections.abc import Mapping
from typing import Any

from common.years import format_academic_year
from schools.models import Unit

_MARKS = ("2", "3", "4", "5")


def recognised(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the assessments of a summary with schools by code; several of one file stand under «exams»."""
    keys = {int(unit) for part in summary["assessments"] for unit in part["units"]}
    codes = dict(Unit.objects.filter(pk__in=keys).values_list("pk", "code"))
    exams = [_assessment(part, codes) for part in summary["assessments"]]
    return exams[0] if len(exams) == 1 else {"exams": exams}


def _assessment(part: Mapping[str, Any], codes: Mapping[int, str]) -> dict[str, Any]:
    found = {
        "procedure": part["procedure"],
        "subject": part["subject"],
        "grade": part["grade"],
        "academic_year": format_academic_year(part["academic_year"]),
        "schools": {codes[int(unit)]: _school(sums) for unit, sums in part["units"].items()},
    }
    return {**found, "journal": part["journal"]} if part["journal"] else found


def _school(sums: Mapping[str, Any]) -> dict[str, Any]:
    if "levels" in sums:
        return {"n": sums["n"], "levels": sums["levels"]}
    if "marks" in sums:
        return {"n": sums["n"], **dict(zip(_MARKS, sums["marks"], strict=True))}
    known = ("n", "below", "sum", "raised", "confirmed", "lowered")
    return {name: sums[name] for name in known if name in sums}
