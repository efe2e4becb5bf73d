"""
What formulas may ask of the roadmap: how many of the region's own results fell due in the year, and how many in time.

A term counts in the year in which it ends. Results of municipalities and schools are theirs and not counted here; what
is done on demand is never due.
"""

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from indicators.facts import Basis, fact
from programmes.enums import ProgrammeStatus
from roadmap.enums import DONE, Recurrence
from roadmap.models import Execution, ResultWindow
from schools.enums import Kind
from schools.models import Unit

ROADMAP = "дорожная карта"


def _due(basis: Basis) -> QuerySet[ResultWindow]:
    """Return the terms of the region's own results that end in the period, by the day."""
    own = ResultWindow.objects.filter(
        result__activity__level=Kind.REGION, result__activity__programme__status=ProgrammeStatus.APPROVED
    )
    return own.exclude(result__recurrence=Recurrence.ON_DEMAND).filter(
        ends_on__gte=basis.period.starts_on, ends_on__lte=basis.on
    )


@fact(
    "результатов_к_сроку",
    of=Kind.REGION,
    title="Результаты дорожной карты, за которые отвечает край и срок которых кончился в году",
    unit="результатов",
    aliases=("results_due",),
    source=ROADMAP,
)
def results_due(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """How many windows of the region's programmes are over."""
    due = _due(basis).filter(result__activity__programme__unit=OuterRef("pk")).order_by()
    counted = due.values("result__activity__programme__unit").annotate(n=Count("pk")).values("n")
    return _regions(units).annotate(value=Coalesce(Subquery(counted), 0)).values_list("pk", "value")


@fact(
    "выполнено_в_срок",
    of=Kind.REGION,
    title="Из них выполненные не позже срока",
    unit="результатов",
    aliases=("results_in_time",),
    source=ROADMAP,
)
def results_in_time(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """How many of the windows that are over have an execution of the region, done by their last day."""
    due = _due(basis).filter(
        result=OuterRef("result"), number=OuterRef("window_number"), ends_on__gte=OuterRef("done_on")
    )
    done = (
        Execution.objects.filter(Exists(due), state__in=DONE, unit=OuterRef("pk"))
        .order_by()
        .values("unit")
        .annotate(n=Count("pk"))
        .values("n")
    )
    value = Coalesce(Subquery(done, output_field=IntegerField()), 0)
    return _regions(units).annotate(value=value).values_list("pk", "value")


def _regions(units: QuerySet[Unit] | None) -> QuerySet[Unit]:
    regions = Unit.objects.of_kind(Kind.REGION)
    return regions if units is None else regions.filter(pk__in=units)
