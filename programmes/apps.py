from django.apps import AppConfig

from common.row_security import Net


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Программы"
    net = {"Programme": Net(above="status = 'approved'")}

    def ready(self) -> None:
        """Register the facts that formulas may ask of programmes, and which programmes a document stands behind."""
        from documents.registry import register_usage
        from indicators.registry import (
            KnownProgrammes,
            register_asker,
            register_directions,
            register_judge,
            register_programmes,
            register_rows,
            register_shorter_periods,
        )
        from programmes import facts  # noqa: F401 - importing it registers the facts
        from programmes.checks.rows import asked_by_targets  # importing it registers the checks
        from programmes.models import Programme, Target
        from programmes.selectors.asking import elements_asked_by_rows
        from programmes.selectors.directions import directions_of_facts
        from programmes.selectors.standings import standings_of_indicator
        from programmes.selectors.targets import shorter_by_indicator
        from programmes.selectors.usages import programmes_by_document
        from programmes.selectors.with_indicators import indicators_in, indicators_numbered, programmes_for_choice
        from schools.registry import name_dependant

        register_usage("programmes", programmes_by_document)
        name_dependant(Programme, "программы")
        name_dependant(Target, "свои цели")
        register_shorter_periods(shorter_by_indicator)
        register_directions(directions_of_facts)
        register_asker(asked_by_targets)
        register_rows(elements_asked_by_rows)
        register_judge(standings_of_indicator)
        register_programmes(KnownProgrammes(programmes_for_choice, indicators_in, indicators_numbered))
