"""Building the demonstration region step by step. A step that was finished is not taken again; one cut short is."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from common.progress import Progress
from demo.models import BuiltStep


@dataclass(frozen=True)
class Builder:
    """What every step is given: who acts, when, and whom to tell how far it is."""

    actor: User
    now: datetime
    progress: Progress


@dataclass(frozen=True)
class Step:
    """One step: its code, what it says while it runs, and what it does. It must be safe to run again."""

    code: str
    title: str
    run: Callable[[Builder], None]


def unfinished(steps: Iterable[Step]) -> list[Step]:
    """Return the steps that remain, in their order."""
    done = set(BuiltStep.objects.values_list("code", flat=True))
    return [step for step in steps if step.code not in done]


def build(*, steps: Iterable[Step], builder: Builder) -> None:
    """Take every step that remains."""
    for step in unfinished(steps):
        builder.progress(0, 0, step.title)
        started = time.monotonic()
        step.run(builder)
        BuiltStep.objects.create(code=step.code, finished_at=builder.now, seconds=time.monotonic() - started)
