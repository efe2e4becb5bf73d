"""A small region with people, and programmes in it."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from accounts.permissions import Role
from common.russian import search_key, sort_key
from documents.enums import DocumentKind
from documents.models import Document
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from schools.enums import Kind
from schools.models import Ancestry, Appointment, Placement, Unit

BEGINNING = date(2010, 1, 1)


def make_unit(kind: Kind, code: str, name: str, parent: Unit | None = None) -> Unit:
    """Return a unit that has stood under its parent since long ago."""
    unit = Unit.objects.create(
        kind=kind,
        code=code,
        name=name,
        short_name=name,
        parent=parent,
        path="",
        sort_key=sort_key(name),
        search_key=search_key(name),
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    Placement.objects.create(unit=unit, parent=parent, path=unit.path, valid_from=BEGINNING)
    above = unit.line
    Ancestry.objects.bulk_create(Ancestry(unit=unit, ancestor_id=key, valid_from=BEGINNING) for key in above)
    return unit


def make_person(login: str, role: Role, unit: Unit) -> User:
    """Return a person with a role at a unit."""
    user = User.objects.create(login=login, full_name=f"Иванова Анна {login}")
    Appointment.objects.create(user=user, unit=unit, role=role, starts_on=BEGINNING)
    return user


@dataclass
class Land:
    """A region of one district, two municipalities and three schools, with a person at each desk."""

    region: Unit
    district: Unit
    kezhma: Unit
    kansk: Unit
    imba: Unit
    taga: Unit
    kansk_school: Unit
    analyst: User
    approver: User
    methodist: User
    coordinator: User
    head: User
    neighbour: User
    editor: User


def make_land() -> Land:
    """Return the small region."""
    region = make_unit(Kind.REGION, "24", "Красноярский край")
    district = make_unit(Kind.DISTRICT, "severny", "Северный округ", region)
    kezhma = make_unit(Kind.MUNICIPALITY, "131", "Кежемский район", district)
    kansk = make_unit(Kind.MUNICIPALITY, "147", "город Канск", district)
    return Land(
        region=region,
        district=district,
        kezhma=kezhma,
        kansk=kansk,
        imba=make_unit(Kind.SCHOOL, "131001", "Имбинская СОШ", kezhma),
        taga=make_unit(Kind.SCHOOL, "131002", "Тагарская СОШ", kezhma),
        kansk_school=make_unit(Kind.SCHOOL, "147001", "Канская СОШ № 1", kansk),
        analyst=make_person("analyst", Role.MINISTRY_ANALYST, region),
        approver=make_person("approver", Role.MINISTRY_APPROVER, region),
        methodist=make_person("methodist", Role.INSTITUTE_METHODIST, region),
        coordinator=make_person("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma),
        head=make_person("head", Role.MUNICIPAL_HEAD, kezhma),
        neighbour=make_person("neighbour", Role.MUNICIPAL_COORDINATOR, kansk),
        editor=make_person("editor", Role.SCHOOL_EDITOR, kezhma.children.first()),
    )


def make_order(unit: Unit, actor: User, now: datetime, dated_on: date = date(2021, 8, 20)) -> Document:
    """Return an order of a unit."""
    return Document.objects.create(
        unit=unit,
        kind=DocumentKind.ORDER,
        title="Приказ об утверждении программы",
        number=f"{unit.code}-п",
        dated_on=dated_on,
        url=f"https://{unit.code}.example.ru/prikaz.pdf",
        filed_by=actor,
        filed_at=now,
    )


def make_programme(
    unit: Unit,
    actor: User,
    now: datetime,
    *,
    status: ProgrammeStatus = ProgrammeStatus.APPROVED,
    kind: ProgrammeKind | None = None,
    starts_on: date = date(2021, 9, 1),
    ends_on: date = date(2022, 12, 31),
    approved_on: date = date(2021, 8, 20),
) -> Programme:
    """Return a programme of a unit, approved by order unless said otherwise."""
    kinds = {Kind.SCHOOL: ProgrammeKind.SCHOOL, Kind.MUNICIPALITY: ProgrammeKind.MUNICIPAL}
    is_approved = status == ProgrammeStatus.APPROVED
    title = f"Повышение качества образования: {unit.name}"
    return Programme.objects.create(
        code=f"{unit.code}-{Programme.objects.count()}",
        kind=kind or kinds.get(Kind(unit.kind), ProgrammeKind.REGIONAL),
        unit=unit,
        title=title,
        search_key=search_key(f"{title} {unit.name}"),
        starts_on=starts_on,
        ends_on=ends_on,
        status=status,
        document=make_order(unit, actor, now, approved_on),
        approved_on=approved_on if is_approved else None,
        approved_at=now if is_approved else None,
        approved_by=actor if is_approved else None,
        submitted_by=None if status == ProgrammeStatus.DRAFT else actor,
        submitted_at=None if status == ProgrammeStatus.DRAFT else now,
    )
