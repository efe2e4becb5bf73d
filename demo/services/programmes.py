"""Programmes: the region's own from its catalogue, those of municipalities and schools written, returned, approved."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from accounts.models import User
from demo.generation.deeds import (
    APPROVED,
    DRAFT,
    RETURNED,
    YEARS,
    ProgrammePlan,
    municipal_programmes,
    school_programme,
)
from demo.generation.staff import APPROVER, INSTITUTE
from demo.services.building import Builder, at_one_go, moment
from demo.services.people import coordinators, heads
from indicators.services.documents import Order
from monitoring.enums import Category, ListState
from monitoring.models import ListEntry
from programmes.catalogue import load_catalogue
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from programmes.services.approval import approve_programme, return_programme, submit_programme
from programmes.services.drafting import correct_programme, draft_programme
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme
from schools.enums import Kind
from schools.models import Unit

REGIONAL_PROGRAMME = "rppko-2020-2022"
CONCEPT = "concept-tasseevo"
CONCEPT_ORDER = Order("31-од", date(2022, 3, 14), "https://147.opora.example/concept.pdf")
SITE = "https://{code}.opora.example"  # a name that can never be anybody's


@dataclass(frozen=True, slots=True)
class Desk:
    """Where programmes are approved: who writes the approval down, and who has signed it."""

    actor: User
    signatory: User


def _desks() -> dict[str, Desk]:
    signing = heads()
    return {code: Desk(person, signing[code]) for code, person in coordinators().items()}


def load_regional_programme(builder: Builder) -> None:
    """Load the programme with its indicators, targets and roadmap."""
    source = load_catalogue(REGIONAL_PROGRAMME)
    load_programme(source=source, actor=builder.actor, now=moment(source.approval.approved_on), report=LoadReport())


def load_concept(builder: Builder) -> None:
    """
    Load a municipality's concept with the rows that the portal counts of results itself, among them distributions.

    What the concept asks of schools is left out: nobody in the demonstration would answer two hundred questions. Its
    text knows no order, so the municipality writes its own, and the ministry approves.
    """
    source = load_catalogue(CONCEPT)
    rows = tuple(row for row in source.indicators if not row.why_asked)
    now = moment(CONCEPT_ORDER.dated_on)
    told = replace(source, indicators=rows, elements=())
    programme = load_programme(source=told, actor=builder.actor, now=now, report=LoadReport())
    if programme.status == ProgrammeStatus.APPROVED:
        return
    author, approver = coordinators()[programme.unit.code], builder.person(APPROVER)
    terms = {"title": programme.title, "starts_on": programme.starts_on, "ends_on": programme.ends_on}
    programme = correct_programme(programme=programme, order=CONCEPT_ORDER, actor=author, now=now, **terms)
    programme = submit_programme(programme=programme, actor=author, now=_later(now, 1))
    approve_programme(programme=programme, actor=approver, signatory=approver, now=_later(now, 6))


def write_municipal_programmes(builder: Builder) -> None:
    """Let every municipality write what it writes in three years; the ministry approves or returns."""
    units, people = builder.units(Kind.MUNICIPALITY), coordinators()
    approver = builder.person(APPROVER)
    for place in builder.each(builder.places, "Муниципальные программы"):
        with at_one_go():
            for plan in municipal_programmes(place):
                kind = ProgrammeKind.MUNICIPAL_MEASURES if plan.is_set_of_measures else ProgrammeKind.MUNICIPAL
                _write(units[place.code], kind, plan, people[place.code], Desk(approver, approver))


def write_school_programmes(builder: Builder) -> None:
    """Let the schools of each autumn's list write theirs, with the institute; their municipalities approve."""
    desks, institute = _desks(), builder.person(INSTITUTE)
    for autumn in YEARS:
        listed = schools_listed(autumn)
        for unit in builder.each(listed, f"Школьные программы, список {autumn} года"):
            with at_one_go():
                _write_or_finish(unit, autumn, institute, desks[unit.parent.code])


def _write_or_finish(unit: Unit, autumn: int, author: User, desk: Desk) -> None:
    programme = Programme.objects.of_schools().filter(unit=unit).running_between(*_ends(autumn)).first()
    if programme is not None:
        _finish(programme, autumn, author, desk)
    elif (plan := school_programme(unit.code, unit.short_name, autumn)) is not None:
        _write(unit, ProgrammeKind.SCHOOL, plan, author, desk)


def _finish(programme: Programme, autumn: int, author: User, desk: Desk) -> None:
    """What was left unfinished is finished when the school is listed again."""
    if programme.status == ProgrammeStatus.APPROVED or programme.starts_on.year == autumn:
        return
    now = moment(date(autumn, 11, 15), 16)
    if programme.status != ProgrammeStatus.SUBMITTED:
        programme = submit_programme(programme=programme, actor=author, now=now)
    approve_programme(programme=programme, actor=desk.actor, signatory=desk.signatory, now=_later(now, 5))


def schools_listed(autumn: int) -> list[Unit]:
    """Return the schools in need of support on the list approved in an autumn."""
    entries = ListEntry.objects.filter(
        school_list__cohort_year=autumn,
        school_list__state=ListState.APPROVED,
        categories__overlap=[Category.LOW_RESULTS.value, Category.HARD_CONDITIONS.value],
    )
    return list(Unit.objects.filter(pk__in=entries.values("unit")).select_related("parent").order_by("code"))


def _ends(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _write(unit: Unit, kind: ProgrammeKind, plan: ProgrammePlan, author: User, desk: Desk) -> None:
    """Draft, hand in, return and approve as planned; a programme that is there already is left."""
    if Programme.objects.filter(unit=unit, kind=kind, starts_on=plan.starts_on, ends_on=plan.ends_on).exists():
        return
    url = f"{SITE.format(code=unit.code)}/programme-{plan.starts_on.year}.pdf"
    order = Order(plan.order_number, plan.order_on, url)
    terms = {"title": plan.title, "starts_on": plan.starts_on, "ends_on": plan.ends_on}
    written_at = moment(plan.order_on, 16)
    programme = draft_programme(unit=unit, kind=kind, order=order, actor=author, now=written_at, **terms)
    if plan.outcome == DRAFT:
        return
    programme = submit_programme(programme=programme, actor=author, now=_later(written_at, 1))
    if plan.remark:
        programme = return_programme(
            programme=programme, reason=plan.remark, actor=desk.actor, now=_later(written_at, 4)
        )
        if plan.outcome == RETURNED:
            return
        programme = correct_programme(programme=programme, actor=author, now=_later(written_at, 8), **terms)
        programme = submit_programme(programme=programme, actor=author, now=_later(written_at, 8))
    if plan.outcome == APPROVED:
        approve_programme(programme=programme, actor=desk.actor, signatory=desk.signatory, now=_later(written_at, 9))


def _later(moment_: datetime, days: int) -> datetime:
    return moment_ + timedelta(days=days)
