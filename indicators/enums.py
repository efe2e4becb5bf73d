from django.db.models import TextChoices


class PeriodKind(TextChoices):
    """The stretch of time that a period is."""

    YEAR = "year", "год"
    ACADEMIC_YEAR = "academic_year", "учебный год"
    HALF = "half", "полугодие"
    QUARTER = "quarter", "четверть"
    WAVE = "wave", "волна мониторинга"


class IndicatorKind(TextChoices):
    """What a value of an indicator is."""

    YES_NO = "yes_no", "да/нет"
    THREE_STATE = "three_state", "три состояния"
    SHARE = "share", "доля"
    COUNT = "count", "количество"
    RATIO = "ratio", "отношение"
    CHANGE = "change", "изменение"
    DISTRIBUTION = "distribution", "распределение"


class Better(TextChoices):
    """Which way is better."""

    MORE = "more", "больше — лучше"
    LESS = "less", "меньше — лучше"


class RollUp(TextChoices):
    """How the value of a higher unit is made of those below it. Said by the formula, never chosen."""

    SHARE = "share", "числители и знаменатели складываются, потом делятся"
    SUM = "sum", "значения складываются"
    LEAST = "least", "берётся наименьшее из территорий"
    GREATEST = "greatest", "берётся наибольшее из территорий"
    ANEW = "anew", "считается заново: сравниваются годы или территории"
    NONE = "none", "выше своего уровня не складывается"


class ElementType(TextChoices):
    """What is written into a data element."""

    YES_NO = "yes_no", "да/нет"
    THREE_STATE = "three_state", "три состояния"
    COUNT = "count", "количество"
    AMOUNT = "amount", "число"


NUMBERS = (ElementType.COUNT, ElementType.AMOUNT)


class AskedEvery(TextChoices):
    """How often a data element is asked for."""

    YEAR = "year", "раз в год"
    HALF = "half", "по полугодиям"
    WAVE = "wave", "по волнам мониторинга"


class YearValue(TextChoices):
    """What the year's value of an element is that is asked for more often than once a year."""

    SUM = "sum", "сумма"
    LAST = "last", "последнее"


class EntryStatus(TextChoices):
    """How far an entered value has come: typed, sent to whoever reviews it, accepted or returned by them."""

    DRAFT = "draft", "черновик"
    SUBMITTED = "submitted", "ждёт приёмки"
    ACCEPTED = "accepted", "принято"
    RETURNED = "returned", "возвращено"


COUNTED = (EntryStatus.SUBMITTED, EntryStatus.ACCEPTED)  # values in these are what indicators are computed of


class CollectionMethod(TextChoices):
    """How a value comes into the portal."""

    FORM = "form", "вносят в портале"
    SYSTEM = "system", "передаёт информационная система"
    SURVEY = "survey", "вносят по итогам опроса"
    MONITORING = "monitoring", "вносят по итогам мониторинга"
    STATISTICS = "statistics", "берут из статистической отчётности"


class ValueStatus(TextChoices):
    """Whether there is a value, and if not, why not. Unknown is not nought."""

    KNOWN = "known", "есть"
    NOT_HELD = "not_held", "процедура не проводилась"
    TOO_FEW = "too_few", "слишком мало участников"
    NOT_SUBMITTED = "not_submitted", "данные не внесены"
    NOBODY = "nobody", "некого считать"
    NOT_OBJECTIVE = "not_objective", "исключены как необъективные"


class Severity(TextChoices):
    """How grave it is that a check has found something, the gravest first."""

    ERROR = "error", "ошибка"
    WARNING = "warning", "замечание"
    NOTE = "note", "к сведению"

    @property
    def many(self) -> str:
        """The word over several of them."""
        return {"error": "Ошибки", "warning": "Замечания", "note": "К сведению"}[self.value]

    @property
    def sign(self) -> str:
        """The sign by which pages mark it."""
        return {"error": "missed", "warning": "risk"}.get(self.value, "none")


class RunState(TextChoices):
    """How far a recalculation is."""

    WAITING = "waiting", "ждёт"
    RUNNING = "running", "идёт"
    DONE = "done", "посчитано"
    FAILED = "failed", "не всё посчитано"

    @property
    def sign(self) -> str:
        """The sign by which pages mark it."""
        return {"done": "met", "running": "ahead", "failed": "missed"}.get(self.value, "none")


class ChangesTaken(TextChoices):
    """What becomes of values that came out otherwise since a period was closed, when it is opened again."""

    ADOPTED = "adopted", "изменившиеся приняты"
    DROPPED = "dropped", "изменившиеся не приняты"
