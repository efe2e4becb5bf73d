"""Values that come from another system: under a key of its own each is entered once, however often it is sent."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from indicators.models import Observation, SentEntry
from indicators.services.entries import Entry
from indicators.services.entry_rights import Writer
from indicators.services.observations import enter_observation

API = "api"


class KeyOfAnother(ValueError):
    """The key was used for another value; the message is for whoever reads the script's log."""


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
    cell = Observation.objects.filter(element=entry.element, unit=entry.unit, period=entry.period, replaced_at=None)
    standing = cell.first()
    observation = enter_observation(entry=entry, actor=actor, now=now, via=API)
    assert observation is not None  # noqa: S101 - an entry that is sent has a value
    if former is not None:
        former.observation = observation
        former.save(update_fields=["observation"])
    return Sent(observation, is_new=observation != standing)


def _taken(key: str, entry: Entry, actor: User, now: datetime) -> SentEntry:
    """Take the key, or return it as it was taken; of two who send it at the same moment one waits for the other."""
    digest = _digest(entry)
    former, _is_new = SentEntry.objects.get_or_create(
        sent_by=actor, key=key, defaults={"digest": digest, "sent_at": now}
    )
    if former.digest != digest:
        raise KeyOfAnother(
            f"Под ключом «{key}» уже передано другое значение: дайте новому значению новый ключ, а прежнее повторите "
            "без изменений."
        )
    return former


def _digest(entry: Entry) -> str:
    evidence = entry.evidence
    said = [
        entry.element.code,
        entry.unit.pk,
        entry.period.code,
        None if entry.value is None else f"{entry.value.normalize():f}",
        None if evidence is None else [evidence.url, evidence.number, str(evidence.dated_on or "")],
        entry.comment.strip(),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
