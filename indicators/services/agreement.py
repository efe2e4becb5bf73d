"""Whether what an indicator is said to be, its formula and the indicators that refer to it go together."""

from __future__ import annotations

from typing import Protocol

from indicators.enums import IndicatorKind
from indicators.formula.errors import FormulaError
from indicators.formula.proof import Meaning, Root
from indicators.formula.words import POINTS
from indicators.models import Indicator, IndicatorEdition, shown_scale
from indicators.selectors.staleness import indicator_key
from indicators.services.computing import dependencies, proven, roll_up_of

PERCENT = 100
RIGHT_ROOTS = {
    IndicatorKind.YES_NO: {Root.RATIO},
    IndicatorKind.THREE_STATE: {Root.RATIO, Root.STATE},
    IndicatorKind.SHARE: {Root.RATIO},
    IndicatorKind.RATIO: {Root.RATIO},
    IndicatorKind.COUNT: {Root.COUNT},
    IndicatorKind.CHANGE: {Root.CHANGE},
    IndicatorKind.DISTRIBUTION: {Root.DISTRIBUTION},
}
SAID_ROOTS = {
    Root.RATIO: "долю или отношение",
    Root.COUNT: "количество",
    Root.STATE: "ступень шкалы",
    Root.CHANGE: "изменение",
    Root.DISTRIBUTION: "распределение",
}


class KindDisagrees(ValueError):
    """The formula gives something else than the indicator is said to be."""


class BreaksOthers(KindDisagrees):
    """A new edition would leave an indicator that refers to it without a meaning."""


class Measured(Protocol):
    """A definition or an edition: what it is said to be."""

    @property
    def kind(self) -> str:
        """Return the kind of indicator."""

    @property
    def unit_of_measure(self) -> str:
        """Return the unit in which it is shown."""


def agree(said: Measured, meaning: Meaning) -> None:
    """Refuse what a formula does not give. :raises KindDisagrees: if it gives something else"""
    kind = IndicatorKind(said.kind)
    if meaning.root not in RIGHT_ROOTS[kind]:
        given = SAID_ROOTS[meaning.root]
        raise KindDisagrees(f"Вид показателя «{kind.label}», а формула даёт {given}. Исправьте одно из двух.")
    if kind == IndicatorKind.SHARE and meaning.scale != PERCENT:
        raise KindDisagrees(
            "Доля показывается в процентах, а формула даёт отношение без процентов. "
            "Напишите «100 * (часть / целое)» или выберите вид «отношение»."
        )
    scale = shown_scale(kind, said.unit_of_measure)
    if kind == IndicatorKind.CHANGE and meaning.total.is_ratio and meaning.scale != scale:
        right = POINTS if meaning.scale == PERCENT else meaning.unit or "раз"
        raise KindDisagrees(f"Единица этого изменения — «{right}», а написано «{said.unit_of_measure}».")


def disagreement(edition: IndicatorEdition, meaning: Meaning) -> str:
    """Say in what an edition contradicts its own formula, if it does."""
    try:
        agree(edition, meaning)
    except KindDisagrees as disagrees:
        return str(disagrees)
    return ""


def refuse_foreign(meaning: Meaning, owner_id: int | None) -> None:
    """Refuse a reference to what another unit keeps to itself. :raises KindDisagrees: with the codes"""
    named = Indicator.objects.filter(code__in=meaning.references).exclude(owner=None).exclude(owner=owner_id)
    foreign = [f"«{code}»" for code in named.order_by("code").values_list("code", flat=True)]
    if foreign:
        raise KindDisagrees(
            f"Чужой показатель: {', '.join(foreign)}. Ссылаться можно на показатели края и на свои собственные."
        )


def follow(indicator: Indicator) -> None:
    """
    Bring what refers to an indicator into line with its new edition: what they depend on, how far they look back.

    Their values follow by the note that is left for the indicator itself.

    :raises BreaksOthers: if one of them would not make sense any more
    """
    referring = IndicatorEdition.objects.filter(is_current=True, depends_on__contains=[indicator_key(indicator.code)])
    for edition in referring.exclude(indicator=indicator).select_related("indicator").order_by("pk"):
        code = edition.indicator.code
        try:
            meaning = proven(edition.formula, code=code)
            agree(edition, meaning)
        except (FormulaError, KindDisagrees) as error:
            raise BreaksOthers(
                f"На этот показатель ссылается «{code}», и с новой формулой он не считается: {error}"
            ) from None
        derived = describing(meaning)
        if any(getattr(edition, name) != value for name, value in derived.items()):
            IndicatorEdition.objects.filter(pk=edition.pk).update(**derived)


def describing(meaning: Meaning) -> dict[str, object]:
    """What an edition keeps of its proven formula, so that it need not be read again."""
    return {
        "depends_on": sorted(dependencies(meaning)),
        "reach": meaning.reach,
        "roll_up": roll_up_of(meaning),
        "parts": list(meaning.labels),
    }
