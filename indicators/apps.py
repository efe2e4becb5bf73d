from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "Показатели"

    def ready(self) -> None:
        """Register the facts that this app itself knows."""
        from indicators.facts import entered, passports  # noqa: F401 - importing them registers the facts
