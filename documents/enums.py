from django.db.models import TextChoices


class DocumentKind(TextChoices):
    """What a document is."""

    ORDER = "order", "приказ"
    PROGRAMME = "programme", "программа"
    METHODOLOGY = "methodology", "методика"
    ANALYSIS = "analysis", "аналитическая справка"
    PROTOCOL = "protocol", "протокол"
    AGREEMENT = "agreement", "договор"
    PAGE = "page", "страница сайта"
    OTHER = "other", "другой документ"
