"""What a person sees of themselves."""

from django.db.models import QuerySet

from accounts.models import ApiToken, AuditEvent, User
from accounts.permissions import READING, Permission

SIGN_INS = {
    "sign_in.succeeded": "вход",
    "sign_in.ended": "выход",
    "sign_in.failed": "пароль не подошёл",
    "sign_in.locked": "вход закрыт на время",
    "sign_in.refused": "во входе отказано",
    "second_factor.set_up": "включён второй фактор",
    "second_factor.removed": "снят второй фактор",
    "second_factor.failed": "код второго фактора не подошёл",
    "second_factor.locked": "коды закрыты на время",
    "second_factor.recovery_used": "использован код с бумаги",
    "second_factor.codes_renewed": "созданы новые коды на бумаге",
    "session.ended": "завершён сеанс",
    "sessions.ended": "завершены другие сеансы",
    "user.password_changed": "пароль изменён",
    "user.password_cleared": "пароль снят тем, кто ведёт людей",
    "token.created": "создан ключ доступа",
    "token.revoked": "отозван ключ доступа",
}


def own_events(*, user: User, count: int = 10) -> list[tuple[AuditEvent, str]]:
    """Return the latest sign-ins of a person and whatever else touches their keys, with words for each."""
    events = AuditEvent.objects.filter(actor_id=user.pk, action__in=SIGN_INS).order_by("-happened_at", "-pk")
    return [(event, SIGN_INS[event.action]) for event in events[:count]]


def tokens_of(*, user: User) -> QuerySet[ApiToken]:
    """Return a person's keys with the places of each, the newest first."""
    return ApiToken.objects.filter(user=user).prefetch_related("appointments__unit").order_by("-created_at", "-pk")


def words_of(token: ApiToken) -> str:
    """Say what a token may do, in the words of the table."""
    if frozenset(token.permissions) == {one.value for one in READING}:
        return "только чтение"
    return ", ".join(one.label for one in Permission if one.value in token.permissions)
