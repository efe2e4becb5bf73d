from django.db.models import TextChoices


class ProgrammeKind(TextChoices):
    """Whose programme it is, and in which legal form."""

    REGIONAL = "regional", "РППКО"
    MUNICIPAL = "municipal", "МППКО"
    MUNICIPAL_MEASURES = "municipal_measures", "муниципальный комплекс мер"
    SCHOOL = "school", "ШППКО"


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
    YES = "yes", "да"
    NOT_APPLICABLE = "not_applicable", "не установлено"


class TargetScope(TextChoices):
    """Of what the target is asked."""

    WHOLE = "whole", "в целом"
    EACH_DISTRICT = "each_district", "каждого округа"
    EACH_MUNICIPALITY = "each_municipality", "каждой МСО"
    EACH_SCHOOL = "each_school", "каждой школы списка"


class SectionPart(TextChoices):
    """Where in a programme's text a section stands."""

    PASSPORT = "passport", "паспорт"
    CHAPTER = "chapter", "раздел"
    ABBREVIATIONS = "abbreviations", "сокращения"
    NOTE = "note", "примечание к тексту"


class Standing(TextChoices):
    """How a value stands to its target on the day that it is looked at."""

    MET = "met", "достигнуто"
    MISSED = "missed", "не достигнуто"
    AHEAD = "ahead", "год не закончен"
    NO_DATA = "no_data", "нет данных"
    NOT_SET = "not_set", "не установлено"
