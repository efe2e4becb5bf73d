"""
What becomes of entered values: sent by whoever enters them, accepted or returned with a remark a step above.

Each takes many at once, a form or a municipality: what can be done is, what cannot comes back with its reason. A value
that was mended is another entry, so the key of an entry says what the person was shown, and of two who act on the
same one the second is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record, written_together
from indicators.enums import COUNTED, EntryStatus
from indicators.models import Observation
from indicators.registry import directions_of
from indicators.services.entry_rights import AnotherDirection, Writer, fact_of
from indicators.services.observations import FORM, lock_units, printed, refresh_values
from schools.access import can, require
from schools.models import Unit
from schools.services.signing import SignatoryRefused, Signature, signature_of, signed

ACCEPT = Permission.OBSERVATION_ACCEPT
WITH = ("element__system", "unit__parent", "period", "system", "entered_by", "submitted_by", "document")
Changes = dict[str, Any]
OVERTAKEN = "Пока вы смотрели, значение исправили или убрали. Сверьте то, что внесено теперь."


class NothingChosen(ValueError):
    """Nothing was named; the message is for the person."""


class RemarkMissing(ValueError):
    """It is not said why values are returned; the message is for the person."""


class NotSo(ValueError):
    """With this one value it cannot be done; the message is for the person."""


class DoneBefore(NotSo):
    """Just this was done with the value already."""


@dataclass(slots=True)
class Handled:
    """
    What came of it: values as they stand now, and those with which it could not be done, with the reason.

    Of the refused, `repeated` are those with which it was done before: a script that asks again is told so.
    """

    done: list[Observation] = field(default_factory=list)
    refused: list[tuple[Observation, str]] = field(default_factory=list)
    repeated: list[Observation] = field(default_factory=list)


@transaction.atomic
def submit_observations(
    *, observations: Sequence[Observation], actor: User, now: datetime, signatory: User | None = None
) -> Handled:
    """
    Send drafts, and what was returned, to whoever reviews them; from then on they count.

    `signatory` answers for what is sent; each place has its own where nobody is named.

    :raises NotAllowed: if nothing may be entered at one of the units
    :raises NothingChosen: if there is nothing to send
    """
    if not observations:
        raise NothingChosen("Отправлять нечего: отметьте значения в списке.")
    writer = Writer(actor, now, FORM, signatory)
    writer.look_at({row.unit_id: row.unit for row in observations}.values(), {row.element for row in observations})

    def look(row: Observation) -> Signature:
        if not (row.is_draft or row.is_returned):
            raise NotSo(f"Отправлять нечего: «{row.get_status_display()}».")
        try:
            writer.direction_of(row.element, row.unit)
            return writer.signature(row.unit)
        except (AnotherDirection, SignatoryRefused) as refusal:
            raise NotSo(str(refusal)) from refusal

    def changes(signature: Signature) -> Changes:
        sent = {"status": EntryStatus.SUBMITTED, "submitted_by": actor, "submitted_at": now}
        answered = {} if signature.user is None else {"signatory": signature.user, "signed_as": signature.words}
        return sent | answered | {"reviewed_by": None, "reviewed_at": None}

    handled = _handled(observations, look, changes, actor=actor, now=now, action="observation.submitted")
    if handled.done:
        refresh_values(handled.done, actor=actor, now=now, reason="отправлено", at_once=True)
    return handled


@transaction.atomic
def accept_observations(
    *, observations: Sequence[Observation], actor: User, now: datetime, signatory: User | None = None
) -> Handled:
    """
    Accept values that wait for it; they have counted since they were sent.

    `signatory` is who has accepted them, where the actor only writes that down.

    :raises NotAllowed: if the actor may accept none of them
    :raises NothingChosen: if there is nothing to accept
    """
    reviewer = Reviewer(observations, actor)
    reviewer.require_some()

    def look(row: Observation) -> Signature:
        if not reviewer.may_accept(row):
            raise NotSo(f"Принять это вправе {authority_of(row.unit).short_name}, а не вы.")
        if not row.is_submitted:
            refusal = DoneBefore if row.is_accepted else NotSo
            raise refusal(f"Принять можно то, что ждёт приёмки, а это — «{row.get_status_display()}».")
        if row.sent_by.pk == actor.pk and not actor.is_system:
            raise NotSo("Принимает не тот, кто отправил. Попросите другого.")
        return reviewer.signature(row.unit, signatory)

    def changes(signature: Signature) -> Changes:
        return {"status": EntryStatus.ACCEPTED, **_reviewed(signature, now)}

    return _handled(observations, look, changes, actor=actor, now=now, action="observation.accepted")


@transaction.atomic
def return_observations(*, observations: Sequence[Observation], remark: str, actor: User, now: datetime) -> Handled:
    """
    Return what was sent or accepted with a remark; it counts no more. Whoever reviews returns what only waits.

    :raises NotAllowed: if the actor may return none of them
    :raises NothingChosen: if there is nothing to return
    :raises RemarkMissing: if it is not said why
    """
    reviewer = Reviewer(observations, actor)
    reviewer.require_some(reviewing=True)
    if not remark.strip():
        raise RemarkMissing("Не сказано, почему значения возвращаются. Напишите, чего не хватает.")

    def look(row: Observation) -> Signature:
        if not (row.is_submitted or row.is_accepted):
            is_same = (
                row.is_returned and row.remark == reason and (reviewer.may_accept(row) or reviewer.may_review(row))
            )
            refusal = DoneBefore if is_same else NotSo
            raise refusal(f"Возвращать нечего: «{row.get_status_display()}».")
        if row.system_id is not None:
            raise NotSo(f"Это передаёт {row.system}: исправляют там или в форме, с пояснением.")
        if not reviewer.may_accept(row) and not (row.is_submitted and reviewer.may_review(row)):
            raise NotSo(f"Вернуть это вправе {authority_of(row.unit).short_name}, а не вы.")
        return Signature(None, "", actor)

    def changes(signature: Signature) -> Changes:
        return {"status": EntryStatus.RETURNED, "remark": reason, **_reviewed(signature, now)}

    action = "observation.returned"
    reason = remark.strip()
    handled = _handled(observations, look, changes, actor=actor, now=now, action=action, reason=reason)
    if handled.done:
        refresh_values(handled.done, actor=actor, now=now, reason="возвращено", at_once=True)
    return handled


def authority_of(unit: Unit) -> Unit:
    """Return where the values of a unit are accepted: a step above it, those of a region at the region."""
    return unit.parent or unit


class Reviewer:
    """Whose values somebody may accept, and whose return."""

    def __init__(self, observations: Sequence[Observation], actor: User) -> None:
        if not observations:
            raise NothingChosen("Ничего не отмечено. Отметьте значения в списке.")
        self.actor = actor
        self.rows = observations
        self.above = {row.unit_id: authority_of(row.unit) for row in observations}
        seen = Unit.objects.visible_to(actor, ACCEPT).filter(pk__in={unit.pk for unit in self.above.values()})
        self.allowed = set(seen.values_list("pk", flat=True))
        self._directions: dict[str, frozenset[int]] | None = None
        self._reviews: dict[tuple[int, int | None], bool] = {}
        self._signatures: dict[int, Signature] = {}

    def require_some(self, *, reviewing: bool = False) -> None:
        """:raises NotAllowed: if nothing may be done with any of the values"""
        first = next((row for row in self.rows if self.may_accept(row)), None)
        if first is None and reviewing and any(self.may_review(row) for row in self.rows):
            return
        require(self.actor, ACCEPT, at=authority_of((first or self.rows[0]).unit))  # says whom the actor substitutes

    def may_accept(self, row: Observation) -> bool:
        """Whether the actor accepts the values of its unit."""
        return self.above[row.unit_id].pk in self.allowed

    def may_review(self, row: Observation) -> bool:
        """Whether the actor looks through the values of its unit, or those of its direction."""
        if self._directions is None:
            self._directions = directions_of({fact_of(one.element) for one in self.rows})
        of_element = self._directions.get(fact_of(row.element), frozenset())
        return any(self._reviews_at(row.unit, direction) for direction in (None, *sorted(of_element)))

    def _reviews_at(self, unit: Unit, direction: int | None) -> bool:
        asked = (unit.pk, direction)
        if asked not in self._reviews:
            self._reviews[asked] = can(self.actor, Permission.REVIEW, at=unit, direction=direction)
        return self._reviews[asked]

    def signature(self, unit: Unit, chosen: User | None) -> Signature:
        """Say who is accountable for the acceptance. :raises NotSo: if the chosen one may not be"""
        above = authority_of(unit)
        if above.pk not in self._signatures:
            try:
                self._signatures[above.pk] = signature_of(permission=ACCEPT, at=above, actor=self.actor, chosen=chosen)
            except SignatoryRefused as refusal:
                raise NotSo(str(refusal)) from refusal
        return self._signatures[above.pk]


def _reviewed(signature: Signature, now: datetime) -> Changes:
    """Who has looked at a value, and who is accountable for that."""
    return {
        "reviewed_by": signature.actor,
        "reviewed_at": now,
        "reviewed_signatory": signature.user,
        "reviewed_signed_as": signature.words,
    }


def _handled(
    observations: Sequence[Observation],
    look: Callable[[Observation], Signature],
    changes: Callable[[Signature], Changes],
    *,
    actor: User,
    now: datetime,
    action: str,
    reason: str = "",
) -> Handled:
    """Do it with each value that still stands and may be; those of one signatory are written by one statement."""
    lock_units({row.unit_id for row in observations})
    standing = _standing(observations)
    handled = Handled()
    by_signature: dict[int | None, tuple[Signature, list[Observation]]] = {}
    for shown in observations:
        row = standing.get(shown.pk)
        try:
            if row is None:
                raise NotSo(OVERTAKEN)
            signature = look(row)
        except NotSo as refusal:
            handled.refused.append((row or shown, str(refusal)))
            if isinstance(refusal, DoneBefore) and row is not None:
                handled.repeated.append(row)
            continue
        by_signature.setdefault(signature.user and signature.user.pk, (signature, []))[1].append(row)
        handled.done.append(row)
    with written_together():
        for signature, rows in by_signature.values():
            _change(rows, changes(signature), signature, actor=actor, now=now, action=action, reason=reason)
    return handled


def _change(rows: list[Observation], changes: Changes, signature: Signature, *, action: str, **told: Any) -> None:
    """Write the same of several values by one statement, and of each who did it."""
    with signed(signature):
        Observation.objects.filter(pk__in=[row.pk for row in rows]).update(**changes)
        for row in rows:
            before, is_first = {"status": row.status}, row.status not in COUNTED
            for name, value in changes.items():
                setattr(row, name, value)
            after = printed(row) if is_first else {"status": row.status}  # what is sent, others now see
            record(target=row, action=action, before=before, after=after | signature.told, **told)


def _standing(observations: Iterable[Observation]) -> dict[int, Observation]:
    """The entries that still stand, locked."""
    rows = Observation.objects.in_force().filter(pk__in=[row.pk for row in observations])
    rows = rows.select_for_update(of=("self",)).select_related(*WITH)
    return {row.pk: row for row in rows}
