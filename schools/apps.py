from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "Школы"
    unjournalled = {"Ancestry": "выводится из Placement, который журналируется"}

    def ready(self) -> None:
        """Declare the kinds of long work."""
        from schools.services.file_jobs import register_jobs

        register_jobs()
