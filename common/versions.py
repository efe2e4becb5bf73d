"""
A mark of what somebody was shown, by which a service tells that it has been changed since.

A form carries the mark of the values it shows (`common.two_editors`); the service compares it with the values under its
lock, so that of two who save at once the second is refused, not obeyed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256


class ChangedMeanwhile(Exception):
    """Somebody has saved it since the person looked; the page shows both."""


def version_of(shown: Mapping[str, object]) -> str:
    """Return the mark of the values that a form shows."""
    words = "\x1f".join(f"{name}={_written(value)}" for name, value in sorted(shown.items()))
    return sha256(words.encode()).hexdigest()[:16]


def etag_of(shown: Mapping[str, object]) -> str:
    """Return the mark as the API writes it in the head of an answer."""
    return f'"{version_of(shown)}"'


def seen_in(if_match: str) -> str:
    """Return the mark that a request names by `If-Match`; nothing where it names none, or any."""
    return if_match.strip().removeprefix("W/").strip('"').replace("*", "")


CHANGED = (
    "Пока вы правили, это сохранил другой человек. Ваше не потеряно: сравните с тем, что сейчас в портале, "
    "отметьте, что взять оттуда, и сохраните ещё раз."
)


def refuse_if_changed(
    *,
    seen: str,
    shown: Mapping[str, object],
    refusal: type[ChangedMeanwhile] = ChangedMeanwhile,
    words: str = CHANGED,
) -> None:
    """:raises ChangedMeanwhile: if the values are no longer those whose mark the person was given."""
    if seen and seen != version_of(shown):
        raise refusal(words)


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple | set | frozenset):
        return "|".join(sorted(_written(one) for one in value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(getattr(value, "pk", value)).replace("\r\n", "\n").strip()
