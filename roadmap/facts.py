"""What formulas may ask of the roadmap: how many results fell due by the day, and how many were carried out."""

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from indicators.facts import Basis, fact
from roadmap.enums import DONE
from roadmap.models import Execution, ResultWindow
from schools.enums import Kind
from schools.models import Unit

ROADMAP = "дорожная карта"


def _due(basis: Basis) -> QuerySet[ResultWindow]:
    """Return the windows of the programme year that are over by the day."""
    return ResultWindow.objects.filter(result__year=basis.year, ends_on__lte=basis.on)


@fact(
    "результатов_к_сроку",
    of=Kind.REGION,
    title="Результаты дорожной карты, срок которых наступил в году",
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
    title="Результаты дорожной карты, выполненные не позже срока",
    unit="результатов",
    aliases=("results_in_time",),
    source=ROADMAP,
)
def results_in_time(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """How many of the windows that are over have an execution of the region, done by their last day."""
    done = (
        Execution.objects.filter(state__in=DONE, unit=OuterRef("pk"), result__year=basis.year)
        .filter(  # one filter, so that the three speak of the same window
            result__windows__number=F("window_number"),
            result__windows__ends_on__lte=basis.on,
            result__windows__ends_on__gte=F("done_on"),
        )
        .order_by()
        .values("unit")
        .annotate(n=Count("pk", distinct=True))
        .values("n")
    )
    value = Coalesce(Subquery(done, output_field=IntegerField()), 0)
    return _regions(units).annotate(value=value).values_list("pk", "value")


def _regions(units: QuerySet[Unit] | None) -> QuerySet[Unit]:
    regions = Unit.objects.of_kind(Kind.REGION)
    return regions if units is None else regions.filter(pk__in=units)
