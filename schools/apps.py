from django.apps import AppConfig

from common.row_security import Net


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "Школы"
    unjournalled = {"Ancestry": "выводится из Placement, который журналируется"}
    whose_column = {"Unit": "id"}
    net = {"SchoolYear": Net()}

    def ready(self) -> None:
        """Declare the kinds of long work, and how what stands on a unit is called."""
        from schools.models import Appointment, Membership, Partner, SchoolYear
        from schools.registry import name_dependant
        from schools.services.file_jobs import register_jobs

        register_jobs()
        name_dependant(Appointment, "назначения")
        name_dependant(Membership, "участие в проектах")
        name_dependant(Partner, "партнёры")
        name_dependant(SchoolYear, "социальные паспорта")
