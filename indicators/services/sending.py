"""Values that come from another system: under a key of its own each is entered once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.selectors import acting_token
from indicators.models import Observation, SentBlock, SentEntry
from indicators.services.entries import Entry, ObservationRefused
from indicators.services.entry_rights import Writer
from indicators.services.observations import enter_observation, enter_observations

API = "api"


class KeyOfAnother(ValueError):
    """The key was used for another value; the message is for whoever reads the script's log."""


class BlockRefused(ValueError):
    """Some values of a block cannot be entered, and so none is: which and why."""

    def __init__(self, refused: list[tuple[Entry, ObservationRefused]]) -> None:
        super().__init__("Блок не записан: часть значений не подходит.")
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending a value: the entry that stands for it, and whether it was entered now."""

    observation: Observation
    is_new: bool


@transaction.atomic
def send_observation(*, entry: Entry, key: str, actor: User, now: datetime) -> Sent:
    """
    Enter a value that another system sends; under a key that it has used already the first entry is returned.

    A value that stands in the cell already, with the same proof, is not entered again either. A refused value leaves
    its key free, so that the mended one may come under it.

    :raises NotAllowed: if the actor may not enter values at the unit
    :raises KeyOfAnother: if something else was sent under the key
    :raises ObservationRefused: as `enter_observation` does
    """
    Writer(actor, now, API).look_at([entry.unit], [entry.element])
    former = _taken(key, entry, actor, now) if key else None
    if former is not None and former.observation is not None:
        return Sent(former.observation, is_new=False)
    cell = Observation.objects.in_force().filter(element=entry.element, unit=entry.unit, period=entry.period)
    standing = cell.filter(category=entry.category).first()
    observation = enter_observation(entry=entry, actor=actor, now=now, via=API)
    assert observation is not None  # noqa: S101 - an entry that is sent has a value
    if former is not None:
        former.observation = observation
        former.save(update_fields=["observation"])
    return Sent(observation, is_new=observation != standing)


@transaction.atomic
def send_block(
    *, entries: Sequence[Entry], key: str, actor: User, now: datetime, answer: Callable[[list[Observation]], str]
) -> str:
    """
    Enter a block of values, every one or none, and return the answer; under a key used already, the first answer.

    `answer` says in words of the door what came of it, by the entries in their order.

    :raises NotAllowed: if the actor may not enter values at one of the units
    :raises KeyOfAnother: if something else was sent under the key
    :raises BlockRefused: with every value that cannot be entered; nothing is entered then
    """
    units = {entry.unit.pk: entry.unit for entry in entries}
    Writer(actor, now, API).look_at(units.values(), {entry.element for entry in entries})
    block = _taken_block(key, entries, actor, now) if key else None
    if block is not None and block.answer:
        return block.answer
    outcome = enter_observations(entries=entries, actor=actor, now=now, via=API)
    if outcome.refused:
        raise BlockRefused(outcome.refused)
    standing = {entry.cell: row for entry, row in outcome.saved if row is not None}
    said = answer([standing[entry.cell] for entry in entries])
    if block is not None:
        block.answer = said
        block.save(update_fields=["answer"])
    return said


def _taken_block(key: str, entries: Sequence[Entry], actor: User, now: datetime) -> SentBlock:
    digest = hashlib.sha256("".join(_digest(entry) for entry in entries).encode()).hexdigest()
    block, _is_new = SentBlock.objects.get_or_create(
        sent_by=actor, token=acting_token(actor), key=key, defaults={"digest": digest, "sent_at": now}
    )
    _refuse_another(key, block.digest, digest)
    return block


def _taken(key: str, entry: Entry, actor: User, now: datetime) -> SentEntry:
    """Take the key, or return it as it was taken; of two who send it at the same moment one waits for the other."""
    digest = _digest(entry)
    former, _is_new = SentEntry.objects.get_or_create(
        sent_by=actor, token=acting_token(actor), key=key, defaults={"digest": digest, "sent_at": now}
    )
    _refuse_another(key, former.digest, digest)
    return former


def _refuse_another(key: str, was: str, now: str) -> None:
    if was != now:
        raise KeyOfAnother(
            f"Под ключом «{key}» уже передано другое значение: дайте новому значению новый ключ, а прежнее повторите "
            "без изменений."
        )


def _digest(entry: Entry) -> str:
    evidence = entry.evidence
    said = [
        entry.element.code,
        entry.unit.pk,
        entry.period.code,
        None if entry.value is None else f"{entry.value.normalize():f}",
        None if evidence is None else [evidence.url, evidence.number, str(evidence.dated_on or "")],
        entry.comment.strip(),
        *([entry.category] if entry.category else []),  # keys of before there were categories go on meaning the same
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
