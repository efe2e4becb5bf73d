from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = "Мониторинг"

    def ready(self) -> None:
        """Plug in the facts of monitoring and the kinds of its long work."""
        from monitoring import facts  # noqa: F401 - importing registers
        from monitoring.services.identification_jobs import register_jobs
        from monitoring.services.load_jobs import register_load_jobs

        register_jobs()
        register_load_jobs()
