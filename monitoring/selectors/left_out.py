"""Why a school was left out: what a stored trace says is lacking, in words, for its page and for the answer in JSON."""

from collections.abc import Mapping
from typing import Any

from common.russian import counted, listed
from common.years import format_academic_year
from monitoring.identification.findings import Lack
from schools.enums import SchoolType
from schools.models import SchoolYear


def why_left_out(trace: Mapping[str, Any]) -> list[dict[str, Any]]:
    """
    Return every reason for which a run says nothing of a school, each with its sentence; none where it is judged.

    The rule on shares says the same by its verdicts, procedure by procedure, so that it has no reasons here.
    """
    if trace["excluded_as"]:
        reason = {"criterion": "all", "lack": str(Lack.EXCLUDED), "count": 0, "needed": 0, "years": [], "missing": []}
        return [{**reason, "text": excluded_in_words(trace["excluded_as"])}]
    indices = [trace[name] for name in ("results", "conditions") if trace[name] is not None]
    reasons = [index["left_out"] for index in indices if index.get("left_out")]  # older runs did not keep it
    return [{**reason, "text": lack_in_words(reason)} for reason in reasons]


def excluded_in_words(kind: str) -> str:
    """Say that the method is not for schools of a kind."""
    return f"методика не распространяется на школы такого типа: {SchoolType(kind).label}."


def lack_in_words(reason: Mapping[str, Any]) -> str:
    """Say in one sentence what is lacking and how much is needed."""
    years = listed([format_academic_year(year) for year in sorted(reason["years"])])
    missing, needed = listed([f"«{title}»" for title in reason["missing"]]), reason["needed"]
    lack = Lack(reason["lack"])
    if lack is Lack.NO_PASSPORT:
        return f"нет социального паспорта за {years}."
    if lack is Lack.NO_BASE_FIGURE:
        title = SchoolYear._meta.get_field(reason["missing"][0]).verbose_name
        return f"в социальном паспорте за {years} не указано «{title}»."
    if lack is Lack.TOO_FEW_PUPILS:
        pupils = counted(reason["count"], "ученик", "ученика", "учеников")
        return f"в социальном паспорте за {years} {pupils}, а нужно не меньше {needed}."
    if lack is Lack.MISSING_VARIABLES:
        allowed = f"может не быть не больше {needed}" if needed else "нужны все"
        return f"в социальном паспорте за {years} нет показателей: {missing}; {allowed}."
    if lack is Lack.TOO_FEW_PARTICIPANTS:
        return f"участников за {years} {reason['count']}, а нужно не меньше {needed}."
    return f"за {years} нет результатов, которые можно учесть."
