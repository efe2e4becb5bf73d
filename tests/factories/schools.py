"""A region, its districts, municipalities and schools, and people who work there."""

from datetime import date
from itertools import count

from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from accounts.services.people import system_user
from common.russian import search_key, sort_key
from schools.enums import Kind, Locality, MunicipalityType, ProjectKind, SchoolLevel, SchoolType
from schools.models import Appointment, Project, Unit
from schools.services.registry import BEGINNING, MunicipalityDetails, NewUnit, SchoolDetails, open_unit

_numbers = count(1)


def make_unit(kind: Kind, code: str, name: str, parent: Unit | None = None, **details: object) -> Unit:
    """Return a unit that has stood under its parent since long ago."""
    new = NewUnit(kind=kind, code=code, name=name, parent=parent, **details)
    return open_unit(new=new, actor=system_user(), now=timezone.now())


def make_region(code: str = "24", name: str = "Красноярский край") -> Unit:
    """Return a region."""
    return make_unit(Kind.REGION, code, name)


def make_district(region: Unit, code: str = "severny", name: str = "") -> Unit:
    """Return a district of a region."""
    return make_unit(Kind.DISTRICT, code, name or f"Округ {code}", region)


def make_municipality(
    parent: Unit, code: str = "131", name: str = "", type: MunicipalityType = MunicipalityType.RAYON
) -> Unit:
    """Return a municipality of a district, or of the region itself."""
    details = MunicipalityDetails(type=type, tile_label=code[:4], tile_order=next(_numbers) % 1000)
    return make_unit(Kind.MUNICIPALITY, code, name or f"Район {code}", parent, municipality=details)


def make_school(
    municipality: Unit,
    code: str = "131001",
    login: str | None = None,
    name: str = "",
    *,
    level: SchoolLevel = SchoolLevel.SECONDARY,
    locality: Locality = Locality.RURAL,
    type: SchoolType = SchoolType.ORDINARY,
    inn: str = "",
    since: date = BEGINNING,
) -> Unit:
    """Return a school of a municipality."""
    details = SchoolDetails(level=level, locality=locality, type=type, fisoko_login=login, inn=inn)
    return make_unit(Kind.SCHOOL, code, name or f"Школа {code}", municipality, school=details, since=since)


def make_organisation(
    parent: Unit,
    code: str = "131901",
    kind: Kind = Kind.COLLEGE,
    name: str = "",
    *,
    locality: Locality = Locality.URBAN,
    since: date = BEGINNING,
) -> Unit:
    """Return an organisation that is no school: of a municipality, or directly under the region."""
    details = SchoolDetails(level="", locality=locality)
    return make_unit(kind, code, name or f"Организация {code}", parent, school=details, since=since)


def make_project(code: str = "plus500", name: str = "Проект «500+»", short_name: str = "«500+»") -> Project:
    """Return a project that organisations may belong to."""
    return Project.objects.create(
        code=code,
        kind=ProjectKind.SUPPORT,
        name=name,
        short_name=short_name,
        keys=sorted({search_key(name), search_key(short_name), code}),
        sort_key=sort_key(short_name),
    )


def make_user(
    login: str,
    role: Role | None = None,
    unit: Unit | None = None,
    *,
    full_name: str = "",
    password: str | None = None,
    starts_on: date = BEGINNING,
    ends_on: date | None = None,
) -> User:
    """Return a person, appointed to a role at a unit if both are given; signs in by `client.force_login`."""
    user = User(login=login, full_name=full_name or f"Иванова Анна {login.title()}")
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    if role is not None and unit is not None:
        Appointment.objects.create(user=user, unit=unit, role=role, starts_on=starts_on, ends_on=ends_on)
    return user
