"""Names of rows of any tables, found in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from documents.models import Document
from indicators.models import DataElement, Indicator, IndicatorEdition, Period
from jobs.models import Upload
from monitoring.models import (
    Assessment,
    IdentificationRun,
    ListEntry,
    Methodology,
    MethodologyEdition,
    Procedure,
    SchoolList,
    Subject,
)
from programmes.models import Direction, Goal, PassportSection, Programme, ProgrammeIndicator, Target
from reports.selectors.trail.words import models_by_table
from roadmap.models import Activity, ExpectedResult
from schools.models import Appointment, SchoolYear, Unit

Key = tuple[str, str]  # table and key


def _joined(*parts: str) -> Concat:
    """Join fields of a row; a part in «» is a text."""
    return Concat(*(Value(part[1:-1], TextField()) if part[0] == "«" else Cast(part, TextField()) for part in parts))


# What a row is called among others: a field of it, or several.
NAMES: dict[type[Model], Any] = {
    User: F("full_name"),
    Unit: F("short_name"),
    Document: _joined("title", "«, № »", "number"),
    Upload: F("name"),
    Period: F("code"),
    Indicator: F("name"),
    IndicatorEdition: _joined("«редакция »", "number"),
    DataElement: F("name"),
    Programme: F("title"),
    ProgrammeIndicator: _joined("number", "« »", "indicator__name"),
    Target: _joined("programme_indicator__number", "«, »", "period__code"),
    Direction: _joined("number", "«. »", "title"),
    Goal: F("text"),
    PassportSection: F("title"),
    Activity: _joined("number", "«. »", "title"),
    ExpectedResult: _joined("activity__number", "«, »", "year", "«: »", "title"),
    ListEntry: F("unit__short_name"),
    SchoolList: F("cohort_year"),
    SchoolYear: F("academic_year"),
    Appointment: F("unit__short_name"),
    Methodology: F("name"),
    MethodologyEdition: _joined("«редакция »", "number"),
    IdentificationRun: _joined("«№ »", "id"),
    Procedure: F("name"),
    Subject: F("name"),
    Assessment: _joined("procedure__name", "«, »", "subject__name", "«, »", "grade", "« класс»"),
}
# What a deleted row may be called by.
TITLES = ("title", "name", "full_name", "text", "verbatim", "number", "year")


def names_of(keys: Iterable[Key]) -> dict[Key, str]:
    """Return what the rows are called; a row that is gone, or of a table without names, is left out."""
    by_table: dict[str, set[str]] = {}
    for table, key in keys:
        by_table.setdefault(table, set()).add(key)
    found = [rows for table, wanted in by_table.items() if (rows := _rows(table, wanted)) is not None]
    if not found:
        return {}
    first, *rest = found
    return {(table, key): name for table, key, name in (first.union(*rest, all=True) if rest else first)}


def name_of_deleted(model: type[Model], row: Mapping[str, Any]) -> str:
    """Return what a row that is gone was called, by what the trail keeps of it."""
    coded = {field.column for field in model._meta.concrete_fields if field.choices}
    return next((str(row[name]) for name in TITLES if row.get(name) and name not in coded), "")


def _rows(table: str, keys: set[str]) -> QuerySet[Any] | None:
    model = models_by_table().get(table)
    if model is None or model not in NAMES:
        return None
    rows = model._default_manager.order_by().filter(pk__in=keys)
    return rows.values_list(
        Value(table, TextField()), Cast("pk", TextField()), Cast(NAMES[model], TextField()), named=False
    )
