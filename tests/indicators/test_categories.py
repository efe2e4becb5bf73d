"""What is entered by categories: the parts, their total, the language, the rules of entry."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.enums import AskedEvery, ElementType, EntryStatus, IndicatorKind, YearValue
from indicators.facts import FactsOf
from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.formula.evaluate import evaluate
from indicators.formula.explain import explain
from indicators.models import DataElement, IndicatorEdition, IndicatorValue, Observation, Period, RecalculationRun
from indicators.selectors.bases import basis_of
from indicators.selectors.world import world_under
from indicators.services.agreement import KindDisagrees
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import Breakdown, Collecting, RuleMakesNoSense, Rules, define_element
from indicators.services.entries import Entry, ObservationRefused, SomebodySavedFirst
from indicators.services.entry_rules import CommentMissing
from indicators.services.observations import enter_observation, enter_observations, withdraw_observation
from indicators.services.periods import shorter_period
from indicators.services.recalculation import fulfil_requests
from schools.enums import Kind

KINDS = Breakdown("по видам специалистов", (("логопед", "Логопед"), ("психолог", "Педагог-психолог")))
TOTAL, ONE = "сумма(значение(«ставки»))", "сумма(значение(«ставки», «логопед»))"


@pytest.fixture
def ask(place, years, system, now):
    """Ask schools for a number by categories, unless another breakdown is given."""

    def asked(code="ставки", name="Ставки", breakdown=KINDS, type=ElementType.AMOUNT, **given):
        return define_element(
            code=code, name=name, type=type, level=Kind.SCHOOL, unit_of_measure="ставок", breakdown=breakdown,
            actor=system, now=now, **given,
        )  # fmt: skip

    return asked


@pytest.fixture
def put(place, coordinator, now):
    """Enter a value; of a category that is named."""

    def written(element, value, category="", code="2021", unit="131001", **given):
        return enter_observation(
            entry=cell(element, value, place[unit], category, code, **given), actor=coordinator, now=now
        )

    return written


@pytest.fixture
def count(system, now):
    """Define a count by its formula and compute it."""

    def counted(code, formula):
        define_indicator(
            code=code,
            name=code,
            definition=Definition(kind=IndicatorKind.COUNT, formula=formula, unit_of_measure="ставок", precision=1),
            valid_from=now.date(),
            actor=system,
            now=now,
        )
        fulfil_requests(clock=lambda: now)

    return counted


def cell(element, value, unit, category="", code="2021", **given):
    period = shorter_period(code) if "-" in code else Period.objects.get(code=code)
    return Entry(element, unit, period, None if value is None else Decimal(str(value)), category=category, **given)


def told(unit, formula=TOTAL, year=2021):
    """What both engines say of a unit: they must be one."""
    basis = basis_of(year)
    facts = FactsOf(basis)
    meaning = check(formula, facts)
    statement = compile_meaning(meaning, facts)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        found = {row[0]: (row[1], row[3]) for row in cursor.fetchall()}
    pair = evaluate(meaning, world_under(unit=unit, meaning=meaning, basis=basis)).get(unit.pk)
    assert found.get(unit.pk) == (None if pair is None else (pair.n, pair.left_out))
    return pair and pair.n


def test_the_total_is_known_once_every_category_is(ask, put, place):
    element = ask()

    put(element, 1.5, "логопед")
    assert (told(place["131001"]), told(place["131001"], ONE)) == (None, Decimal("1.5"))
    put(element, 0, "психолог")
    assert (told(place["131001"]), told(place["131001"], ONE)) == (Decimal("1.5"), Decimal("1.5"))
    put(element, 2, "психолог", unit="131002")
    assert (told(place["131"]), told(place["131"], ONE)) == (Decimal("1.5"), Decimal("1.5"))
    put(element, 1, "логопед", unit="131002")
    assert (told(place["131"]), told(place["131"], ONE)) == (Decimal("4.5"), Decimal("2.5"))


def test_a_draft_of_a_category_is_no_part(ask, put, place):
    element = ask()
    put(element, 1, "логопед")
    second = put(element, 2, "психолог")
    Observation.objects.filter(pk=second.pk).update(status=EntryStatus.DRAFT)

    assert told(place["131001"]) is None


HALVES = {"every": AskedEvery.HALF}


def test_a_flow_needs_every_category_of_every_part_of_the_year(ask, put, place):
    element = ask(collecting=Collecting(**HALVES, year_value=YearValue.SUM))
    for code, category in (("2021-H1", "логопед"), ("2021-H1", "психолог"), ("2021-H2", "логопед")):
        put(element, 1, category, code)
    assert (told(place["131001"]), told(place["131001"], ONE)) == (None, 2)

    put(element, 4, "психолог", "2021-H2")

    assert (told(place["131001"]), told(place["131001"], ONE)) == (7, 2)


def test_a_stock_is_the_last_of_each_category(ask, put, place):
    element = ask(collecting=Collecting(**HALVES, year_value=YearValue.LAST))
    put(element, 1, "логопед", "2021-H1")
    assert (told(place["131001"]), told(place["131001"], ONE)) == (None, 1)
    put(element, 2, "психолог", "2021-H1")
    put(element, 5, "логопед", "2021-H2")

    assert (told(place["131001"]), told(place["131001"], ONE)) == (7, 5)


PARTS = [(code, category) for code in ("2021-H1", "2021-H2") for category in ("логопед", "психолог")]
FORMULAS = [
    TOTAL,
    ONE,
    "сумма(ставки)",
    "сумма(ставки(логопед))",
    "сумма(значение(«ставки», «Педагог-психолог»))",
    "количество(школы, где значение(«ставки») > значение(«ставки», «логопед»))",
    "сумма(значение(«ставки»), где значение(«ставки», категория: логопед) > 1)",
    "количество(школы, где пусто(значение(«ставки»)))",
]


@pytest.mark.parametrize("every", [AskedEvery.YEAR, AskedEvery.HALF])
@pytest.mark.parametrize("year_value", [YearValue.SUM, YearValue.LAST])
def test_both_engines_read_the_same_whatever_has_been_entered(ask, place, system, now, every, year_value):
    is_yearly = every == AskedEvery.YEAR
    element = ask(collecting=Collecting() if is_yearly else Collecting(every=every, year_value=year_value))
    asked = [("2021", category) for _, category in PARTS[:2]] if is_yearly else PARTS
    periods = {code: shorter_period(code) if "-" in code else Period.objects.get(code=code) for code, _ in asked}
    units = [place["131001"], place["131002"]]

    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def agrees(data):
        drawn = data.draw(st.lists(st.none() | st.integers(0, 3), min_size=8, max_size=8))
        Observation.objects.all().delete()
        Observation.objects.bulk_create(
            Observation(
                element=element, unit=unit, period=periods[code], category=category, value=value, entered_by=system,
                entered_at=now,
            )
            for (unit, (code, category)), value in zip([(u, one) for u in units for one in asked], drawn, strict=False)
            if value is not None
        )  # fmt: skip
        for formula in FORMULAS:
            for unit in (*units, place["131"]):
                told(unit, formula)

    agrees()


def test_the_explanation_names_the_parts_and_what_is_lacking(ask, put, place):
    element = ask()
    put(element, 30, "логопед")
    put(element, 18, "психолог")
    put(element, 5, "психолог", unit="131002")
    basis = basis_of(2021)
    meaning = check(TOTAL, FactsOf(basis))

    (part,) = explain(meaning, world_under(unit=place["131"], meaning=meaning, basis=basis), place["131"].pk).parts

    assert [line.seen for line in part.counted] == [
        (("значение(«ставки»)", "48 = 30\u00a0(Логопед) + 18\u00a0(Педагог-психолог)"),)
    ]
    assert {line.cause for line in part.left_out if line.unit == place["131002"].pk} == {
        "значение(«ставки»): не внесено: Логопед"
    }


@pytest.mark.parametrize(
    ("breakdown", "type", "said"),
    [
        (KINDS, ElementType.YES_NO, "не число: по категориям его не вносят"),
        (Breakdown("по видам", (("логопед", "Логопед"),)), ElementType.COUNT, "от 2 до 30 категорий"),
        (Breakdown("", KINDS.categories), ElementType.COUNT, "у разбивки есть название"),
        (Breakdown("по видам", (("а", "Логопед"), ("б", "логопед"))), ElementType.COUNT, "«логопед» названа дважды"),
        (Breakdown("по видам", (("учёт", "А"), ("учет", "Б"))), ElementType.COUNT, "«Б» названа дважды"),
        (Breakdown("по видам", (("А Б", "А"), ("б", "Б"))), ElementType.COUNT, "дано «А Б» и «А»"),
    ],
)
def test_a_breakdown_is_said_whole(ask, breakdown, type, said):
    with pytest.raises(RuleMakesNoSense, match=said):
        ask(breakdown=breakdown, type=type)


@pytest.mark.parametrize(
    "other", [Breakdown(), Breakdown(KINDS.name, (*KINDS.categories, ("дефектолог", "Дефектолог")))]
)
def test_categories_are_not_changed_under_what_was_entered(ask, put, other):
    put(ask(), 1, "логопед")

    with pytest.raises(KindDisagrees, match="категории менять нельзя"):
        ask(breakdown=other)
    renamed = ask(breakdown=Breakdown("по видам", (("психолог", "Психолог"), ("логопед", "Учитель-логопед"))))

    assert renamed.category_names == {"психолог": "Психолог", "логопед": "Учитель-логопед"}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"breakdown": "по видам"}, "element_breakdown_has_categories"),
        ({"categories": [["а", "А"], ["б", "Б"]]}, "element_breakdown_has_categories"),
        ({"breakdown": "по видам", "categories": [["а", "А"]], "type": "yes_no"}, "element_breakdown_is_of_numbers"),
    ],
)
def test_the_database_keeps_it_whole(ask, fields, name):
    element = ask(breakdown=Breakdown())

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DataElement.objects.filter(pk=element.pk).update(**fields)


def test_the_database_has_one_entry_in_force_of_a_category(ask, put, system, now):
    row = put(ask(), 1, "логопед")
    again = {"element": row.element, "unit": row.unit, "period": row.period, "entered_by": system, "entered_at": now}

    Observation.objects.create(category="психолог", value=1, **again)
    with pytest.raises(IntegrityError, match="observation_one_is_in_force"), transaction.atomic():
        Observation.objects.create(category="логопед", value=1, **again)


@pytest.mark.parametrize(
    ("breakdown", "category", "said"),
    [
        (
            KINDS,
            "",
            "«Ставки» вносят по видам специалистов, итог складывается сам. Внесите каждую категорию: Логопед, "
            "Педагог-психолог.",
        ),
        (
            KINDS,
            "повар",
            "«Ставки» вносят по видам специалистов, а категории «повар» среди них нет. Есть: Логопед, "
            "Педагог-психолог.",
        ),
        (
            Breakdown(),
            "логопед",
            "«Ставки» вносят одним числом: категории у него нет, а названа «логопед». Уберите её.",
        ),
    ],
)
def test_by_categories_or_whole_is_refused_in_a_sentence(ask, put, breakdown, category, said):
    with pytest.raises(ObservationRefused) as refused:
        put(ask(breakdown=breakdown), 1, category)

    assert str(refused.value) == said


def test_each_category_is_a_cell_of_its_own(ask, put):
    element = ask()
    first = put(element, 1, "логопед", seen=None)

    put(element, 2, "психолог", seen=None)
    with pytest.raises(SomebodySavedFirst):
        put(element, 3, "логопед", seen=None)
    mended = put(element, 3, "логопед", seen=first.pk)

    rows = Observation.objects.in_force().order_by("category").values_list("category", "value")
    assert list(rows) == [("логопед", 3), ("психолог", 2)]
    assert str(mended) == "Ставки, Логопед: Имбинская СОШ, 2021"


def test_one_category_is_withdrawn_and_the_others_stay(ask, put, coordinator, now):
    element = ask()
    first = put(element, 1, "логопед")
    put(element, 2, "психолог")

    withdraw_observation(observation=first, actor=coordinator, now=now)

    assert list(Observation.objects.in_force().values_list("category", flat=True)) == ["психолог"]


def test_bounds_and_changes_are_of_each_category(ask, put):
    element = ask(rules=Rules(most=Decimal(10), change_limit=50))
    put(element, 2, "логопед", "2020")
    put(element, 8, "психолог", "2020")

    with pytest.raises(ObservationRefused, match="не больше 10, а внесено 11"):
        put(element, 11, "логопед")
    put(element, 8, "психолог")
    with pytest.raises(CommentMissing, match="8 отличается от 2 за 2020"):
        put(element, 8, "логопед")


def test_a_part_by_the_same_categories_is_held_against_each(ask, put):
    whole = ask("всего", "Всего")
    part = ask("занято", "Занято", rules=Rules(not_above=whole))
    put(whole, 2, "логопед")
    put(whole, 8, "психолог")

    put(part, 8, "психолог")
    with pytest.raises(ObservationRefused) as refused:
        put(part, 3, "логопед")

    assert str(refused.value) == (
        "«Занято», Логопед (3) не может быть больше, чем «Всего», Логопед (2). Исправьте то из двух чисел, которое "
        "неверно."
    )
    with pytest.raises(ObservationRefused, match="Педагог-психолог"):
        put(whole, 7, "психолог")


def test_a_part_by_other_categories_is_held_against_the_total_once_it_is_known(ask, put, place, coordinator, now):
    whole = ask("всего", "Всего", breakdown=Breakdown())
    part = ask("занято", "Занято", rules=Rules(not_above=whole))
    put(whole, 5)
    put(part, 4, "логопед")

    with pytest.raises(ObservationRefused) as refused:
        put(part, 2, "психолог")
    assert str(refused.value) == (
        "«Занято» (6) не может быть больше, чем «Всего» (5). Исправьте то из двух чисел, которое неверно."
    )
    block = [cell(part, 2, place["131001"], "психолог"), cell(whole, 6, place["131001"])]

    assert enter_observations(entries=block, actor=coordinator, now=now).refused == []


def test_a_change_of_a_category_computes_what_asks_for_the_element_and_nothing_else(ask, put, count):
    element = ask()
    other = ask("иное", "Иное", breakdown=Breakdown())
    count("итог", TOTAL)
    count("логопеды", ONE)
    count("прочее", "сумма(значение(«иное»))")
    put(other, 1)

    put(element, 1, "психолог")

    assert RecalculationRun.objects.latest("pk").editions == 2
    current = IndicatorEdition.objects.filter(is_current=True)
    assert {tuple(one.depends_on) for one in current.exclude(indicator__code="прочее")} == {
        ("значение", "значение(ставки)")
    }


def test_values_follow_both_faces_of_one_entry(ask, put, count, place):
    element = ask()
    count("итог", TOTAL)
    count("логопеды", ONE)
    put(element, 1.5, "логопед")
    put(element, 2, "психолог")

    rows = IndicatorValue.objects.filter(unit=place["24"], period__code="2021").order_by("edition__indicator__code")
    assert list(rows.values_list("edition__indicator__code", "n")) == [("итог", 3.5), ("логопеды", 1.5)]
