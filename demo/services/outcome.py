"""The end of the main job: values counted, reports made, and what came of it in a few lines."""

from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import connection

from common.russian import counted
from demo.generation.deeds import YEARS
from demo.generation.staff import ANALYST
from demo.services.building import Builder
from indicators.services.recalculation import JOB_KIND
from jobs.enums import JobState
from jobs.services.running import run_now, run_pending
from monitoring.enums import Category, ListState
from monitoring.models import ListEntry, SchoolList
from reports.enums import ReportFormat, ReportName
from reports.models import ReportOrder
from reports.services.orders import order_report, put_file
from schools.models import Unit

NAMED = 5


class ReportNotMade(RuntimeError):
    """A report of the demonstration failed; the message says why."""


def count_indicators(builder: Builder) -> None:
    """Do the recalculations that everything before has asked for."""
    builder.progress(0, 0, "Пересчёт показателей")
    with connection.cursor() as cursor:
        # Statistics that know nothing of what was just written make the planner loop over whole tables for minutes.
        # A role that does not own the tables is only warned, and there the server gathers them by itself.
        cursor.execute("ANALYZE")
    run_pending(kinds=[JOB_KIND])


def make_reports(builder: Builder) -> None:
    """Make the report on the newest identification, and put it where it is easily found."""
    order = order_report(
        name=ReportName.IDENTIFICATION,
        unit=builder.region,
        year=YEARS[-1],
        file_format=ReportFormat.PDF,
        actor=builder.person(ANALYST),
        now=builder.now,
    )
    job = run_now(order.job, progress=builder.progress)
    if job.state != JobState.DONE:
        raise ReportNotMade(job.failure)
    put_file(report_path(), ReportOrder.objects.get(pk=order.pk).path.read_bytes())


def report_path() -> Path:
    """Where the command leaves the report."""
    return Path(settings.DATA_DIR) / "demo" / f"spravka-{YEARS[-1]}.pdf"


def headline() -> list[str]:
    """Say what the newest approved list holds, where, and where the report lies."""
    listed = (
        SchoolList.objects.filter(state=ListState.APPROVED).select_related("order").order_by("-cohort_year").first()
    )
    if listed is None:
        return []
    entries = ListEntry.objects.filter(school_list=listed).exclude(categories=[])
    found = Counter(category for row in entries.values_list("categories", flat=True) for category in row)
    low, hard = (found[one.value] for one in (Category.LOW_RESULTS, Category.HARD_CONDITIONS))
    both = entries.filter(categories__contains=[Category.LOW_RESULTS.value, Category.HARD_CONDITIONS.value]).count()
    places = Counter(entries.values_list("unit__parent__short_name", flat=True))
    most = ", ".join(f"{name} ({count})" for name, count in places.most_common(NAMED))
    schools = Unit.objects.filter(kind="school").count()
    lines = [
        f"Осень {listed.cohort_year} года, приказ № {listed.order.number} от {listed.order.dated_on:%d.%m.%Y}: "
        f"в списке {counted(entries.count(), 'школа', 'школы', 'школ')} из {schools}.",
        f"  ШНРО {low}, ШНСУ {hard}, из них то и другое {both}; резильентных {found[Category.RESILIENT.value]}.",
        f"  Муниципалитетов с такими школами: {len(places)}; больше всего: {most}.",
    ]
    return [*lines, f"  Аналитическая справка: {report_path()}"] if report_path().exists() else lines
