"""
The socket for checks of integrity: each says what it looks for, why it matters, how to mend it, and finds it.

An app registers its checks in `AppConfig.ready()` by importing the modules that hold them. A check gets the scene,
which has read once what many of them need, and yields what it has found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from indicators.checks.scene import Scene
from indicators.enums import Severity


@dataclass(frozen=True, slots=True)
class Found:
    """
    A thing that is not right: what, in what way, its page, whose it is.

    The page is the name of an address and its keys, last, if need be, what is asked there: `?q=…`.
    """

    title: str
    said: str = ""
    page: tuple[str | int, ...] = ()
    indicator_id: int | None = None
    unit_id: int | None = None


Look = Callable[[Scene], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Check:
    """A question that is put to everything that is defined and computed."""

    code: str
    title: str
    severity: Severity
    why: str
    mend: str
    look: Look = field(compare=False)


_checks: dict[str, Check] = {}


def check(code: str, *, title: str, severity: Severity, why: str, mend: str) -> Callable[[Look], Look]:
    """Register a function as a check. `why` says what goes wrong if it stays so, `mend` what a person does about it."""

    def register(look: Look) -> Look:
        if code in _checks and _checks[code].look is not look:
            raise ValueError(f"The check «{code}» is registered already.")
        _checks[code] = Check(code, title, severity, why, mend, look)
        return look

    return register


def registered_checks() -> list[Check]:
    """List every check, the gravest first."""
    gravity = list(Severity)
    return sorted(_checks.values(), key=lambda one: (gravity.index(one.severity), one.code))


def find_check(code: str) -> Check | None:
    """Return the check of this code."""
    return _checks.get(code)
