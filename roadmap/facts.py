"""
What formulas may ask of the roadmap: how many results of the region, and of a municipality, fell due in the year, and
how many of them were done in time.

A term counts in the year in which it ends. A municipality owes what is asked of municipalities by the programmes of
whoever it stands under, its own among them. What schools owe is not counted here; what is done on demand is never due.
"""

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from indicators.facts import Basis, fact
from programmes.enums import ProgrammeStatus
from roadmap.enums import DONE, Recurrence
from roadmap.models import Execution, ResultWindow
from schools.enums import Kind
from schools.models import Ancestry, Unit

ROADMAP = "дорожная карта"


OF_REGION = Q(result__activity__level=Kind.REGION)
OF_MUNICIPALITIES = Q(result__activity__levels__contains=[Kind.MUNICIPALITY]) | Q(
    result__activity__levels=[], result__activity__level=Kind.MUNICIPALITY
)


def _due(basis: Basis, whose: Q = OF_REGION) -> QuerySet[ResultWindow]:
    """Return the terms of results that end in the period, by the day."""
    own = ResultWindow.objects.filter(whose, result__activity__programme__status=ProgrammeStatus.APPROVED)
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
    return _regions(units).annotate(value=_done_in(due)).values_list("pk", "value")


def _done_in(due: QuerySet[ResultWindow]) -> Coalesce:
    """How many executions of a unit are of these terms."""
    done = Execution.objects.filter(Exists(due), state__in=DONE, unit=OuterRef("pk")).order_by()
    counted = done.values("unit").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@fact(
    "мсо_результатов_к_сроку",
    of=Kind.MUNICIPALITY,
    title="Результаты дорожных карт, за которые отвечает муниципалитет и срок которых кончился в году",
    unit="результатов",
    aliases=("municipal_results_due",),
    source=ROADMAP,
)
def municipal_results_due(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """How many windows of the results that a municipality owes are over."""
    owed = _due(basis, OF_MUNICIPALITIES).filter(
        result__activity__programme__unit__in=_above(basis, OuterRef(OuterRef("pk")))
    )
    counted = owed.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    value = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return _municipalities(basis, units).annotate(value=value).values_list("pk", "value")


@fact(
    "мсо_выполнено_в_срок",
    of=Kind.MUNICIPALITY,
    title="Из них выполненные муниципалитетом не позже срока",
    unit="результатов",
    aliases=("municipal_results_in_time",),
    source=ROADMAP,
)
def municipal_results_in_time(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """How many of the windows that are over have an execution of the municipality, done by their last day."""
    due = _due(basis, OF_MUNICIPALITIES).filter(
        result=OuterRef("result"),
        number=OuterRef("window_number"),
        ends_on__gte=OuterRef("done_on"),
        result__activity__programme__unit__in=_above(basis, OuterRef(OuterRef("unit"))),
    )
    return _municipalities(basis, units).annotate(value=_done_in(due)).values_list("pk", "value")


def _above(basis: Basis, unit: OuterRef) -> QuerySet:
    """Whom a unit stood under on the day, itself included."""
    on_the_day = Q(valid_to=None) | Q(valid_to__gte=basis.on)
    return Ancestry.objects.filter(on_the_day, unit=unit, valid_from__lte=basis.on).values("ancestor")


def _municipalities(basis: Basis, units: QuerySet[Unit] | None) -> QuerySet[Unit]:
    there = Unit.objects.of_kind(Kind.MUNICIPALITY).open_on(basis.on)
    return there if units is None else there.filter(pk__in=units)


def _regions(units: QuerySet[Unit] | None) -> QuerySet[Unit]:
    regions = Unit.objects.of_kind(Kind.REGION)
    return regions if units is None else regions.filter(pk__in=units)
