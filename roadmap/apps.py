from django.apps import AppConfig

from common.row_security import Net


class RoadmapConfig(AppConfig):
    name = "roadmap"
    verbose_name = "Дорожная карта"
    net = {"Execution": Net(above="true")}

    def ready(self) -> None:
        """Register the facts that formulas may ask of the roadmap, and which executions a document stands behind."""
        from documents.registry import register_usage
        from roadmap import facts  # noqa: F401 - importing it registers the facts
        from roadmap.models import Execution
        from roadmap.selectors.usages import executions_by_document
        from schools.registry import name_dependant

        register_usage("roadmap", executions_by_document)
        name_dependant(Execution, "отметки выполнения")
