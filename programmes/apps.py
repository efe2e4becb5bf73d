from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Программы"

    def ready(self) -> None:
        """Register the facts that formulas may ask of programmes."""
        from programmes import facts  # noqa: F401 - importing it registers the facts
