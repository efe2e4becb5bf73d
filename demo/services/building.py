"""Building the demonstration region step by step. A step that was finished is not taken again; one cut short is."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.audit import written_together
from common.progress import Progress
from demo.generation.places import Place, catalogue_places
from demo.generation.schools import DrawnSchool, draw_schools
from demo.models import BuiltStep
from schools.access import asked_once
from schools.enums import Kind
from schools.models import Unit


def moment(day: date, hour: int = 10) -> datetime:
    """Return an hour of a day in the region's time: what happened then is done as of then."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


@dataclass
class Builder:
    """What every step is given: who acts, when, whom to tell how far it is, and what region is being built."""

    actor: User
    now: datetime
    progress: Progress
    places: tuple[Place, ...] = field(default_factory=lambda: tuple(catalogue_places()))

    @cached_property
    def schools(self) -> tuple[DrawnSchool, ...]:
        """The schools of the region, as they are drawn."""
        return draw_schools(self.places)

    @property
    def region(self) -> Unit:
        """The region itself, once its territory is loaded."""
        return Unit.objects.get(kind=Kind.REGION)

    def units(self, kind: Kind) -> dict[str, Unit]:
        """Return units of a kind by their codes."""
        return {unit.code: unit for unit in Unit.objects.of_kind(kind).select_related("parent").order_by("code")}

    def person(self, login: str) -> User:
        """Return somebody of the demonstration."""
        return User.objects.get(login=login)

    def file(self, name: str, data: bytes) -> Path:
        """Keep a file that is about to be handed in, so that whoever looks at the demonstration can open it."""
        folder = Path(settings.DATA_DIR) / "demo"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)
        return path

    def each(self, items: Iterable[Any], text: str) -> Iterable[Any]:
        """Yield items and tell how far the loop has come."""
        whole = list(items)
        for done, item in enumerate(whole):
            self.progress(done, len(whole), text)
            yield item
        self.progress(len(whole), len(whole), text)


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
        with not_waiting_for_the_disk(), asked_once():
            step.run(builder)
        BuiltStep.objects.create(code=step.code, finished_at=builder.now, seconds=time.monotonic() - started)


@contextmanager
def not_waiting_for_the_disk() -> Iterator[None]:
    """
    Let commits of the block reach the disk a moment later.

    A step writes in thousands of small transactions. Its last one, which says that it is finished, waits for the disk,
    and so for all before it; after a power cut the step is simply taken again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


@contextmanager
def at_one_go() -> Iterator[None]:
    """Do a block whole, in one transaction, its trail written in one statement."""
    with transaction.atomic(), written_together():
        yield
