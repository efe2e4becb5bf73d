from django.apps import AppConfig

from common.row_security import Net


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = "Мониторинг"
    unjournalled = {
        "ResultRow": "строки файла: журналируется загрузка целиком, с контрольной суммой",
        "SchoolResult": "суммы загрузки: журналируется загрузка целиком",
        "SamePupils": "суммы, которые база выводит из строк: журналируются загрузки и объявление постоянных кодов",
        "Finding": "вывод расчёта с его обоснованием: журналируется расчёт целиком, сам вывод не меняется",
    }
    net = {"SchoolResult": Net(), "SamePupils": Net(), "Finding": Net()}

    def ready(self) -> None:
        """Plug in the facts of monitoring and the kinds of its long work."""
        from indicators.registry import register_reading
        from monitoring import checks, facts  # noqa: F401 - importing registers
        from monitoring.models import (
            Finding,
            IdentificationRun,
            ListEntry,
            Load,
            Procedure,
            Recommendation,
            SamePupils,
            SchoolList,
            SchoolResult,
        )
        from monitoring.selectors.comparison import read_once
        from monitoring.services.identification_jobs import register_jobs
        from monitoring.services.load_jobs import register_load_jobs
        from schools.registry import is_derived, name_dependant

        register_reading(read_once)
        register_jobs()
        register_load_jobs()
        is_derived(SamePupils)
        name_dependant(SchoolResult, "результаты")
        name_dependant(Load, "загрузки результатов")
        name_dependant(Procedure, "процедуры")
        name_dependant(IdentificationRun, "расчёты идентификации")
        name_dependant(Finding, "выводы идентификации")
        name_dependant(SchoolList, "списки школ")
        name_dependant(ListEntry, "строки списков школ")
        name_dependant(Recommendation, "адресные рекомендации")
