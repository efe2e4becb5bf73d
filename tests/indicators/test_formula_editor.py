"""What helps whoever writes a formula: words that fit, is it right, what does it give; and whom an edition changes."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from common.sql import TooLong, within_seconds
from indicators.enums import ElementType
from indicators.facts import FactsOf
from indicators.formula.check import check
from indicators.models import IndicatorEdition, IndicatorValue, RecalculationRun
from indicators.selectors.comparing import formula_pieces
from indicators.services.definitions import define_indicator, definition_of
from indicators.services.elements import Breakdown, define_element
from indicators.services.recalculation import recalculate
from indicators.services.trying import preview_definition
from schools.enums import Kind
from schools.models import Project
from tests.indicators.test_definition_pages import redefinition

TRY, COMPLETE, WORDS, CHECK, COMPARE = (
    reverse(f"indicators:{name}") for name in ("try", "complete", "words", "check", "compare")
)


def fitting(client, **asked):
    return [word["insert"] for word in client.get(COMPLETE, asked).json()["words"]]


def test_words_that_begin_so_come_first_then_those_whose_meaning_has_them(client, group_order, analyst):
    client.force_login(analyst)

    assert fitting(client, text="сел")[:3] == ["сельская", "сельские", "сельских"]
    assert fitting(client, text="дол")[0] == "доля("
    assert "есть(«мсо_рабочая_группа»)" in fitting(client, text="приказ о рабочей")


def test_inside_brackets_the_values_of_that_parameter_are_offered(client, group_order, analyst):
    client.force_login(analyst)

    assert fitting(client, text="рабоч", inside="есть") == ["«мсо_рабочая_группа»"]
    assert fitting(client, text="", inside="уровень_школы") == ["ноо", "начальная", "ооо", "основная", "соо", "средняя"]
    assert fitting(client, text="ок", inside="минимум_по") == ["округ"]
    assert fitting(client, text="рабоч", inside="значение") == []
    assert fitting(client, text="групп", inside="показатель") == ["«rppko_1_2»"]


def test_behind_a_question_its_categories_are_offered(client, place, system, analyst, now):
    client.force_login(analyst)
    define_element(
        code="ставки", name="Ставки", type=ElementType.AMOUNT, level=Kind.SCHOOL, actor=system, now=now,
        breakdown=Breakdown("по видам", (("логопед", "Логопед"), ("психолог", "Педагог-психолог"))),
    )  # fmt: skip
    assert fitting(client, text="", inside="значение", place=1, first="ставки") == ["«логопед»", "«психолог»"]
    assert fitting(client, text="педагог", inside="значение", place=1, first="ставки") == ["«психолог»"]
    assert fitting(client, text="", inside="ставки") == ["«логопед»", "«психолог»"]
    assert fitting(client, text="", inside="значение", place=1, first="чего нет") == []


def test_a_name_with_quotes_of_its_own_is_offered_so_that_it_can_be_read(client, place, system, analyst, now):
    Project.objects.create(code="growth", name="Центр «Точка роста»", short_name="«Точка роста»")
    client.force_login(analyst)

    offered = fitting(client, text="точка", inside="участвует_в_проекте")

    assert offered == ["«Точка роста»", "«Центр Точка роста»"]
    for word in offered:
        proven = check(f"количество(школы, где участвует_в_проекте({word}))", FactsOf(None))
        assert proven.facts == {("участвует_в_проекте", ("growth",))}


def test_coordinator_is_offered_no_words(client, group_order, coordinator):
    client.force_login(coordinator)

    assert [client.get(address).status_code for address in (COMPLETE, WORDS)] == [403, 403]
    assert client.post(TRY, {"formula": "количество(школы)", "try_year": "2021"}).status_code == 403


def test_all_words_and_questions_are_read_without_a_script(client, group_order, analyst):
    client.force_login(analyst)

    page = client.get(WORDS, {"q": "рабочей группе"}).content.decode()

    assert "<code>доля</code>" in page
    assert "<code>мсо_рабочая_группа</code>" in page
    assert "Таких вопросов нет." in client.get(WORDS, {"q": "чего нет"}).content.decode()


def test_a_formula_is_tried_on_a_year_and_nothing_is_kept(client, rural, analyst):
    client.force_login(analyst)
    runs = RecalculationRun.objects.count()

    tried = client.post(TRY, {"formula": "доля(школы, где сельская)", "try_year": "2021", "precision": "1"}).context[
        "tried"
    ]

    assert tried.sentence == "50,0\xa0% = 3 из 6\xa0школ."
    assert [(unit.name, unit.n, unit.d, unit.value) for unit in tried.units[:3]] == [
        ("Красноярский край", Decimal(3), Decimal(6), Decimal(50)),
        ("город Канск", Decimal(1), Decimal(2), Decimal(50)),
        ("Кежемский район", Decimal(1), Decimal(2), Decimal(50)),
    ]
    assert tried.count == 12
    assert (RecalculationRun.objects.count(), IndicatorValue.objects.count()) == (runs, 0)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"formula": "количество(школы, где)", "try_year": "2021"}, "стоит не на месте"),
        ({"formula": "количество(школы)", "try_year": "1999"}, "Такого года программы нет"),
        ({"formula": "количество(школы)", "try_year": "двадцать"}, "Такого года программы нет"),
    ],
)
def test_what_cannot_be_tried_is_told(client, rural, analyst, asked, said):
    client.force_login(analyst)

    assert said in client.post(TRY, asked).content.decode()


def test_a_statement_that_takes_too_long_is_stopped_and_the_limit_is_gone_after_it(db):
    def limit():
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    usual = limit()
    with pytest.raises(TooLong), within_seconds(0.05), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    with within_seconds(3):
        assert limit() == "3s"
    assert limit() == usual


def test_the_letter_where_a_formula_goes_wrong_is_marked(client, rural, analyst):
    client.force_login(analyst)

    page = client.post(CHECK, {"formula": "количество(школы, где селская)"}).content.decode()
    good = client.post(CHECK, {"formula": "количество(школы, где сельская)"}).content.decode()

    assert "количество(школы, где <mark>селская</mark>)" in page
    assert 'data-formula-at="22"' in page
    assert f'hx-post="{TRY}"' in good


def test_whoever_only_reads_has_nothing_tried(client, rural, coordinator):
    client.force_login(coordinator)

    assert f'hx-post="{TRY}"' not in client.post(CHECK, {"formula": "количество(школы, где сельская)"}).content.decode()


@pytest.fixture
def computed(rural, now):
    recalculate(reason="проба", now=now)
    return rural


def test_before_saving_one_is_shown_whom_the_edition_changes(client, computed, analyst):
    client.force_login(analyst)
    address = reverse("indicators:redefine", args=[computed.indicator_id])
    sent = redefinition(computed, formula="количество(школы)", reason="Все школы", purpose="Зачем-то")

    shown = client.post(address, sent)

    assert shown.status_code == 200
    preview = shown.context["preview"]
    assert [(year.year, year.units, year.changed) for year in preview.years] == [
        ("2020", 12, 9), ("2021", 12, 9), ("2022", 12, 9),
    ]  # fmt: skip
    first = preview.years[0].moves[0]
    assert (first.name, first.was, first.is_now) == ("Красноярский край", 3, 6)
    assert IndicatorEdition.objects.count() == 1
    assert IndicatorValue.objects.filter(edition=computed).count() == 36
    assert dict(shown.context["sent"])["purpose"] == "Зачем-то"

    again = client.post(address, {**dict(shown.context["sent"]), "again": "1"})
    assert again.context["form"]["purpose"].value() == "Зачем-то"
    assert client.post(address, {**dict(shown.context["sent"]), "confirmed": "1"}).status_code == 302
    assert IndicatorEdition.objects.get(is_current=True).formula == "количество(школы)"


def test_what_changes_no_value_is_saved_at_once(client, computed, analyst):
    client.force_login(analyst)

    response = client.post(
        reverse("indicators:redefine", args=[computed.indicator_id]),
        redefinition(computed, reason="Назначен", methodologist_named="КК ИПК"),
    )

    assert response.status_code == 302


def test_a_dry_run_leaves_nothing_behind(computed, analyst, now):
    before = list(IndicatorValue.objects.order_by("pk").values())

    preview_definition(
        indicator=computed.indicator,
        definition=replace(definition_of(computed), formula="количество(школы)"),
        actor=analyst,
        now=now,
    )

    assert list(IndicatorValue.objects.order_by("pk").values()) == before
    assert IndicatorEdition.objects.get().is_current
    assert RecalculationRun.objects.count() == 1


@pytest.fixture
def redefined(client, computed, analyst, now) -> dict[str, int]:
    """Two editions with values of both, as the page of comparing names them."""
    client.force_login(analyst)
    address = reverse("indicators:redefine", args=[computed.indicator_id])
    client.post(
        address, redefinition(computed, formula="количество(школы, где не сельская)", reason="Иначе", confirmed="1",
                              unit_of_measure="шк.")
    )  # fmt: skip
    recalculate(reason="проба", now=now)
    left, right = IndicatorEdition.objects.filter(indicator=computed.indicator).order_by("number")
    return {"left": left.pk, "right": right.pk}


def test_two_definitions_stand_side_by_side_with_where_their_values_differ(
    client, group_order, redefined, django_assert_num_queries
):
    with django_assert_num_queries(7):  # session, user, place; choices, the two, who may be seen, values
        page = client.get(COMPARE, redefined)

    assert [line.label for line in page.context["differences"] if line.is_changed] == [
        "Редакция", "Почему эта редакция", "Единица",
    ]  # fmt: skip
    assert [[(piece.text, piece.is_changed) for piece in side] for side in page.context["formulas"]] == [
        [("количество(школы, где ", False), ("сельская)", False)],
        [("количество(школы, где ", False), ("не ", True), ("сельская)", False)],
    ]
    assert [(year.both, year.changed) for year in page.context["years"]] == [(12, 6)] * 3


def test_definitions_are_compared_by_the_values_that_one_may_see(client, group_order, redefined, coordinator):
    client.force_login(coordinator)  # sees one municipality of the three, and its two schools

    assert [(year.units, year.changed) for year in client.get(COMPARE, redefined).context["years"]] == [(3, 2)] * 3


def test_comparing_with_nothing_asks_what_to_compare(client, computed, coordinator):
    client.force_login(coordinator)

    assert "Выберите две редакции" in client.get(COMPARE, {"left": computed.pk}).content.decode()
    assert client.get(COMPARE, {"left": computed.pk, "right": "100500"}).status_code == 404


def test_a_formula_of_other_words_is_cut_word_by_word():
    left, right = formula_pieces("доля(школы, где шнро)", "доля(школы, где шнсу, среди сельских)")

    assert [piece.text for piece in left if piece.is_changed] == ["шнро"]
    assert [piece.text for piece in right if piece.is_changed] == ["шнсу, среди сельских"]


def test_what_is_not_computed_yet_is_not_compared(client, computed, rural, analyst):
    client.force_login(analyst)
    address = reverse("indicators:redefine", args=[computed.indicator_id])
    client.post(address, redefinition(computed, formula="количество(школы)", reason="Иначе", confirmed="1"))
    left, right = IndicatorEdition.objects.order_by("number")

    page = client.get(COMPARE, {"left": left.pk, "right": right.pk})

    assert page.context["years"] == []
    assert "Нет года, в котором посчитаны оба" in page.content.decode()


def test_a_word_is_offered_once_however_many_spellings_it_has(client, group_order, analyst):
    client.force_login(analyst)

    words = fitting(client, text="мате", inside="динамика", place=1)

    assert len({word.lower() for word in words}) == len(words)


def test_a_change_is_tried_without_the_pair_that_only_serves_to_divide(client, rural, analyst):
    client.force_login(analyst)

    tried = client.post(
        TRY, {"formula": "изменение(количество(школы, где сельская))", "try_year": "2022", "precision": "0"}
    ).context["tried"]

    assert tried.sentence == "0\xa0школ."
    assert {(unit.n, unit.d) for unit in tried.units} == {(None, None)}


def test_the_dry_run_names_who_refers_to_the_indicator(client, computed, analyst, system, now):
    define_indicator(
        code="twice", name="Дважды сельских", valid_from=now.date(), actor=system, now=now,
        definition=replace(definition_of(computed), formula="2 * показатель(«rural»)"),
    )  # fmt: skip
    client.force_login(analyst)

    shown = client.post(
        reverse("indicators:redefine", args=[computed.indicator_id]),
        redefinition(computed, formula="количество(школы)", reason="Все"),
    )

    assert [one.indicator.code for one in shown.context["referring"]] == ["twice"]
    assert "Дважды сельских" in shown.content.decode()
