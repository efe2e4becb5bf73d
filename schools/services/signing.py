"""
The one who clicks and the one who is accountable are two recorded facts.

Whoever holds the permission of signing answers for what they click themselves. For anybody else somebody who holds it
at the place is named; an approval is refused without, a report is taken and says that nobody is named.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import acting_token
from common.session_facts import acting
from schools.models import Unit
from schools.querysets import acts_as_the_system
from schools.selectors.signatories import Signatory, offered_first, signatories

LONGEST = 300


class SignatoryRefused(ValueError):
    """Nobody is named who may be accountable there; the message is for the person."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who is accountable, as whom, and who clicked. Nobody is accountable where no one of the place may sign."""

    user: User | None
    words: str
    actor: User

    @property
    def told(self) -> dict[str, str]:
        """What the trail says of it."""
        if self.user is None:
            return {}
        return {"signatory": ", ".join(filter(None, [self.user.full_name or self.user.login, self.words]))}


def signature_of(
    *,
    permission: Permission,
    at: Unit,
    actor: User,
    chosen: User | None = None,
    is_required: bool = False,
    direction: int | None = None,
) -> Signature:
    """
    Say who is accountable for what the actor does at a unit.

    :raises SignatoryRefused: if the chosen one may not sign there, or nobody is chosen where somebody must be
    """
    if acts_as_the_system(actor) and chosen is None:
        return Signature(actor, "", actor)
    among = signatories(permission, at=at, direction=direction)
    if chosen is not None:
        return _signed(among, chosen, permission, at, actor)
    # A key of the API does not sign, though its person may.
    is_person = acting_token(actor) is None
    if is_person and any(one.user.pk == actor.pk for one in among):
        return _signed(among, actor, permission, at, actor)
    if is_required:
        raise SignatoryRefused(_missing(among, permission, at))
    near = offered_first([one for one in among if one.user.pk != actor.pk], to=actor)
    return Signature(None, "", actor) if near is None else _signed(among, near, permission, at, actor)


@contextmanager
def signed(signature: Signature) -> Iterator[None]:
    """Let the trail of rows know within a block who is accountable, where it is not the one who clicked."""
    user = signature.user
    if user is None or user.pk == signature.actor.pk:
        yield
        return
    with acting(signatory=user.pk):
        yield


def _signed(among: list[Signatory], user: User, permission: Permission, at: Unit, actor: User) -> Signature:
    found = next((one for one in among if one.user.pk == user.pk), None)
    if found is None:
        raise SignatoryRefused(
            f"{user} не вправе {permission.label}: {at.short_name}. Выберите того, у кого здесь есть это право."
        )
    return Signature(found.user, found.words[:LONGEST], actor)


def _missing(among: list[Signatory], permission: Permission, at: Unit) -> str:
    if not among:
        return (
            f"Некому {permission.label}: {at.short_name}. Попросите того, кто ведёт учётные записи, "
            "назначить руководителя."
        )
    names = "; ".join(one.label for one in among[:5])
    return f"Не сказано, кто отвечает. Вы вносите, а {permission.label} вправе: {names}. Выберите одного из них."
