from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = "Мониторинг"
    unjournalled = {
        "ResultRow": "строки файла: журналируется загрузка целиком, с контрольной суммой",
        "SchoolResult": "суммы загрузки: журналируется загрузка целиком",
        "Finding": "вывод расчёта с его обоснованием: журналируется расчёт целиком, сам вывод не меняется",
    }

    def ready(self) -> None:
        """Plug in the facts of monitoring and the kinds of its long work."""
        from monitoring import facts  # noqa: F401 - importing registers
        from monitoring.services.identification_jobs import register_jobs
        from monitoring.services.load_jobs import register_load_jobs

        register_jobs()
        register_load_jobs()
