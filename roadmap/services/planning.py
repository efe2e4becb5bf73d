"""The activities of a programme, with their dated results, from its catalogue."""

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from programmes.catalogue import ProgrammeRecord
from programmes.catalogue.records import ActivityRecord, ResultRecord
from programmes.models import Programme
from programmes.services.load_report import LoadReport, put
from roadmap.models import Activity, ExpectedResult, ResultWindow
from schools.access import require


@transaction.atomic
def load_activities(*, programme: Programme, source: ProgrammeRecord, actor: User, report: LoadReport) -> None:
    """Load the roadmap of a programme: activities, results of each year, windows of each result."""
    require(actor, Permission.PROGRAMME_EDIT, at=programme.unit)
    directions = {direction.number: direction for direction in programme.directions.all()}
    bodies = {body.code: body for body in source.bodies}
    for record in source.activities:
        activity = put(
            report,
            "мероприятия",
            str(record.number),
            Activity,
            {"programme": programme, "number": record.number},
            {
                "direction": directions[record.direction],
                "title": record.title,
                "responsible": [bodies[code].short for code in record.responsible],
                "responsible_text": record.responsible_text,
                "level": bodies[record.responsible[0]].level,
                "levels": sorted({bodies[code].level for code in record.responsible}),
                "confirming": list(record.documents),
                "slip": record.slip,
            },
        )
        _results(activity, record, report)
    numbers = [record.number for record in source.activities]
    gone = programme.activities.exclude(number__in=numbers).values_list("number", flat=True)
    report.keep("мероприятия", (str(number) for number in gone))


def _results(activity: Activity, record: ActivityRecord, report: LoadReport) -> None:
    for result in record.results:
        threshold = result.threshold
        row = put(
            report,
            "результаты",
            f"{record.number}/{result.year}/{result.number}",
            ExpectedResult,
            {"activity": activity, "year": result.year, "number": result.number},
            {
                "title": result.text,
                "window": result.when,
                "is_inherited": result.is_inherited,
                "starts_on": min(window.starts_on for window in result.windows),
                "ends_on": max(window.ends_on for window in result.windows),
                "recurrence": result.recurrence,
                "threshold_percent": threshold.value if threshold and threshold.unit == "percent" else None,
                "threshold_count": threshold.value if threshold and threshold.unit == "count" else None,
                "threshold_of": threshold.of if threshold else "",
                "slip": result.slip,
            },
        )
        _windows(row, result, report)
    wanted = {(result.year, result.number) for result in record.results}
    gone = [each for each in activity.results.all() if (each.year, each.number) not in wanted]
    report.keep("результаты", (f"{record.number}/{each.year}/{each.number}" for each in gone))


def _windows(row: ExpectedResult, result: ResultRecord, report: LoadReport) -> None:
    for number, window in enumerate(result.windows, start=1):
        put(
            report,
            "сроки",
            f"{row.activity_id}/{row.year}/{row.number}/{number}",
            ResultWindow,
            {"result": row, "number": number},
            {"starts_on": window.starts_on, "ends_on": window.ends_on},
        )
    row.windows.filter(number__gt=len(result.windows)).delete()
