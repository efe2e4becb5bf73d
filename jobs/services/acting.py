"""By whose rights a job is done: by its person's, or by those of the key that it was ordered with, never by more."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import ApiToken, User
from jobs.models import Job
from jobs.registry import JobRefused, Remedy

_REMEDY = Remedy("Закажите эту работу заново, сами или с другим ключом")


def token_of_actor(actor: User) -> ApiToken | None:
    """Return the key that somebody's request was signed with, if it came over the API."""
    return getattr(actor, "acting_token", None)


def act_by_token(job: Job, *, clock: Callable[[], datetime]) -> None:
    """
    Let the person of a job act by the key that it was ordered with, as the request did.

    :raises JobRefused: if the key has been revoked or has expired since
    """
    token = job.ordered_with
    if token is None:
        return
    if token.revoked_at:
        raise JobRefused(f"Ключ «{token.title}», которым заказана работа, отозван.", remedy=_REMEDY)
    if token.expires_at and token.expires_at <= clock():
        raise JobRefused(f"Срок ключа «{token.title}», которым заказана работа, истёк.", remedy=_REMEDY)
    job.ordered_by.acting_token = token
