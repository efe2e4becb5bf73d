from django.apps import AppConfig

from common.row_security import Net


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "Показатели"
    unjournalled = {
        "IndicatorValue": "считается из внесённого; журнал ведёт каждый расчёт (RecalculationRun)",
        "ValueCells": "части распределения; считаются вместе с его значением (IndicatorValue)",
        "HeldAgainst": "числа территорий, с которыми сравнивают; считаются вместе со значениями",
        "RecalculationRun": "сам расчёт: что, почему, сколько изменил",
        "RecalculationPart": "кусок долгого расчёта; исчезает с его концом",
        "PinnedEdition": "какие редакции закреплены закрытием; само закрытие — PeriodClosing",
        "ValueSinceClosing": "считается, как и IndicatorValue; журнал ведёт каждый расчёт",
        "SentEntry": "ключ, под которым значение прислано; само значение — Observation",
        "SentBlock": "ключ и ответ присланного блока; сами значения — Observation",
        "CheckRun": "сама проверка: когда, кто, сколько нашла",
        "Remark": "найдено проверкой и находится заново каждый раз",
        "RecalculationRequest": "записка расчёту; кто и почему сказано в ней самой",
    }
    net = {
        "Observation": Net(),
        "IndicatorValue": Net(),
        "ValueCells": Net(),
        "ValueSinceClosing": Net(),
        "HeldAgainst": Net(above="true"),
    }

    def ready(self) -> None:
        """Register the facts that this app itself knows, its kind of long work and what documents confirm in it."""
        from documents.registry import register_usage
        from indicators.checks import care, categories, elements, formulas, values  # noqa: F401 - importing them registers the checks
        from indicators.facts import documents, entered, passports, projects  # noqa: F401 - importing registers them
        from indicators.models import HeldAgainst, IndicatorValue, Observation, Remark, ValueCells, ValueSinceClosing
        from indicators.registry import register_reading
        from indicators.selectors.evidence import observations_by_document
        from indicators.services.jobs import register_jobs
        from schools.registry import is_derived, name_dependant

        register_jobs()
        register_reading(entered.elements_read_once)
        register_usage("indicators", observations_by_document)
        name_dependant(Observation, "внесённые значения")
        is_derived(IndicatorValue)
        is_derived(ValueCells)
        is_derived(HeldAgainst)
        is_derived(ValueSinceClosing)
        is_derived(Remark)
