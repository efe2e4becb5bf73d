from django.db.models import TextChoices


class JobState(TextChoices):
    """Where a job is."""

    QUEUED = "queued", "ждёт очереди"
    RUNNING = "running", "выполняется"
    DONE = "done", "выполнено"
    FAILED = "failed", "не выполнено"
    CANCELLED = "cancelled", "отменено"


class Queue(TextChoices):
    """Which workers take a job: short work never waits behind long work."""

    SHORT = "short", "короткие"
    LONG = "long", "длинные"


class UploadState(TextChoices):
    """What has become of a file that somebody handed in."""

    STORED = "stored", "принят, ещё не прочитан"
    PARSED = "parsed", "прочитан"
    REFUSED = "refused", "не принят"
    ERASED = "erased", "стёрт"
