"""
Documents of the register as facts: whether a unit has one of a kind, and how many.

A document counts from the day that it is dated (undated: filed) and ever after; «в году» keeps those of the period
alone. That a document is about something, only the words of its title tell.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least, TruncDate

from documents.enums import DocumentKind
from documents.models import Document
from indicators.facts.registry import Basis, Measure, Parameter, fact, resettled
from indicators.formula.facts import FactSpec
from schools.enums import Kind
from schools.models import Unit

REGISTER_OF_DOCUMENTS = "реестр документов"
HAS_DOCUMENT, DOCUMENTS = "есть_документ", "документов"
ANY = ""
EVER, WITHIN = "к концу года", "в году"
KINDS = {
    **{str(kind.label): str(kind.value) for kind in DocumentKind},
    "справка": DocumentKind.ANALYSIS,
    "страница": DocumentKind.PAGE,
    "любой": ANY,
}
OWNERS = {
    "край": Kind.REGION,
    "муниципалитет": Kind.MUNICIPALITY,
    "мсо": Kind.MUNICIPALITY,
    "школа": Kind.SCHOOL,
}


def _settle(spec: FactSpec, params: dict[str, Any]) -> FactSpec:
    return resettled(spec, kind=params["owner"])


def _counted(basis: Basis, *, kind: str, owner: str, title: str, when: str) -> QuerySet:
    """Return `(unit_id, how many)` for every unit of the kind that exists on the day: nobody is unknown here."""
    known = Document.objects.annotate(day=Coalesce("dated_on", TruncDate("filed_at"))).filter(day__lte=basis.on)
    if when == WITHIN:
        known = known.filter(day__gte=basis.period.starts_on)
    if kind != ANY:
        known = known.filter(kind=kind)
    for word in title.split():
        known = known.filter(title__icontains=word)
    of_unit = known.filter(unit=OuterRef("pk")).order_by().values("unit").annotate(n=Count("pk")).values("n")
    places = Unit.objects.of_kind(Kind(owner)).open_on(basis.on)
    counted = Coalesce(Subquery(of_unit, output_field=IntegerField()), 0)
    return places.annotate(filed=counted).values_list("pk", "filed")


_fact = partial(
    fact,
    of=None,
    settle=_settle,
    parameters=(
        Parameter("вид", "kind", "приказ, договор, справка, страница… или «любой»", choices=KINDS),
        Parameter("чей", "owner", "край, муниципалитет или школа", choices=OWNERS),
        Parameter("название", "title", "слова, которые есть в названии", required=False, default=""),
        Parameter(
            "когда",
            "when",
            "«в году» — датированные годом, «к концу года» — и прежние",
            choices={EVER: EVER, WITHIN: WITHIN},
            required=False,
            default=EVER,
        ),
    ),
    source=REGISTER_OF_DOCUMENTS,
)


@_fact(DOCUMENTS, title="Документов данного вида в реестре", unit="документов", aliases=("documents",))
def documents(basis: Basis, units: QuerySet[Unit] | None = None, **asked: Any) -> QuerySet:
    """How many documents of the kind the unit has by the day."""
    counted = _counted(basis, **asked)
    return counted if units is None else counted.filter(pk__in=units)


@_fact(
    HAS_DOCUMENT,
    title="В реестре есть документ данного вида",
    measure=Measure.FLAG,
    aliases=("has_document",),
)
def has_document(basis: Basis, units: QuerySet[Unit] | None = None, **asked: Any) -> QuerySet:
    """1 where the unit has a document of the kind by the day."""
    answered = documents(basis, units, **asked).annotate(has=Least(F("filed"), Value(1)))
    return answered.values_list("pk", "has")
