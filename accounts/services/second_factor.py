"""
The second factor: a code that the person's telephone shows for half a minute (TOTP, RFC 6238), or one kept on paper.

The secret lies encrypted, codes on paper as keyed hashes. A code is good once: whoever looked over a shoulder cannot
use it again, not even on another web worker, for the half-minute of the newest one used is kept with the secret.
"""

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction

from accounts.enums import Counted
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.services.audit import record
from accounts.services.limits import close_if_spent, count_attempt, forget_attempts
from accounts.services.people import ALPHABET
from accounts.services.secrecy import decrypted, encrypted, keyed_hash
from accounts.services.sign_in import lock_message

ISSUER = "Опора"
STEP = 30  # seconds that a code is shown
DIGITS = 6
SECRET_BYTES = 20  # as RFC 4226 advises; telephones know no other hash than SHA-1
RECOVERY_CODES = 10
RECOVERY_HALF = 5
NEIGHBOURS = (0, -1, 1)  # a telephone's clock may be half a minute off
WRONG = "Код не подошёл. Дождитесь в приложении следующего и проверьте, что часы телефона идут верно."


class CodeRefused(Exception):
    """The code opens nothing; the message is for the person."""


class AlreadySetUp(Exception):
    """The second factor is there; the message is for the person."""


def new_secret() -> str:
    """Return a new secret as it is typed into a telephone: letters and digits."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def address_for_telephone(*, user: User, secret: str) -> str:
    """Return what the picture for the telephone says."""
    return _totp(secret).get_provisioning_uri(user.login, ISSUER)


@transaction.atomic
def set_up_second_factor(*, user: User, secret: str, code: str, now: datetime) -> list[str]:
    """
    Switch the second factor on, proved by a code of the telephone, and return the codes for paper.

    :raises CodeRefused: if the telephone shows another code
    :raises AlreadySetUp: if it is on
    """
    User.objects.select_for_update().get(pk=user.pk)
    if SecondFactor.objects.filter(user=user).exists():
        raise AlreadySetUp("Второй фактор уже включён. Чтобы перенести его на другой телефон, сначала отключите его.")
    step = _step_of(secret, _plain(code), now)
    if step is None:
        raise CodeRefused(WRONG)
    SecondFactor.objects.create(user=user, secret=encrypted(secret), last_step=step, set_up_at=now)
    record(actor=user, action="second_factor.set_up", target=user, now=now)
    return _new_recovery_codes(user)


def check_code(*, user: User, code: str, now: datetime) -> str:
    """
    Accept a code of the telephone or of the paper once, and return which it was: «totp» or «recovery».

    :raises CodeRefused: if it does not fit, was used, or too many attempts have failed
    """
    value = str(user.pk)
    standing = count_attempt(kind=Counted.CODE, value=value, now=now)
    if standing.locked_until:
        raise CodeRefused(lock_message(standing.locked_until))
    kind = _accepted(user, _plain(code), now)
    if kind:
        forget_attempts(kind=Counted.CODE, value=value)
        return kind
    with transaction.atomic():  # and no more than that: the count of the attempt must outlive the refusal
        until = close_if_spent(kind=Counted.CODE, value=value, standing=standing, now=now)
        action = "second_factor.locked" if until else "second_factor.failed"
        record(actor=user, action=action, target=user, now=now, reason="код не подошёл")
    raise CodeRefused(lock_message(until) if until else WRONG)


@transaction.atomic
def renew_recovery_codes(*, user: User, now: datetime) -> list[str]:
    """Make new codes for paper; the former ones open nothing any more."""
    record(actor=user, action="second_factor.codes_renewed", target=user, now=now)
    return _new_recovery_codes(user)


@transaction.atomic
def remove_second_factor(*, user: User, actor: User, now: datetime, reason: str = "") -> bool:
    """Switch the second factor off, and say whether it was on."""
    RecoveryCode.objects.filter(user=user).delete()
    was_on = bool(SecondFactor.objects.filter(user=user).delete()[0])
    forget_attempts(kind=Counted.CODE, value=str(user.pk))
    record(actor=actor, action="second_factor.removed", target=user, now=now, reason=reason)
    return was_on


@transaction.atomic
def _accepted(user: User, code: str, now: datetime) -> str:
    if len(code) == DIGITS and code.isascii() and code.isdecimal():
        return "totp" if _accept_from_telephone(user, code, now) else ""
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at=None)
    if not unused.update(used_at=now):
        return ""
    left = RecoveryCode.objects.filter(user=user, used_at=None).count()
    record(actor=user, action="second_factor.recovery_used", target=user, now=now, after={"left": left})
    return "recovery"


def _accept_from_telephone(user: User, code: str, now: datetime) -> bool:
    factor = SecondFactor.objects.filter(user=user).first()
    step = _step_of(decrypted(factor.secret), code, now) if factor else None
    if step is None:
        return False
    # One statement: of two requests with the same code one changes the row.
    return bool(SecondFactor.objects.filter(user=user, last_step__lt=step).update(last_step=step))


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the half-minute that a code is of, or None."""
    present = int(now.timestamp()) // STEP
    totp = _totp(secret)
    fitting = [
        present + neighbour
        for neighbour in NEIGHBOURS
        if hmac.compare_digest(totp.generate((present + neighbour) * STEP), code.encode())
    ]
    return max(fitting, default=None)


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)  # noqa: S303 - the hash that telephones know


def _new_recovery_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(2 * RECOVERY_HALF)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    return [f"{code[:RECOVERY_HALF]}-{code[RECOVERY_HALF:]}" for code in codes]


def _plain(code: str) -> str:
    """Leave out what people put between the signs of a code."""
    return code.replace(" ", "").replace("-", "").replace("\N{NO-BREAK SPACE}", "").lower()


def _digest(user: User, code: str) -> str:
    return keyed_hash("recovery_code", f"{user.pk}:{code}")
