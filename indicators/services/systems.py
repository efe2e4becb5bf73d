"""
Values that an information system sends: by a key of its own, of what it keeps only, and not asked of people again.

Whoever keeps the definitions at a place may write over what a system has sent, and says why; from then on the system
writes there only if it names the entry that it has seen.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.permissions import Permission
from indicators.models import Observation, SourceSystem, SystemKey
from indicators.services.definitions import region
from indicators.services.entries import Entry, ObservationRefused, SomebodySavedFirst, said_of
from indicators.services.entry_rights import Writer
from indicators.services.entry_rules import CommentMissing
from schools.access import can, require
from schools.models import Unit
from schools.services.tokens import create_token

OF_KEY = (Permission.UNIT_VIEW, Permission.INDICATOR_VIEW, Permission.OBSERVATION_ENTER)


class OfAnotherSystem(ObservationRefused):
    """The key of a system writes only what that system keeps."""


class KeptBySystem(ObservationRefused):
    """A system has sent the value, and the person may not write over it."""


@transaction.atomic
def create_system_key(
    *, system: SourceSystem, units: Sequence[Unit], expires_on: date, actor: User, now: datetime
) -> tuple[ApiToken, str]:
    """
    Make a key by which a system writes what it keeps at units, and return it with its text, which is shown once.

    :raises NotAllowed: if the actor does not keep the definitions, or may not make keys there
    :raises TokenNotMade: as `create_token` does
    """
    require(actor, Permission.INDICATOR_EDIT, at=region())
    token, text = create_token(
        title=f"Передаёт {system}", units=units, permissions=OF_KEY, expires_on=expires_on, actor=actor, now=now
    )
    SystemKey.objects.create(token=token, system=system)
    return token, text


def check_system(entry: Entry, before: Observation | None, writer: Writer) -> None:
    """
    Keep systems to what they keep, and people from what systems have sent.

    :raises OfAnotherSystem: if a system writes what it does not keep
    :raises SomebodySavedFirst: if a person has written over the system since
    :raises KeptBySystem: if a person may not write over what a system has sent
    :raises CommentMissing: if it is not said why
    """
    if writer.system is not None:
        _check_key(entry, before, writer.system)
    elif before is not None and (before.system_id is not None or before.is_over_system):
        _check_person(entry, before, writer)


def is_over_system(before: Observation | None, writer: Writer) -> bool:
    """Whether what is written now stands in the place of what a system had sent."""
    if writer.system is not None or before is None:
        return False
    return before.system_id is not None or before.is_over_system


def _check_key(entry: Entry, before: Observation | None, system: SourceSystem) -> None:
    if entry.element.system_id != system.pk:
        raise OfAnotherSystem(f"«{entry.element.name}» {system} не ведёт: этим ключом передают только её показатели.")
    if before is not None and before.is_over_system and entry.seen != before.pk:
        mended = f" на «{said_of(entry.element, before.value)}» («{before.comment}»)" if before.is_counted else ""
        raise SomebodySavedFirst(
            f"Переданное исправлено в портале{mended}. "
            f"Чтобы передать своё, назовите эту запись в replaces: {before.pk}.",
            before,
        )


def _check_person(entry: Entry, before: Observation, writer: Writer) -> None:
    if not can(writer.actor, Permission.INDICATOR_EDIT, at=entry.unit):
        day = timezone.localdate(before.entered_at)
        raise KeptBySystem(
            f"Это значение передаёт {before.system or entry.element.system} (запись {day:%d.%m.%Y}): второй раз его не "
            "вносят. Если оно неверно, его исправляют там или просят того, кто ведёт показатели."
        )
    if entry.value is None:
        raise KeptBySystem("Переданное системой не убирают: впишите верное значение и почему оно другое.")
    if not entry.comment.strip() or entry.comment.strip() == before.comment:
        raise CommentMissing("Значение передала система: чтобы записать другое, впишите в пояснение почему.")
