"""The demonstration region: which steps build it, and who signs in to it."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from common.progress import Progress
from demo.services.building import Builder, Step, build, unfinished

STEPS: list[Step] = []


@dataclass(frozen=True)
class SignIn:
    """How somebody of the demonstration signs in."""

    login: str
    password: str
    what: str


def build_region(*, now: datetime, progress: Progress) -> None:
    """Build what is not built yet: every figure arises from files, forms, orders and entries, through services."""
    if not unfinished(STEPS):
        return
    actor, _made = User.objects.get_or_create(login="system", defaults={"full_name": "Опора", "is_system": True})
    build(steps=STEPS, builder=Builder(actor=actor, now=now, progress=progress))


def sign_ins() -> list[SignIn]:
    """Return the logins that the command prints."""
    return []
