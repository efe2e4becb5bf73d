"""What many checks need, read once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from indicators.enums import PeriodKind
from indicators.facts import FactsOf
from indicators.facts.entered import ASKED, elements_read_once
from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from indicators.formula.facts import Parameters
from indicators.formula.proof import Meaning
from indicators.models import DataElement, IndicatorEdition, Period, PeriodBasis
from indicators.registry import elements_asked_elsewhere


@dataclass
class Scene:
    """Editions in force with what their formulas mean, elements, periods; `depends` and `disagrees` services know."""

    now: datetime
    today: date
    depends: Callable[[Meaning], Collection[str]]
    disagrees: Callable[[IndicatorEdition, Meaning], str]

    @cached_property
    def editions(self) -> list[IndicatorEdition]:
        """The editions in force, in the order of their codes."""
        beside = ("indicator__owner", "document", "methodologist", "reviewer")
        rows = IndicatorEdition.objects.filter(is_current=True).select_related(*beside)
        return list(rows.order_by("indicator__code"))

    @cached_property
    def elements(self) -> list[DataElement]:
        """Everything that is asked, in the order of codes."""
        return list(DataElement.objects.order_by("code"))

    @cached_property
    def periods(self) -> list[Period]:
        """Programme years, the oldest first."""
        return list(Period.objects.filter(kind=PeriodKind.YEAR).order_by("starts_on"))

    @cached_property
    def bases(self) -> list[PeriodBasis]:
        """What feeds the years, rules and exceptions."""
        return list(PeriodBasis.objects.select_related("period", "indicator").order_by("period__starts_on", "pk"))

    @property
    def meanings(self) -> dict[int, Meaning]:
        """What the formula of each edition means, where it means something."""
        return self._proofs[0]

    @property
    def problems(self) -> dict[int, FormulaError]:
        """What is wrong with the formulas of the others."""
        return self._proofs[1]

    @cached_property
    def _proofs(self) -> tuple[dict[int, Meaning], dict[int, FormulaError]]:
        meanings: dict[int, Meaning] = {}
        problems: dict[int, FormulaError] = {}
        facts = FactsOf(None)
        with elements_read_once():
            for edition in self.editions:
                try:
                    meanings[edition.pk] = check(edition.formula, facts)
                except FormulaError as error:
                    problems[edition.pk] = error
        return meanings, problems

    @cached_property
    def facts(self) -> set[tuple[str, Parameters]]:
        """Every fact, with its parameters, that some formula in force asks for."""
        return {fact for meaning in self.meanings.values() for fact in meaning.facts}

    @cached_property
    def asked_codes(self) -> set[str]:
        """Codes of elements that something asks for: a formula in force, or another app."""
        said = {str(params[0]) for name, params in self.facts if name in ASKED}
        return said | elements_asked_elsewhere()
