"""The indicators of a catalogue into the database: bases of years, elements, definitions, places and targets."""

from dataclasses import asdict, replace
from datetime import datetime
from graphlib import TopologicalSorter

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.people import system_user
from documents.enums import DocumentKind
from documents.models import Document
from indicators.enums import Better, IndicatorKind
from indicators.models import Indicator, IndicatorEdition, PeriodBasis
from indicators.services.definitions import (
    Definition,
    define_indicator,
    definition_of,
    set_basis,
    year_period,
)
from indicators.services.documents import Order, file_order
from programmes.catalogue import ProgrammeRecord
from programmes.catalogue.checking_lists import refers_to
from programmes.catalogue.records import IndicatorRecord
from programmes.enums import RowChoice
from programmes.models import Direction, Programme
from programmes.services.load_report import LoadReport, label_of, named, said
from programmes.services.loading_elements import carry_over, load_elements
from programmes.services.loading_rows import close_and_renumber, place_row, tell_renamed
from programmes.services.loading_targets import Package, load_targets
from programmes.services.located import Problems
from schools.access import require
from schools.enums import Kind
from schools.models import Project
from schools.services.projects import load_projects

LOADED = "Загружен пакет"


@transaction.atomic
def load_indicators(
    *, programme: Programme, source: ProgrammeRecord, actor: User, now: datetime, report: LoadReport
) -> None:
    """
    Load what a programme measures: bases of its years, elements, indicators, where they stand, their targets.

    What feeds a year is written only where nobody has said it yet, and an indicator that has been redefined in the
    portal since stays so: people change both there. Formulas name projects of schools: an empty directory is filled.

    :raises CatalogueError: with every formula that makes no sense and all else that is refused, each with its place
    """
    require(actor, Permission.INDICATOR_EDIT, at=programme.unit)
    if not Project.objects.exists():
        load_projects(actor=system_user(), now=now)
    _bases(source, actor, now, report)
    package = Package(
        programme=programme,
        reason=said_package(source),
        document=_amending(programme, source, actor, now) or _document_of(programme),
        actor=actor,
        now=now,
        report=report,
        periods={year: year_period(year) for year in source.years},
        in_force_from=source.in_force_from or timezone.localdate(now).year,
    )
    chosen = set(
        programme.programme_indicators.filter(choice=RowChoice.CHOSEN).values_list("indicator__code", flat=True)
    )
    load_elements(source=source, owner=package.owner, actor=actor, now=now, report=report)
    close_and_renumber(source.indicators, package)
    directions = {direction.number: direction for direction in programme.directions.all()}
    problems = Problems()
    rows = {record.code: (order, record) for order, record in enumerate(source.indicators, start=1)}
    referred = {code: (refers_to(record.formula) & rows.keys()) - {code} for code, (_order, record) in rows.items()}
    refused: set[str] = set()
    for code in TopologicalSorter(referred).static_order():  # a formula may name an indicator of a row below
        order, record = rows[code]
        refused.add(code)
        if referred[code] & refused:
            continue  # what it refers to was refused
        with problems.at(record.at):
            _load_row(record, order, source, directions, chosen, package)
            refused.discard(code)
    problems.refuse()
    carry_over(source=source, actor=actor, now=now, report=report)


def _load_row(
    record: IndicatorRecord,
    order: int,
    source: ProgrammeRecord,
    directions: dict[int, Direction],
    chosen: set[str],
    package: Package,
) -> None:
    """One row: its definition, its place, its targets."""
    edition = _definition(record, source, package)
    if record.choice == RowChoice.OPTIONAL and record.code in chosen:  # its owner has taken it here
        record = replace(record, choice=RowChoice.CHOSEN.value)
    place = place_row(record, order, directions.get(record.direction or 0), edition, package)
    load_targets(place, record, edition, package)


def _bases(source: ProgrammeRecord, actor: User, now: datetime, report: LoadReport) -> None:
    for basis in source.bases:
        if PeriodBasis.objects.filter(period__code=str(basis.year), indicator=None).exists():
            report.note("по каким данным считается год", str(basis.year), "left")
            continue
        set_basis(
            year=basis.year,
            academic_year=basis.academic_year,
            cohort_year=basis.cohort,
            wave=basis.wave,
            actor=actor,
            now=now,
        )
        report.note("по каким данным считается год", str(basis.year), "added")


def _definition(record: IndicatorRecord, source: ProgrammeRecord, load: Package) -> IndicatorEdition:
    programme, report, actor, now = load.programme, load.report, load.actor, load.now
    was = Indicator.objects.filter(code=record.code).first()
    current = was.editions.filter(is_current=True).first() if was else None
    wanted = _says(record, source, _document_of(programme), current)
    if was is not None and current is not None and _is_redefined(was, current, wanted):
        report.decide("показатели", f"{named(was.name, record.number)}: {_in_portal(current, wanted)}")
        return current
    number, name = (current.number if current else None), (was.name if was else "")
    edition = define_indicator(
        code=record.code,
        name=record.name,
        definition=wanted,
        valid_from=programme.starts_on if was is None else timezone.localdate(now),
        owner=load.owner,
        reason=load.reason,
        actor=actor,
        now=now,
    )
    if was is None:
        report.note("показатели", record.number, "added")
        return edition
    differing = [] if current is None else _differing(current, wanted)
    for label, before, becomes in [*([("название", name, record.name)] if name != record.name else []), *differing]:
        report.tell("показатели", named(name, record.number), label, before, becomes)
    if name != record.name:
        tell_renamed(record.number, name, record.name, load)
    same = number == edition.number and name == record.name
    report.note("показатели", record.number, "left" if same else "changed")
    return edition


def said_package(source: ProgrammeRecord) -> str:
    """Say which package is loaded: what stands as the reason of everything that it changes."""
    return f"{LOADED} «{source.code}», версия {source.version}"


def _differing(current: IndicatorEdition, wanted: Definition) -> list[tuple[str, str, str]]:
    """What a new edition says otherwise: the name of the field, what it was, what it becomes."""
    found = []
    for name, value in asdict(wanted).items():
        column, before = IndicatorEdition._meta.get_field(name), getattr(definition_of(current), name)
        if before != value and not column.is_relation:
            found.append((label_of(column), said(column, before), said(column, value)))
    return found


def _in_portal(current: IndicatorEdition, wanted: Definition) -> str:
    both = (f"{label} в портале «{was}», в пакете «{becomes}»" for label, was, becomes in _differing(current, wanted))
    return "; ".join(both) or "другой документ"


def _amending(programme: Programme, source: ProgrammeRecord, actor: User, now: datetime) -> Document | None:
    """File the order by which this version differs from the one before."""
    order = source.amendment
    if order is None:
        return None
    return file_order(
        unit=programme.unit,
        title=order.title,
        order=Order(order.number, order.dated_on),
        permission=Permission.PROGRAMME_EDIT,
        actor=actor,
        now=now,
    )


def _is_redefined(indicator: Indicator, current: IndicatorEdition, wanted: Definition) -> bool:
    """Say whether people have written the present edition over one that came with a catalogue."""
    said = definition_of(current)
    if said == wanted:
        return False
    first, *earlier = indicator.editions.order_by("-number")
    while earlier and definition_of(earlier[0]) == said:  # by the same words the portal has renewed the parts only
        first, *earlier = earlier
    if first.reason:
        return not first.reason.startswith(LOADED)
    return any(definition_of(edition).measures_as(wanted) for edition in earlier)


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
