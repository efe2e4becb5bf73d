from enum import Enum, auto

from django.db.models import TextChoices


class Operation(TextChoices):
    """What was done to a row."""

    INSERT = "insert", "добавлено"
    UPDATE = "update", "изменено"
    DELETE = "delete", "удалено"


class Counted(TextChoices):
    """What attempts to sign in are counted by."""

    LOGIN = "login", "логин"
    ADDRESS = "address", "адрес"
    CODE = "code", "код второго фактора"


class Way(TextChoices):
    """How somebody has signed in."""

    PASSWORD = "password", "по паролю"
    OPENID = "openid", "через внешнюю учётную запись"


class Spent(Enum):
    """Why a key of the API opens nothing any more."""

    REVOKED = auto()
    EXPIRED = auto()
    OWNER_LEFT = auto()
