from django.db.models import TextChoices


class Operation(TextChoices):
    """What was done to a row."""

    INSERT = "insert", "добавлено"
    UPDATE = "update", "изменено"
    DELETE = "delete", "удалено"
