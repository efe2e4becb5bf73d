from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "Показатели"

    def ready(self) -> None:
        """Register the facts that this app itself knows and its kind of long work."""
        from indicators.facts import entered, passports  # noqa: F401 - importing them registers the facts
        from indicators.services.jobs import register_jobs

        register_jobs()
