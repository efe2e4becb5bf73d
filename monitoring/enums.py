from django.db.models import TextChoices


class LoadState(TextChoices):
    """What has become of a file of results."""

    PREVIEWED = "previewed", "прочитан, ждёт решения"
    IN_FORCE = "in_force", "принят"
    SUPERSEDED = "superseded", "заменён более новым или точным"
    UNDONE = "undone", "отменён"
    CANCELLED = "cancelled", "не принят"


class Source(TextChoices):
    """How fine the results of a load are. Finer results outrank coarser ones."""

    ROWS = "rows", "индивидуальные результаты"
    COUNTS = "counts", "количества по школам"
    PERCENTS = "percents", "проценты по школам"
    JOURNAL = "journal", "сравнение с журналом"


class MeasureKind(TextChoices):
    """What a procedure gives for a pupil."""

    MARKS = "marks", "отметки 2–5"
    SCORE = "score", "баллы"
    LEVELS = "levels", "уровни"


class MethodKind(TextChoices):
    """Which rule a method is."""

    FEDERAL = "federal", "федеральное правило"
    INTEGRAL = "integral", "интегральные показатели"


class Category(TextChoices):
    """What identification says of a school. A school may be of two categories at once, or of none."""

    LOW_RESULTS = "low_results", "ШНРО"
    HARD_CONDITIONS = "hard_conditions", "ШНСУ"
    RESILIENT = "resilient", "резильентная"
    INSUFFICIENT_DATA = "insufficient_data", "недостаточно данных"


LISTED = (Category.LOW_RESULTS, Category.HARD_CONDITIONS, Category.RESILIENT)
"""Categories that put a school on a list, in the order in which they are named."""


class ListState(TextChoices):
    """Where a list of schools is."""

    DRAFT = "draft", "готовится"
    APPROVED = "approved", "утверждён"
    REVOKED = "revoked", "отменён"


class RecommendationState(TextChoices):
    """Where an addressed recommendation is."""

    ISSUED = "issued", "направлена"
    ACCEPTED = "accepted", "принята"
    DONE = "done", "выполнена"
    DECLINED = "declined", "отклонена"
