"""The directory of partners outside the tree."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import search_key, sort_key
from common.versions import refuse_if_changed
from schools.access import require
from schools.enums import Kind, PartnerKind
from schools.models import Partner, Unit

FIELDS = ("kind", "name", "short_name", "unit", "inn", "site")


class PartnerRefused(ValueError):
    """A partner cannot be written so; the message is for the person."""


@dataclass(frozen=True)
class PartnerDetails:
    """What is known of a partner."""

    kind: PartnerKind
    name: str
    unit: Unit
    short_name: str = ""
    inn: str = ""
    site: str = ""


def shown_of(partner: Partner) -> dict[str, object]:
    """Return what the form shows of a partner, by the names of its fields."""
    return {name: getattr(partner, name) for name in FIELDS}


@transaction.atomic
def add_partner(*, details: PartnerDetails, actor: User, now: datetime) -> Partner:
    """Add a partner. :raises PartnerRefused: if it is in the directory already, or stands in no municipality."""
    require(actor, Permission.PROGRAMME_EDIT, at=details.unit)
    partner = Partner(entered_by=actor, entered_at=now)
    _write(partner, details)
    record(actor=actor, action="partner.added", target=partner, now=now, after=_said(partner))
    return partner


@transaction.atomic
def change_partner(*, partner: Partner, details: PartnerDetails, actor: User, now: datetime, seen: str = "") -> Partner:
    """
    Change what is known of a partner. `seen` is the mark of what the actor was shown (`shown_of`).

    :raises PartnerRefused: as `add_partner` does
    :raises ChangedMeanwhile: if somebody has written it since the actor looked
    """
    locked = Partner.objects.select_for_update(of=("self",)).select_related("unit").get(pk=partner.pk)
    require(actor, Permission.PROGRAMME_EDIT, at=locked.unit)
    require(actor, Permission.PROGRAMME_EDIT, at=details.unit)
    refuse_if_changed(seen=seen, shown=shown_of(locked))
    before = _said(locked)
    locked.entered_by, locked.entered_at = actor, now
    _write(locked, details)
    record(actor=actor, action="partner.changed", target=locked, now=now, before=before, after=_said(locked))
    return locked


def _write(partner: Partner, details: PartnerDetails) -> None:
    if details.unit.kind not in (Kind.MUNICIPALITY, Kind.REGION):
        raise PartnerRefused(f"«{details.name}»: укажите муниципалитет, где находится партнёр, или край.")
    others = Partner.objects.exclude(pk=partner.pk)
    if details.inn and (held := others.filter(inn=details.inn).first()):
        raise PartnerRefused(f"Партнёр с ИНН {details.inn} уже есть: {held.short_name}. Возьмите его.")
    key = search_key(details.name)
    same = others.filter(unit=details.unit, name__iexact=details.name.strip()).first()
    if same is not None and (not details.inn or not same.inn):
        raise PartnerRefused(f"«{same.name}» в {same.unit} уже есть. Если это другая организация, впишите ИНН обеих.")
    partner.kind, partner.name = details.kind, details.name.strip()
    partner.short_name = (details.short_name.strip() or details.name.strip())[:200]
    partner.unit, partner.inn, partner.site = details.unit, details.inn, details.site
    partner.sort_key = sort_key(partner.short_name)[:300]
    partner.search_key = f"{key} {search_key(partner.short_name)} {partner.inn}"[:900]
    partner.save()


def _said(partner: Partner) -> dict[str, Any]:
    return {**shown_of(partner), "unit": partner.unit.code}
