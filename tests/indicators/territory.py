"""A small region for the tests of indicators: two districts, three municipalities, six schools, and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from accounts.models import User
from accounts.permissions import Role
from common.russian import search_key, sort_key
from schools.enums import Kind, Locality, SchoolLevel
from schools.models import Ancestry, Appointment, School, Unit

LONG_AGO = date(2015, 1, 1)


@dataclass
class Territory:
    """Units by their codes."""

    units: dict[str, Unit] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Unit:
        return self.units[code]

    def add(self, kind: Kind, code: str, name: str, parent: str | None = None) -> Unit:
        above = self.units[parent] if parent else None
        unit = Unit.objects.create(
            kind=kind,
            code=code,
            name=name,
            short_name=name,
            parent=above,
            path="",
            sort_key=sort_key(name),
            search_key=search_key(name),
        )
        unit.path = f"{above.path if above else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        chain = unit.line
        Ancestry.objects.bulk_create(
            Ancestry(unit=unit, ancestor_id=ancestor, valid_from=LONG_AGO) for ancestor in chain
        )
        if kind == Kind.SCHOOL:
            locality = Locality.RURAL if code.endswith("1") else Locality.URBAN
            School.objects.create(unit=unit, level=SchoolLevel.SECONDARY, locality=locality)
        self.units[code] = unit
        return unit


def draw_territory() -> Territory:
    """The region."""
    place = Territory()
    place.add(Kind.REGION, "24", "Красноярский край")
    place.add(Kind.DISTRICT, "severny", "Северный округ", "24")
    place.add(Kind.DISTRICT, "yuzhny", "Южный округ", "24")
    place.add(Kind.MUNICIPALITY, "131", "Кежемский район", "severny")
    place.add(Kind.MUNICIPALITY, "147", "Тасеевский район", "severny")
    place.add(Kind.MUNICIPALITY, "109", "город Канск", "yuzhny")
    for code, name, parent in (
        ("131001", "Имбинская СОШ", "131"),
        ("131002", "Кодинская СОШ № 4", "131"),
        ("147001", "Тасеевская СОШ № 1", "147"),
        ("147002", "Тасеевская СОШ № 2", "147"),
        ("109001", "Канская СОШ № 1", "109"),
        ("109002", "Канская СОШ № 2", "109"),
    ):
        place.add(Kind.SCHOOL, code, name, parent)
    return place


def person(login: str, role: Role | None = None, at: Unit | None = None, **fields: object) -> User:
    """Somebody, with a role at a place."""
    user = User.objects.create(login=login, full_name=login.title(), **fields)
    if role is not None:
        Appointment.objects.create(user=user, unit=at, role=role, starts_on=LONG_AGO)
    return user
