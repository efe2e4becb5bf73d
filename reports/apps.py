from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Отчёты"

    def ready(self) -> None:
        """Register the kind of long work of this app."""
        from reports.services.jobs import register_jobs

        register_jobs()
