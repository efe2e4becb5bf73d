"""The indicators of a catalogue into the database: bases of years, elements, definitions, places and targets."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from documents.enums import DocumentKind
from documents.models import Document
from indicators.enums import Better, IndicatorKind
from indicators.models import Indicator, IndicatorEdition, Period, PeriodBasis
from indicators.services.definitions import (
    Definition,
    define_indicator,
    definition_of,
    set_basis,
)
from programmes.catalogue import ProgrammeRecord
from programmes.catalogue.records import IndicatorRecord, TargetRecord
from programmes.enums import RowChoice, TargetOperator, TargetScope
from programmes.models import Direction, Programme, ProgrammeIndicator, Target
from programmes.services.loading import LoadReport, put
from programmes.services.loading_elements import load_elements
from schools.access import require
from schools.enums import Kind

LOADED = "Загружен пакет"


@transaction.atomic
def load_indicators(
    *, programme: Programme, source: ProgrammeRecord, actor: User, now: datetime, report: LoadReport
) -> None:
    """
    Load what a programme measures: bases of its years, elements, indicators, where they stand, their targets.

    What feeds a year is written only where nobody has said it yet, and an indicator that has been redefined in the
    portal since stays so: people change both there.

    :raises FormulaError: if a formula of the catalogue makes no sense
    """
    require(actor, Permission.INDICATOR_EDIT, at=programme.unit)
    _bases(source, actor, now, report)
    owner = programme.unit if programme.unit.parent_id is not None else None
    load_elements(source=source, owner=owner, actor=actor, now=now, report=report)
    chosen = set(programme.programme_indicators.filter(choice=RowChoice.CHOSEN).values_list("number", flat=True))
    changed = set(
        Target.objects.filter(programme_indicator__programme=programme, unit=None, changes__isnull=False).values_list(
            "programme_indicator__number", "period__code"
        )
    )
    directions = {direction.number: direction for direction in programme.directions.all()}
    for order, record in enumerate(source.indicators, start=1):
        indicator = _definition(record, source, programme, actor, now, report)
        if record.choice == RowChoice.OPTIONAL and record.number in chosen:  # its owner has taken it here
            record = replace(record, choice=RowChoice.CHOSEN.value)
        place = _place(record, order, programme, directions.get(record.direction or 0), indicator, report)
        for target in record.targets:
            if (record.number, str(target.year)) in changed:
                report.keep("цели, изменённые в портале", [f"{record.number}/{target.year}"])
            else:
                _target(target, record, place, report)
    numbers = [record.number for record in source.indicators]
    gone = programme.programme_indicators.exclude(number__in=numbers).values_list("number", flat=True)
    report.keep("показатели", gone)


def _bases(source: ProgrammeRecord, actor: User, now: datetime, report: LoadReport) -> None:
    for basis in source.bases:
        if PeriodBasis.objects.filter(period__code=str(basis.year), indicator=None).exists():
            report.note("чем кормится год", str(basis.year), "left")
            continue
        set_basis(
            year=basis.year,
            academic_year=basis.academic_year,
            cohort_year=basis.cohort,
            wave=basis.wave,
            actor=actor,
            now=now,
        )
        report.note("чем кормится год", str(basis.year), "added")


def _definition(
    record: IndicatorRecord,
    source: ProgrammeRecord,
    programme: Programme,
    actor: User,
    now: datetime,
    report: LoadReport,
) -> IndicatorEdition:
    was = Indicator.objects.filter(code=record.code).first()
    current = was.editions.filter(is_current=True).first() if was else None
    wanted = _says(record, source, _document_of(programme), current)
    if was is not None and current is not None and _is_redefined(was, current, wanted):
        report.keep("показатели, изменённые в портале", [record.number])
        return current
    number = current.number if current else None
    edition = define_indicator(
        code=record.code,
        name=record.name,
        definition=wanted,
        valid_from=programme.starts_on if was is None else timezone.localdate(now),
        owner=programme.unit if programme.unit.parent_id is not None else None,
        reason=f"{LOADED} «{programme.code}», версия {programme.version or '1'}",
        actor=actor,
        now=now,
    )
    same = was is not None and number == edition.number and was.name == record.name
    report.note("показатели", record.number, "added" if was is None else "left" if same else "changed")
    return edition


def _is_redefined(indicator: Indicator, current: IndicatorEdition, wanted: Definition) -> bool:
    """Say whether people have written the present edition over one that came with a catalogue."""
    if definition_of(current) == wanted:
        return False
    if current.reason:
        return not current.reason.startswith(LOADED)
    return any(definition_of(edition).measures_as(wanted) for edition in indicator.editions.filter(is_current=False))


def _says(
    record: IndicatorRecord, source: ProgrammeRecord, document: Document | None, current: IndicatorEdition | None
) -> Definition:
    """What the catalogue says; whose care it is in and when it is reviewed people say in the portal, and that stays."""
    kind = IndicatorKind(record.kind)
    said = Definition(
        kind=kind,
        formula=record.formula,
        better=Better(record.better),
        unit_of_measure=record.unit,
        precision=0 if kind == IndicatorKind.COUNT else 1,
        level=Kind(record.level),
        in_words=record.in_words,
        purpose=record.purpose or _purpose(record, source),
        document_id=document.pk if document else None,
        source=f"{record.place}, показатель {record.number}",
        page=record.page,
        methodologist_named=source.methodologist,
        reviewer_named=source.reviewer,
    )
    if current is None:
        return said
    return replace(
        said,
        methodologist_id=current.methodologist_id,
        reviewer_id=current.reviewer_id,
        next_review_on=current.next_review_on,
    )


def _purpose(record: IndicatorRecord, source: ProgrammeRecord) -> str:
    """What it is for, by its place in the document, where the catalogue does not say it of the row itself."""
    for direction in source.directions:
        if direction.number == record.direction:
            return f"Показывает, как выполняется направление «{direction.title}»."
    return f"Показывает, чего достигает вся программа «{source.short_title}»."


def _document_of(programme: Programme) -> Document | None:
    document = programme.document
    return document if document is not None and document.kind == DocumentKind.PROGRAMME else None


def _place(
    record: IndicatorRecord,
    order: int,
    programme: Programme,
    direction: Direction | None,
    edition: IndicatorEdition,
    report: LoadReport,
) -> ProgrammeIndicator:
    return put(
        report,
        "места в программе",
        record.number,
        ProgrammeIndicator,
        {"programme": programme, "indicator": edition.indicator},
        {
            "direction": direction,
            "number": record.number,
            "sort_order": order,
            "group_number": record.group_number,
            "group_title": record.group,
            "rows_by": record.rows_by,
            "is_headline": record.is_headline,
            "part_of": record.part_of,
            "choice": RowChoice(record.choice),
            "counted": record.counted,
            "management": record.management,
            "why_asked": record.why_asked,
            "basis": record.basis,
            "verbatim": record.verbatim,
            "slip": record.slip,
        },
    )


def _target(target: TargetRecord, record: IndicatorRecord, place: ProgrammeIndicator, report: LoadReport) -> None:
    also = target.also
    put(
        report,
        "цели",
        f"{record.number}/{target.year}",
        Target,
        {"programme_indicator": place, "period": Period.objects.get(code=str(target.year)), "unit": None},
        {
            "operator": TargetOperator(target.operator),
            "value": target.value,
            "upper": target.upper,
            "base_year": target.base_year,
            "scope": TargetScope(target.scope),
            "verbatim": target.text,
            "also": also and {"element": also.element, "operator": also.operator, "value": str(also.value)},
        },
    )
