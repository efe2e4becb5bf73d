from django.apps import AppConfig

from common.row_security import Net


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Отчёты"
    net = {"ReportOrder": Net(own="ordered_by_id")}

    def ready(self) -> None:
        """Register the kind of long work of this app."""
        from reports.models import ReportOrder
        from reports.services.jobs import register_jobs
        from schools.registry import name_dependant

        register_jobs()
        name_dependant(ReportOrder, "заказанные отчёты")
