from django.db.models import TextChoices


class ReportName(TextChoices):
    """The reports that can be ordered."""

    IDENTIFICATION = "identification", "Аналитическая справка о результатах идентификации"
    INDICATORS = "indicators", "Мониторинг показателей РППКО"
    SCHOOL_PASSPORT = "school_passport", "Паспорт школы"


class ReportFormat(TextChoices):
    """What a report is printed to."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "XLSX"
