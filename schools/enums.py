from django.db.models import TextChoices


class Kind(TextChoices):
    """What a unit of the tree is."""

    REGION = "region", "край"
    DISTRICT = "district", "округ"
    MUNICIPALITY = "municipality", "муниципалитет"
    SCHOOL = "school", "школа"
    PRESCHOOL = "preschool", "дошкольная организация"
    EXTRACURRICULAR = "extracurricular", "организация дополнительного образования"
    COLLEGE = "college", "профессиональная организация"
    OTHER = "other", "другая организация"


ORGANISATIONS = (Kind.SCHOOL, Kind.PRESCHOOL, Kind.EXTRACURRICULAR, Kind.COLLEGE, Kind.OTHER)
TERRITORIES = (Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY)


class Territories(TextChoices):
    """In whose borders a year is told."""

    OWN = "own", "своего года"
    TODAY = "today", "сегодняшние"


class PartnerKind(TextChoices):
    """What a partner outside the tree is."""

    CULTURE = "culture", "учреждение культуры"
    SPORT = "sport", "учреждение спорта"
    ENTERPRISE = "enterprise", "предприятие"
    UNIVERSITY = "university", "вуз"
    SCIENCE = "science", "научная организация"
    HEALTH = "health", "медицинская организация"
    SOCIAL = "social", "социальная служба"
    PUBLIC = "public", "общественная организация"
    OTHER = "other", "другое"


class ProjectKind(TextChoices):
    """What membership in a project means for a school."""

    SUPPORT = "support", "проект поддержки"
    INFRASTRUCTURE = "infrastructure", "инфраструктура"
    PILOT = "pilot", "пилотная или опорная площадка"


class OperationKind(TextChoices):
    """What was done to the network of territories and organisations."""

    OPEN = "open", "открытие"
    CLOSE = "close", "закрытие"
    RENAME = "rename", "переименование"
    MOVE = "move", "перевод"
    JOIN = "join", "объединение"
    SPLIT = "split", "разделение"
    CHANGE = "change", "смена вида или признаков"


class MunicipalityType(TextChoices):
    """The legal form of a municipality."""

    URBAN_DISTRICT = "urban_district", "городской округ"
    MUNICIPAL_DISTRICT = "municipal_district", "муниципальный округ"
    RAYON = "rayon", "муниципальный район"


class SchoolLevel(TextChoices):
    """The highest level of general education that a school gives."""

    PRIMARY = "primary", "НОО"
    BASIC = "basic", "ООО"
    SECONDARY = "secondary", "СОО"


class Locality(TextChoices):
    """Where a school stands."""

    URBAN = "urban", "город"
    RURAL = "rural", "село"


class SchoolType(TextChoices):
    """What sort of school it is; some sorts are not identified."""

    ORDINARY = "ordinary", "обычная"
    ADVANCED = "advanced", "гимназия, лицей"
    CORRECTIONAL = "correctional", "для детей с ОВЗ"
    EVENING = "evening", "вечерняя"
    CLOSED = "closed", "закрытого типа"
