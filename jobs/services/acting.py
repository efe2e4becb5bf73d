"""By whose rights a job is done: by its person's, or by those of the key that it was ordered with, never by more."""

from collections.abc import Callable
from datetime import datetime

from accounts.enums import Spent
from accounts.services.token_use import why_spent
from jobs.models import Job
from jobs.registry import JobRefused, Remedy

_REMEDY = Remedy("Закажите эту работу заново, сами или с другим ключом")

_SPENT = {
    Spent.REVOKED: "Ключ «{}», которым заказана работа, отозван.",
    Spent.EXPIRED: "Срок ключа «{}», которым заказана работа, истёк.",
    Spent.OWNER_LEFT: "Учётная запись владельца ключа «{}», которым заказана работа, закрыта.",
}


def act_by_token(job: Job, *, clock: Callable[[], datetime]) -> None:
    """
    Let the person of a job act by the key that it was ordered with, as the request did.

    :raises JobRefused: if the key has been revoked or has expired since, or its person has left
    """
    token = job.ordered_with
    if token is None:
        return
    why = why_spent(token, now=clock())
    if why is not None:
        raise JobRefused(_SPENT[why].format(token.title), remedy=_REMEDY)
    job.ordered_by.acting_token = token
