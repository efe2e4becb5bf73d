"""
Which data elements the rows of programmes ask for in a year.

A row asks in every year of its programme's term, and before it in those that its formula looks back to or its target
is held against: whoever promises growth needs the number that it grows from. A row that is optional and not chosen, a
draft or closed asks for nothing, and so does a programme that is not approved.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, ExtractYear, JSONObject

from indicators.registry import AskedByRows
from indicators.selectors.asked import elements_in
from programmes.enums import CHANGES, NOT_ASKED, ProgrammeStatus
from programmes.models import ProgrammeIndicator, Target

LAST_DAYS = timedelta(days=31)  # approved on 21 December, a programme asks for nothing of the year that ends


def elements_asked_by_rows(year: int) -> AskedByRows:
    """Return the codes of the elements that rows ask for in a calendar year, and of all that they ask for in any."""
    ever: set[str] = set()
    asked: dict[str, set[int]] = defaultdict(set)
    rows = ProgrammeIndicator.objects.filter(indicator__editions__isnull=False).select_related("programme")
    for row in rows.annotate(
        is_current=F("indicator__editions__is_current"),
        depends_on=F("indicator__editions__depends_on"),
        reach=F("indicator__editions__reach"),
        beside=ArraySubquery(_beside()),
    ).order_by():
        codes = elements_in(row.depends_on or ()) | {each["half"] for each in row.beside if each["half"]}
        ever |= codes
        if not row.is_current:  # what only a former edition asked is put no longer, and is nobody's own question either
            continue
        programme = row.programme
        if programme.status != ProgrammeStatus.APPROVED or row.choice in NOT_ASKED or row.is_closed_in(year):
            continue
        bases = {each["base"] for each in row.beside if each["operator"] in CHANGES}
        needed = {*_years(programme.starts_on, programme.ends_on), *bases}
        if any(one - row.reach <= year <= one for one in needed):
            for code in codes:
                asked[code].add(programme.unit_id)
    return AskedByRows(frozenset(ever), {code: frozenset(units) for code, units in asked.items()})


def _beside() -> QuerySet:
    """Return of a row's targets what their second halves ask for, and the years that their changes are held against."""
    targets = Target.objects.filter(Q(operator__in=CHANGES) | Q(also__isnull=False), programme_indicator=OuterRef("pk"))
    base = Coalesce("base_year", ExtractYear("period__starts_on") - 1)
    said = JSONObject(operator="operator", half=KeyTextTransform("element", "also"), base=base)
    return targets.order_by().values(said=said)


def _years(first: date, last: date) -> range:
    """Return the calendar years of a term, but for one of which it has only the last days."""
    begins = first + LAST_DAYS if first + LAST_DAYS <= last else first
    return range(begins.year, last.year + 1)
