from django.db.models import TextChoices


class Recurrence(TextChoices):
    """When a result is due inside its window."""

    ONCE = "once", "к сроку"
    QUARTERLY = "quarterly", "не реже раза в квартал"
    HALF_YEARLY = "half_yearly", "не реже раза в полугодие"
    ON_DEMAND = "on_demand", "по запросу"
    CONSTANT = "constant", "постоянно"


class ExecutionState(TextChoices):
    """What has come of a promised result."""

    IN_PROGRESS = "in_progress", "выполняется"
    REPORTED = "reported", "отмечено выполненным"
    ACCEPTED = "accepted", "принято"
    RETURNED = "returned", "возвращено"


DONE = (ExecutionState.REPORTED, ExecutionState.ACCEPTED)


class ResultState(TextChoices):
    """How a promised result stands on the day that it is looked at. The worst comes first."""

    OVERDUE = "overdue", "просрочено"
    RETURNED = "returned", "возвращено"
    RUNNING = "running", "идёт срок"
    REPORTED = "reported", "ждёт приёмки"
    AHEAD = "ahead", "впереди"
    NOBODY = "nobody", "некому отвечать"
    NOT_ASKED = "not_asked", "запроса не было"
    ACCEPTED = "accepted", "принято"
