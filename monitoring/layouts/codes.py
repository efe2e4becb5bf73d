"""What stands for a pupil in a row: a keyed hash of the code, only where a procedure's codes last from work to work."""

import hmac
from collections.abc import Callable
from typing import Any

from monitoring.layouts.cells import NULL
from monitoring.layouts.context import Context
from monitoring.layouts.headers import Header
from monitoring.layouts.outputs import Part
from monitoring.layouts.words import NO_VALUE, key

_KEPT = 16  # bytes of a hash


def pupil_of(context: Context, header: Header, part: Part) -> Callable[[list[Any]], str]:
    """Return what writes a pupil as COPY text, and say where codes that last are not to be had."""
    procedure, place, secret = part.identity.procedure, header.place("pupil"), context.pupil_key
    if procedure not in context.lasting:
        return _nobody
    if place is None:
        context.findings.warn(
            f"Столбца с кодами участников нет ({procedure}): с прежними работами тех же учеников эта не сравнится."
        )
        return _nobody
    if secret is None or procedure not in context.coded:
        context.findings.warn(
            f"Постоянные коды не взяты: по имени файла не понять, что это {procedure}. "
            "Чтобы работы тех же учеников сравнились, назовите процедуру при загрузке."
        )
        return _nobody

    def write(row: list[Any]) -> str:
        code = lasting_code(row[place])
        if not code:
            return NULL
        found = hmac.digest(secret, code.encode(), "sha256")[:_KEPT]
        part.coded += 1
        (part.doubled if found in part.codes else part.codes).add(found)
        return "\\\\x" + found.hex()

    return write


def lasting_code(value: Any) -> str:
    """Return a code as it is hashed: spaces, case and leading noughts, which a table drops, do not matter."""
    code = "".join(key(value).split())
    if code in NO_VALUE:
        return ""
    return code.lstrip("0") if code.isdecimal() else code


def _nobody(row: list[Any]) -> str:
    return NULL
