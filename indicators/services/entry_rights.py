"""Who may write a value: whoever enters values at the place, and whoever is appointed there to its direction only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import acting_token
from indicators.enums import ElementType, EntryStatus
from indicators.facts.entered import RIGHT_WORD
from indicators.models import DataElement, SourceSystem, SystemKey
from indicators.registry import directions_of
from indicators.services.computing import fact_key
from schools.access import NotAllowed, can
from schools.models import Unit
from schools.querysets import ANY_DIRECTION
from schools.services.signing import Signature, signature_of

ENTER = Permission.OBSERVATION_ENTER


class AnotherDirection(Exception):
    """The person enters values of other directions here; the message is for the person."""


def _system_of(actor: User) -> SourceSystem | None:
    token = acting_token(actor)
    key = SystemKey.objects.select_related("system").filter(token=token).first() if token is not None else None
    return key.system if key is not None else None


def fact_of(element: DataElement) -> str:
    """Name an element as formulas do."""
    return fact_key(RIGHT_WORD[ElementType(element.type)], element.code)


@dataclass
class Writer:
    """Who writes a block of values, when, through which door, and who answers for those proved by an order."""

    actor: User
    now: datetime
    via: str
    signatory: User | None = None
    status: EntryStatus = EntryStatus.SUBMITTED  # in which what is written comes to stand
    system: SourceSystem | None = None  # whose key signs the request
    limited: dict[int, frozenset[int]] = field(default_factory=dict)  # by unit, where only some directions are allowed
    directions: dict[str, frozenset[int]] = field(default_factory=dict)
    signatures: dict[int, Signature] = field(default_factory=dict)

    def look_at(self, units: Iterable[Unit], elements: Iterable[DataElement]) -> None:
        """
        Ask what may be written at each unit.

        :raises NotAllowed: if nothing may be written at one of them
        """
        self.system = _system_of(self.actor)
        units = list(units)
        free = Unit.objects.visible_to(self.actor, ENTER).filter(pk__in=[unit.pk for unit in units])
        allowed = set(free.values_list("pk", flat=True))
        some = [unit for unit in units if unit.pk not in allowed]
        if not some:
            return
        self.directions = directions_of({fact_of(element) for element in elements})
        known = frozenset[int]().union(*self.directions.values())
        for unit in some:
            if not can(self.actor, ENTER, at=unit, direction=ANY_DIRECTION):
                raise NotAllowed(f"Нет права «{ENTER.label}»: {unit.short_name}.")
            self.limited[unit.pk] = frozenset(
                number for number in known if can(self.actor, ENTER, at=unit, direction=number)
            )

    def direction_of(self, element: DataElement, unit: Unit) -> int | None:
        """
        Return the direction by which a value may be written, None for whoever writes everything at the unit.

        :raises AnotherDirection: if the element belongs to none of the directions of the person
        """
        if unit.pk not in self.limited:
            return None
        fits = self.limited[unit.pk] & self.directions.get(fact_of(element), frozenset())
        if not fits:
            raise AnotherDirection(
                f"«{element.name}» — не вашего направления: {unit.short_name}. Внести его может тот, кто назначен "
                "на всю программу или на его направление."
            )
        return min(fits)

    def signature(self, unit: Unit) -> Signature:
        """Say who answers for a value of a unit that an order proves. :raises SignatoryRefused: as `signature_of`"""
        if unit.pk not in self.signatures:
            self.signatures[unit.pk] = signature_of(
                permission=Permission.DATA_SIGN, at=unit, actor=self.actor, chosen=self.signatory
            )
        return self.signatures[unit.pk]
