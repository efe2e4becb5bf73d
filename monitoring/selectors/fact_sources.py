"""Where the facts of a unit come from: the row of a file, an entry in a form, an order, a programme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from common.numbers import format_number
from common.years import format_academic_year
from indicators.enums import ElementType
from indicators.facts import Basis, Cause, find_fact
from indicators.facts.entered import ENTERED
from indicators.facts.passports import PASSPORT
from indicators.formula.facts import Parameters
from indicators.models import Observation
from monitoring.enums import ListState, LoadState, Source
from monitoring.facts import JOURNAL, LIST, RESULTS, TOGETHER
from monitoring.facts.same_pupils import pairs_asked
from monitoring.facts.sums import held_for
from monitoring.models import Assessment, ListEntry, SchoolList, SchoolResult
from monitoring.selectors.comparison import Incomparable, comparable_pair
from monitoring.selectors.results import outcomes_of
from monitoring.selectors.same_pupils import sums_of_pairs
from programmes.facts import REGISTER as PROGRAMMES
from programmes.models import Programme
from schools.models import SchoolYear

FactKey = tuple[str, Parameters]


@dataclass(frozen=True, slots=True)
class SourceOfFact:
    """One thing that a fact rests on: words, and the page that opens it."""

    text: str
    page: str = ""  # name of an address
    key: int | None = None
    link: str = ""  # an address outside the portal: the confirming document


Found = dict[int, list[SourceOfFact]]


def sources_of(*, facts: Iterable[FactKey], basis: Basis, unit_ids: Collection[int]) -> Found:
    """Return what the facts of some units rest on, in the order of the facts, each thing once."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    for name, params in sorted(facts, key=str):
        known = find_fact(name)
        if known is not None and known.source in FINDERS:
            asked[known.source].append((name, known.keywords(params)))
    found: dict[int, list[SourceOfFact]] = defaultdict(list)
    for source, questions in asked.items():
        for unit_id, one in FINDERS[source](questions, basis, unit_ids):
            if one not in found[unit_id]:
                found[unit_id].append(one)
    return dict(found)


Asked = tuple[str, dict[str, Any]]  # a fact and its parameters as the function takes them
Sourced = Iterable[tuple[int, SourceOfFact]]


def _results(asked: list[Asked], basis: Basis, unit_ids: Collection[int]) -> Sourced:
    for row in _rows(asked, basis, unit_ids, Q(is_current=True)):
        outcomes = ", ".join(f"{name} — {count}" for name, count in outcomes_of(row))
        failed = "" if row.failed is None or outcomes else f", не справились {row.failed}"
        told = f"участников {row.n}{failed}" + (f"; {outcomes}" if outcomes else "")
        yield row.unit_id, _of_file(row, told)


def _compared(asked: list[Asked], basis: Basis, unit_ids: Collection[int]) -> Sourced:
    accepted = Q(source=Source.JOURNAL, load__state__in=[LoadState.IN_FORCE, LoadState.SUPERSEDED])
    rows = _rows(asked, basis, unit_ids, Q(raised__isnull=False) & (Q(is_current=True) | accepted))
    for row in rows:
        told = f"против журнала выше {row.raised}, равны {row.confirmed}, ниже {row.lowered}"
        yield row.unit_id, _of_file(row, told)


def _rows(asked: list[Asked], basis: Basis, unit_ids: Collection[int], which: Q) -> QuerySet[SchoolResult]:
    assessments = {one.pk for name, params in asked for one in _assessments(name, params, basis)}
    rows = SchoolResult.objects.filter(which, assessment__in=assessments, unit__in=unit_ids)
    rows = rows.select_related("assessment__procedure", "assessment__subject", "load__upload")
    # What a load kept of its file is long, and is not shown here.
    rows = rows.defer("load__summary", "assessment__subject__terms")
    return rows.order_by("-assessment__academic_year", "assessment__grade", "assessment__subject__name", "pk")


def _of_file(row: SchoolResult, told: str) -> SourceOfFact:
    held = row.assessment
    line = "" if row.row_no is None else f", строка {row.row_no}"
    text = (
        f"{held.procedure} {format_academic_year(held.academic_year)}, {held.subject}, {held.grade} класс: {told}; "
        f"файл «{row.load.upload.name}»{line}"
    )
    return SourceOfFact(text, "monitoring:result", row.pk)


def _together(asked: list[Asked], basis: Basis, unit_ids: Collection[int]) -> Sourced:
    found = [pairs_asked(basis, **params) for _, params in asked]
    pairs = {(pair.now.pk, pair.before.pk) for one in found if not isinstance(one, Cause) for pair in one}
    for row in sums_of_pairs(pairs, unit_ids):
        yield row.unit_id, SourceOfFact(f"{row.title}: {row.in_words}", "monitoring:result", row.result)


def _assessments(name: str, params: dict[str, Any], basis: Basis) -> list[Assessment]:
    if name == "динамика":
        procedure, subject, grade = params["procedure"], params["subject"], int(params["grade"])
        pair = comparable_pair(procedure, subject, grade, basis.academic_year)
        if not isinstance(pair, Incomparable):
            return [*pair.now, *pair.before]
    return held_for(basis, **params)


def _entered(asked: list[Asked], basis: Basis, unit_ids: Collection[int]) -> Sourced:
    codes, whole = {params["element"] for _, params in asked}, basis.period
    # One category is asked for by itself; without one, all of them, which add up to the number.
    chosen = {(params["element"], params.get("category", "")) for _, params in asked}
    # A year may be made of its half-years or waves.
    within = Q(period__starts_on__gte=whole.starts_on, period__ends_on__lte=whole.ends_on)
    rows = Observation.objects.counted().filter(within, element__code__in=codes, unit__in=unit_ids)
    rows = rows.select_related("element", "document", "entered_by", "period").order_by("period__ends_on", "pk")
    for row in rows:
        code = row.element.code
        if row.period.code not in row.element.codes_within(whole) or not {(code, ""), (code, row.category)} & chosen:
            continue
        moment = timezone.localtime(row.entered_at)
        who = row.entered_by.full_name or row.entered_by.login
        when = "" if row.period_id == whole.pk else f" ({row.period.in_words})"
        what = f"{row.element.name}: " if len(codes) > 1 else ""
        text = f"{what}«{_said(row)}»{when} — внесено {moment:%d.%m.%Y %H:%M}, {who}"
        if row.comment:
            text += f"; {row.comment}"
        yield row.unit_id, SourceOfFact(text, "indicators:history", row.pk)
        if row.document is not None:
            yield row.unit_id, SourceOfFact(str(row.document), link=row.document.url)


def _said(row: Observation) -> str:
    element = row.element
    if element.type == ElementType.YES_NO:
        return "да" if row.value else "нет"
    if element.type == ElementType.THREE_STATE:
        return element.states.get(str(int(row.value)), str(int(row.value)))
    category = f"{row.category_name}: " if row.category else ""
    return f"{category}{format_number(row.value)} {element.unit_of_measure}".strip()


def _listed(asked: list[Asked], basis: Basis, unit_ids: Collection[int]) -> Sourced:
    approved = SchoolList.objects.filter(cohort_year=basis.cohort_year, state=ListState.APPROVED)
    rows = ListEntry.objects.filter(school_list__in=approved, unit__in=unit_ids).select_related("school_list__order")
    for row in rows:
        order = row.school_list.order
        yield row.unit_id, SourceOfFact(f"{row.school_list}: {order}", "monitoring:list", row.school_list_id)


def _programmes(asked: list[Asked], basis: Basis, unit_ids: Collection[int]) -> Sourced:
    rows = Programme.objects.approved(by=basis.on).filter(unit__in=unit_ids).select_related("document")
    rows = rows.filter(Q(starts_on__lte=basis.period.ends_on), Q(ends_on__gte=basis.period.starts_on))
    for row in rows.order_by("-approved_on"):
        term = f"{row.starts_on:%d.%m.%Y} – {row.ends_on:%d.%m.%Y}"
        text = f"{row.get_kind_display()}, {term}, утверждена {row.approved_on:%d.%m.%Y}"
        yield row.unit_id, SourceOfFact(text, "programmes:programme", row.pk)


def _passports(asked: list[Asked], basis: Basis, unit_ids: Collection[int]) -> Sourced:
    for row in SchoolYear.objects.filter(academic_year=basis.academic_year, unit__in=unit_ids):
        line = "" if row.source_row is None else f", строка {row.source_row}"
        year = format_academic_year(row.academic_year)
        yield row.unit_id, SourceOfFact(f"паспорт {year}: {row.source}{line}", "reports:school", row.unit_id)


FINDERS = {
    RESULTS: _results,
    JOURNAL: _compared,
    ENTERED: _entered,
    LIST: _listed,
    TOGETHER: _together,
    PROGRAMMES: _programmes,
    PASSPORT: _passports,
}
