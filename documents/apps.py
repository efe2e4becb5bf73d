from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Документы"

    def ready(self) -> None:
        """Say how documents of a unit are called."""
        from documents.models import Document
        from schools.registry import name_dependant

        name_dependant(Document, "документы")
