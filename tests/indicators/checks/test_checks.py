"""Every check of this app: content in a clean world, and not when its fault is planted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from indicators.enums import ElementType, IndicatorKind
from indicators.facts import fact
from indicators.facts.registry import _REGISTRY
from indicators.models import DataElement, IndicatorValue, PeriodBasis
from indicators.services.definitions import define_indicator, definition_of, set_basis, year_period
from indicators.services.elements import Breakdown, Rules, define_element
from indicators.services.recalculation import request_recalculation
from schools.enums import Kind
from tests.indicators.checks.world import CleanWorld, make_clean_world
from tests.indicators.territory import person

Plant = Callable[[CleanWorld], object]
PLANTS: dict[str, tuple[Plant, list[tuple[str, str]]]] = {}


@pytest.fixture
def world(place, system, now):
    return make_clean_world(place, system, now)


def planted(*found: tuple[str, str]) -> Callable[[Plant], Plant]:
    """Register a function of the check's name, which plants its fault, with what must be found then."""

    def register(plant: Plant) -> Plant:
        PLANTS[plant.__name__] = (plant, list(found))
        return plant

    return register


SHARE, TOTAL, RATIO = "share: Показатель share", "total: Показатель total", "ratio: Показатель ratio"


@planted((SHARE, "Знак 31: первичного показателя «нет_такого» нет."))
def formula_unprovable(world):
    world.change(world.share, formula="доля(муниципалитеты, где есть(«нет_такого»))")


@planted((SHARE, "Вид показателя «количество», а формула даёт долю или отношение. Исправьте одно из двух."))
def kind_disagrees(world):
    world.change(world.share, kind=IndicatorKind.COUNT)


@planted(("twin: Показатель twin", "та же формула, что у total «Показатель total»: Sum(schools, value(«дипломы»))"))
def formulas_alike(world):
    world.define(
        "twin", kind=IndicatorKind.COUNT, formula="Sum(schools, value(«дипломы»))", unit_of_measure="дипломов",
        precision=0,
    )  # fmt: skip


@planted((TOTAL, "расходится: динамика, значение, значение(дипломы)"))
def dependencies_stale(world):
    world.change(world.total, depends_on=["динамика"])


@planted(
    (RATIO, "показателя нет: nobody"), (SHARE, "круг: share → total → share"), (TOTAL, "круг: total → share → total")
)
def references_circular(world):
    world.change(world.share, depends_on=["indicator:total"])
    world.change(world.total, depends_on=["indicator:share"])
    world.change(world.ratio, depends_on=["indicator:nobody"])


@planted(("added: Показатель added", "складывается «значение(«процент»)» (%)"))
def sum_meaningless(world):
    define_element(
        code="процент", name="Процент", type=ElementType.AMOUNT, level=Kind.SCHOOL, unit_of_measure="%", hint="—",
        actor=world.system, now=world.now,
    )  # fmt: skip
    world.define("added", kind=IndicatorKind.COUNT, formula="сумма(значение(«процент»))", unit_of_measure="ед.")


@planted(
    (RATIO, "формула умножает на 1000, а единица «на 100» показывает иначе"),
    (SHARE, "доля, а единица «школ»"),
    (TOTAL, "количество, а единица «%»"),
)
def unit_contradicts(world):
    world.change(world.share, unit_of_measure="школ")
    world.change(world.total, unit_of_measure="%")
    world.change(world.ratio, unit_of_measure="на 100")


@planted((SHARE, "доля, знаков после запятой: 4"), (TOTAL, "считаются целые, а знаков после запятой: 1"))
def precision_odd(world):
    world.change(world.share, precision=4)
    world.change(world.total, precision=1)


@planted((TOTAL, "действует с 01.01.2022"))
def edition_of_the_future(world):
    world.change(world.total, valid_from=date(2022, 1, 1))


@planted((TOTAL, "редакция № 2 не посчитана"))
def values_of_closed_edition(world):
    changed = replace(definition_of(world.total), precision=1)
    define_indicator(
        code="total", name="Показатель total", definition=changed, reason="проба", valid_from=date(2021, 1, 1),
        actor=world.system, now=world.now,
    )  # fmt: skip


@planted(("more: Показатель more", ""))
def never_computed(world):
    world.define("more", kind=IndicatorKind.COUNT, formula="количество(школы)", unit_of_measure="школ", precision=0)


@planted((SHARE, "раздел 4"))
def no_document(world):
    world.change(world.share, document=None)


@planted((SHARE, ""))
def no_place_in_document(world):
    world.change(world.total, source="", page="12")
    world.change(world.share, source="", page="")


@planted((SHARE, "пересмотреть до 14.11.2021"))
def review_overdue(world):
    world.change(world.share, next_review_on=world.now.date() - timedelta(days=1))
    world.change(world.total, next_review_on=world.now.date())


@planted((SHARE, ""), (TOTAL, "Gone: запись закрыта"))
def nobody_keeps(world):
    world.change(world.share, methodologist_named="")
    world.change(world.total, methodologist_named="", methodologist=person("gone", is_active=False))


@planted((SHARE, ""))
def no_purpose(world):
    world.change(world.share, purpose="")


@planted((TOTAL, "так же называется share"))
def names_alike(world):
    keys = {"sort_key": world.share.indicator.sort_key}
    type(world.total.indicator).objects.filter(pk=world.total.indicator_id).update(**keys)


@planted(("ничей: Ничей вопрос", ""))
def element_unused(world):
    define_element(
        code="ничей", name="Ничей вопрос", type=ElementType.YES_NO, level=Kind.SCHOOL, actor=world.system, now=world.now
    )


@planted(("приказ2: Приказ о рабочей группе", "школа; а приказ спрашивает муниципалитет"))
def element_at_two_levels(world):
    DataElement.objects.create(
        code="приказ2", name="Приказ о рабочей группе", type=ElementType.YES_NO, level=Kind.SCHOOL
    )


@planted(("приказ2: Приказ о рабочей группе", "так же назван приказ"))
def elements_alike(world):
    define_element(
        code="приказ2", name="Приказ о рабочей группе", type=ElementType.YES_NO, level=Kind.MUNICIPALITY,
        actor=world.system, now=world.now,
    )  # fmt: skip


@planted(("дипломы: Дипломов", ""))
def element_without_hint(world):
    DataElement.objects.filter(pk=world.diplomas.pk).update(hint="")


@planted(("дипломы: Дипломов", "код отличается от Дипломы только буквой ё или размером букв"))
def word_taken_twice(world):
    define_element(
        code="Дипломы", name="Другие", type=ElementType.COUNT, level=Kind.SCHOOL, actor=world.system, now=world.now
    )


@planted(
    ("дипломы: Кежемский район, 2021", "спрашивают школа, ответил муниципалитет"),
    ("приказ: город Канск, 2021", "вопрос другой территории"),
    ("приказ: Тасеевский район, 2021", "вопрос другой территории"),
    ("дипломы, логопед: Имбинская СОШ, 2021", "вносят одним числом, а внесена категория «логопед»"),
    ("ставки: Имбинская СОШ, 2021", "вносят по видам, а внесено иначе"),
)
def entry_not_asked(world):
    world.enter(world.diplomas, "131", 5)
    DataElement.objects.filter(pk=world.order.pk).update(asked_under=world.place["131"])
    staff = by_categories(world)
    world.enter(world.diplomas, "131001", 5, category="логопед")
    world.enter(staff, "131001", 5)
    world.enter(staff, "131001", 5, category="логопед")


def by_categories(world: CleanWorld, code: str = "ставки", not_above: DataElement | None = None) -> DataElement:
    """A number of schools that is entered by two categories."""
    return define_element(
        code=code, name=code.capitalize(), type=ElementType.COUNT, level=Kind.SCHOOL, rules=Rules(not_above=not_above),
        breakdown=Breakdown("по видам", (("логопед", "Логопед"), ("психолог", "Психолог"))), actor=world.system,
        now=world.now,
    )  # fmt: skip


@planted(
    ("added: Показатель added", "все категории «ставки» сложены одна с другой"),
    ("together: Показатель together", "все категории «ставки» сложены одна с другой"),
)
def categories_added_by_hand(world):
    by_categories(world)
    first, second = "значение(«ставки», «логопед»)", "значение(«ставки», «Психолог»)"
    for code, formula in (
        ("added", f"сумма({first}) + сумма({second})"),
        ("left", f"сумма({first}) - сумма({second})"),
        ("one", f"сумма({first})"),
        ("together", f"сумма({second} + {first})"),
        ("whole", "сумма(значение(«ставки»))"),
    ):
        world.define(code, kind=IndicatorKind.COUNT, formula=formula, unit_of_measure="ед.", precision=0)


@planted(("ставки: Ставки", "«Психолог»"))
def category_never_entered(world):
    by_categories(world, "никем")
    world.enter(by_categories(world), "131001", 1, category="логопед")


@planted(("ставки: Имбинская СОШ, 2020", "внесено 1 из 2"))
def categories_half_entered(world):
    staff, period = by_categories(world), year_period(2020)
    for school, category, of_period in (
        ("131001", "логопед", period),
        ("131002", "логопед", period),
        ("131002", "психолог", period),
        ("109001", "психолог", None),
    ):
        row = world.enter(staff, school, 0, category=category)
        if of_period is not None:
            row.period = of_period
            row.save()


@planted(("приказ: Кежемский район, 2021", ""))
def entry_without_evidence(world):
    world.order.observations.filter(unit=world.place["131"]).update(document=None)
    world.order.observations.filter(unit=world.place["147"]).update(document=None, value=0)


@planted(
    ("дипломы: Имбинская СОШ, 2021", "внесено -1, а это количество"),
    ("дипломы: Канская СОШ № 1, 2021", "внесено 1.5, а это количество"),
    ("приказ: Кежемский район, 2021", "внесено 2, а это да/нет"),
)
def entry_impossible(world):
    world.diplomas.observations.filter(unit=world.place["131001"]).update(value=-1)
    world.diplomas.observations.filter(unit=world.place["109001"]).update(value="1.5")
    world.order.observations.filter(unit=world.place["131"]).update(value=2)


@planted(("дипломы: Дипломов", ""))
def element_without_deadline(world):
    DataElement.objects.filter(pk=world.diplomas.pk).update(due_month=None, due_day=None)


@planted(
    ("дипломы: Имбинская СОШ, 2021", "внесено 9"),
    ("дипломы: Канская СОШ № 1, 2021", "внесено 2, а это больше целого"),
    ("свои, Психолог: Кодинская СОШ № 4, 2021", "внесено 2, а это больше целого"),
    ("занято, Психолог: Канская СОШ № 1, 2021", "всего внесено 2, а это больше целого"),
)
def entry_against_rules(world):
    whole = define_element(
        code="все", name="Всего", type=ElementType.COUNT, level=Kind.SCHOOL, actor=world.system, now=world.now
    )
    world.enter(whole, "109001", 1)
    world.diplomas.observations.filter(unit=world.place["131001"]).update(value=9)
    DataElement.objects.filter(pk=world.diplomas.pk).update(most=5, not_above=whole)
    posts, filled = by_categories(world), by_categories(world, "занято", not_above=whole)
    alike = by_categories(world, "свои", not_above=posts)
    for element, school, first, second in (
        (filled, "109001", 0, 2),
        (filled, "109002", 9, None),
        (posts, "131002", 3, 1),
        (alike, "131002", 2, 2),
    ):
        world.enter(element, school, first, category="логопед")
        if second is not None:
            world.enter(element, school, second, category="психолог")


@planted(("2023 год", ""))
def year_without_basis(world):
    year_period(2023)


@planted(("2021 год", "2021: результаты 2022, список 2021"))
def basis_ahead(world):
    PeriodBasis.objects.filter(period__code="2021").update(academic_year=2022)


@planted(("total, 2021 год", "2021: результаты 2020, список 2021"))
def exception_idle(world):
    set_basis(
        year=2021, academic_year=2020, cohort_year=2021, indicator=world.total.indicator, actor=world.system,
        now=world.now,
    )  # fmt: skip


@planted(("share: Красноярский край, 2021", "4 из 3"))
def share_outside(world):
    IndicatorValue.objects.filter(edition=world.share, unit=world.place["24"]).update(n=4)


@planted(("share: Красноярский край, 2021", "4 из 3"))
def part_over_whole(world):
    world.change(world.share, kind=IndicatorKind.YES_NO)
    IndicatorValue.objects.filter(edition=world.share, unit=world.place["24"]).update(n=4)


@planted((TOTAL, "2021 год: не учтено 4 из 6"), (RATIO, "2021 год: не учтено 4 из 6"))
def mostly_left_out(world):
    world.diplomas.observations.exclude(unit__in=[world.place["131001"], world.place["131002"]]).delete()
    request_recalculation(facts={"значение"}, actor=world.system, now=world.now, reason="удалены")
    world.compute()


@planted((RATIO, "с 15.11.2021: внесено"), (TOTAL, "с 15.11.2021: внесено"))
def values_stale(world):
    request_recalculation(
        facts={"значение(дипломы)"}, actor=world.system, now=world.now - timedelta(hours=2), reason="внесено"
    )


@pytest.mark.parametrize("code", sorted(PLANTS))
def test_a_planted_fault_is_found(world, code):
    plant, expected = PLANTS[code]
    before = world.look(code)
    plant(world)

    found = [(one.title, one.said) for one in world.look(code)]

    assert (before, found) == ([], expected)


def test_a_fact_that_no_formula_asks_for_is_found(world):
    names = {one.title for one in world.look("fact_unused")}

    assert "динамика" in names
    assert "значение" not in names


def test_a_fact_named_as_a_word_of_the_language_is_found(world):
    assert world.look("word_taken_twice") == []
    fact("доля", of=Kind.SCHOOL, title="Не доля")(lambda basis, units=None: None)
    try:
        found = world.look("word_taken_twice")
    finally:
        del _REGISTRY.by_name["доля"], _REGISTRY.words["доля"]

    assert [(one.title, one.said) for one in found] == [("доля", "и слово языка, и данные «Не доля»")]


def test_what_is_found_leads_to_its_indicator(world):
    world.change(world.share, purpose="")

    (found,) = world.look("no_purpose")

    key = world.share.indicator_id
    assert (found.page, found.indicator_id) == (("indicators:indicator", key), key)
