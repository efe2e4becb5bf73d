from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    name = "roadmap"
    verbose_name = "Дорожная карта"

    def ready(self) -> None:
        """Register the facts that formulas may ask of the roadmap."""
        from roadmap import facts  # noqa: F401 - importing it registers the facts
