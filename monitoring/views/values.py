"""A number opened: in words, the territories and members it is made of, and what each of them rests on."""

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Table
from indicators.enums import IndicatorKind, ValueStatus
from indicators.formula.errors import FormulaError
from indicators.models import IndicatorValue, ValueSinceClosing
from indicators.registry import facts_read_once
from indicators.selectors.closings import difference_of
from indicators.selectors.distributions import spread_of
from indicators.selectors.run_journal import may_read_runs
from indicators.selectors.staleness import Waiting, waiting_notes
from monitoring.selectors.opened_value import (
    OUTCOMES,
    Behind,
    OpenedValue,
    opened_value,
    value_in_sight,
    values_below,
    with_approved,
    with_sources,
)
from schools.access import appointments_of

MEMBERS = [
    Heading("Кто", key="name", order=("name", "unit_id")),
    Heading("Участие", key="outcome", order=("outcome", "name", "unit_id")),
    Heading("Что известно"),
    Heading("На чём основано"),
]
COLUMNS = [
    Column("Кто", width=40),
    Column("Участие", width=28),
    Column("Что известно", width=60),
    Column("Почему не участвует", width=40),
    Column("На чём основано", width=80),
]


@require_safe
def value_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a value; the members behind it as CSV or XLSX."""
    appointments_of(request.user)  # the top bar needs them anyway, and with them at hand less is asked
    value = value_in_sight(user=request.user, pk=pk)
    if value is None:
        raise Http404
    with facts_read_once():
        return _opened_page(request, value)


def _opened_page(request: HttpRequest, value: IndicatorValue) -> HttpResponse:
    try:
        opened = opened_value(value)
    except FormulaError as error:
        context = {"value": value, "problem": str(error), "crumbs": _crumbs(value)}
        return render(request, "monitoring/values/value.html", context)
    listing = Listing.read(request.GET, MEMBERS, default="outcome")
    members = listing.sort(_narrowed(opened, request.GET.get("outcome", ""), request.GET.get("q", "")))
    if listing.file_format:
        return _file(opened, with_approved(opened, members, user=request.user), listing.file_format)
    page = listing.page(members)
    with_sources(opened, with_approved(opened, page.rows, user=request.user))
    return render(request, "monitoring/values/value.html", _context(request, opened, listing, page))


def _context(request: HttpRequest, opened: OpenedValue, listing: Listing, page: object) -> dict[str, object]:
    value = opened.value
    edition = value.edition
    # Of a closed period nothing waits: what a recalculation gives stands beside.
    is_closed = value.period.closing is not None
    notes, difference = (Waiting(()), difference_of(value)) if is_closed else (waiting_notes(), None)
    return {
        "value": value,
        "opened": opened,
        "difference": difference,
        "differs": difference and difference.edition.shown(difference.n, difference.d),
        "answer_now": difference and _answer(difference),
        "spread_now": difference and spread_of(difference.edition, difference.cells),
        "closed": [value.period] if is_closed else [],
        "reads_runs": may_read_runs(user=request.user),
        "is_stale": notes.touches(edition.indicator.code, edition.depends_on, opened.basis.year, edition.reach),
        "below": [(each, edition.shown(each.n, each.d)) for each in _sorted_below(opened)],
        "listing": listing,
        "page": page,
        "outcomes": [(code, label, opened.count(code)) for code, label in OUTCOMES.items() if opened.count(code)],
        "outcome": request.GET.get("outcome", ""),
        "q": request.GET.get("q", ""),
        "crumbs": _crumbs(value),
    }


def _answer(difference: ValueSinceClosing) -> str:
    """A single answer in its word; nothing for what is a number."""
    is_answer = difference.edition.kind == IndicatorKind.YES_NO and difference.d == 1
    return ("да" if difference.n else "нет") if is_answer and difference.status == ValueStatus.KNOWN else ""


def _sorted_below(opened: OpenedValue) -> Iterable[IndicatorValue]:
    for each in values_below(opened.value, opened.meaning).order_by("unit__sort_key"):
        each.spread = spread_of(opened.value.edition, each.cells)
        yield each


def _narrowed(opened: OpenedValue, outcome: str, text: str) -> list[Behind]:
    wanted = text.casefold().replace("ё", "е").split()
    return [
        member
        for member in opened.members
        if (not outcome or member.outcome == outcome)
        and all(word in member.name.casefold().replace("ё", "е") for word in wanted)
    ]


def _crumbs(value: IndicatorValue) -> list[tuple[str, str]]:
    table = f"{reverse('programmes:indicator-table')}?unit={value.unit_id}&year={value.period.year}"
    return [("Показатели", table), (f"{value.unit.short_name}, {value.period.in_words}", "")]


def _approved(member: Behind) -> list[str]:
    return [f"при закрытии утверждено: {member.approved}"] if member.approved else []


def _file(opened: OpenedValue, members: Sequence[Behind], file_format: str) -> HttpResponse:
    value = opened.value
    with_sources(opened, members)
    rows = (
        (
            member.name,
            member.outcome_said,
            "; ".join([*(f"{said}: {known}" for said, known in member.line.seen), *_approved(member)]),
            member.line.cause,
            "; ".join(source.text for source in member.sources),
        )
        for member in members
    )
    about = [
        ("Показатель", value.edition.indicator.name),
        ("Значение", opened.headline),
        ("Территория", value.unit.name),
        ("Год", str(value.period)),
        ("По каким данным", opened.basis.in_words()),
        ("Редакция", f"№ {value.edition.number} от {value.edition.valid_from:%d.%m.%Y}: {value.edition.formula}"),
    ]
    about += [("Состав", opened.of_today)] if opened.of_today else []
    name = f"{value.edition.indicator.code}, {value.unit.short_name}, {value.period}"
    table = Table("Из чего сложилось", COLUMNS, rows, caption=opened.headline)
    return table_response(table, name=name, file_format=file_format, about=about)
