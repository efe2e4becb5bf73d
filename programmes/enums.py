from django.db.models import TextChoices


class ProgrammeKind(TextChoices):
    """Whose programme it is, and in which legal form."""

    REGIONAL = "regional", "РППКО"
    MUNICIPAL = "municipal", "МППКО"
    MUNICIPAL_MEASURES = "municipal_measures", "муниципальный комплекс мер"
    SCHOOL = "school", "ШППКО"
    CONCEPT = "concept", "муниципальная концепция"
    PLAN = "plan", "план"
    RESOLUTION = "resolution", "резолюция"


class ProgrammeStatus(TextChoices):
    """Where a programme is on its way to approval."""

    DRAFT = "draft", "черновик"
    SUBMITTED = "submitted", "на согласовании"
    RETURNED = "returned", "возвращена"
    APPROVED = "approved", "утверждена"


class TargetOperator(TextChoices):
    """How a value is held against its target."""

    AT_LEAST = "at_least", "не менее"
    AT_MOST = "at_most", "не более"
    EQUALS = "equals", "равно"
    BETWEEN = "between", "от и до"
    GROWTH = "growth", "рост к базовому году"
    POSITIVE_DYNAMICS = "positive_dynamics", "положительная динамика"
    UNSPECIFIED = "unspecified", "сравнение не указано"
    YES = "yes", "да"
    NOT_APPLICABLE = "not_applicable", "не установлено"


CHANGES = (TargetOperator.GROWTH, TargetOperator.POSITIVE_DYNAMICS)
"""Comparisons that hold a value against an earlier one."""


class TargetScope(TextChoices):
    """Of what the target is asked."""

    WHOLE = "whole", "в целом"
    EACH_DISTRICT = "each_district", "каждого округа"
    EACH_MUNICIPALITY = "each_municipality", "каждой МСО"
    EACH_SCHOOL = "each_school", "каждой школы списка"
    EACH_EXTRACURRICULAR = "each_extracurricular", "каждого учреждения дополнительного образования"


class Cumulation(TextChoices):
    """What a yearly value of an indicator is to its programme."""

    YEARLY = "yearly", "за год"
    FROM_START = "from_start", "нарастающим итогом с начала программы"
    LATEST = "latest", "последнее значение"


class ChangeCause(TextChoices):
    """Why a target of an approved programme is changed."""

    ORDER = "order", "приказ или решение"
    MISTAKE = "mistake", "исправлена ошибка"
    DATA = "data", "уточнены исходные данные"
    CONDITIONS = "conditions", "изменились условия"
    OTHER = "other", "другая причина"
    PACKAGE = "package", "новая версия методики"


CAUSES = tuple(cause for cause in ChangeCause if cause != ChangeCause.PACKAGE)
"""Those that a person may name; the last is written by a load alone."""


class RowChoice(TextChoices):
    """Whether a row of a document is asked of its owner at all. What is not chosen is neither missing nor failed."""

    COMPULSORY = "compulsory", "обязательная строка"
    OPTIONAL = "optional", "строка по выбору, не выбрана"
    CHOSEN = "chosen", "строка по выбору, выбрана"
    DRAFT = "draft", "строка-проект"


NOT_ASKED = (RowChoice.OPTIONAL, RowChoice.DRAFT)


class SectionPart(TextChoices):
    """Where in a programme's text a section stands."""

    PASSPORT = "passport", "паспорт"
    CHAPTER = "chapter", "раздел"
    ABBREVIATIONS = "abbreviations", "сокращения"
    NOTE = "note", "примечание к тексту"


class Standing(TextChoices):
    """How a value stands to its target on the day that it is looked at."""

    MET = "met", "достигнуто"
    AT_RISK = "at_risk", "под угрозой"
    MISSED = "missed", "не достигнуто"
    AHEAD = "ahead", "год не закончен"
    NO_DATA = "no_data", "нет данных"
    NOT_SET = "not_set", "не установлено"

    @property
    def sign(self) -> str:
        """The class by which pages mark it with a sign and a colour."""
        return {Standing.NO_DATA: "none", Standing.NOT_SET: "none", Standing.AT_RISK: "risk"}.get(self, self.value)

    @property
    def mark(self) -> str:
        """The sign itself, for paper and files."""
        return MARKS[self.value]


MARKS = {"met": "●", "at_risk": "▲", "missed": "■", "ahead": "▷", "no_data": "○", "not_set": "—"}
