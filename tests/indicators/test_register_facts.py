"""What the register knows of organisations, on both engines; and that no word of a formula reaches a statement."""

import re
from datetime import date

import pytest
from django.db import connection

from indicators.facts import FactsOf
from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.formula.evaluate import evaluate
from indicators.selectors.bases import basis_of
from indicators.selectors.world import world_under
from schools.enums import Kind
from schools.models import UnitVersion


def counted(formula, unit):
    """The n and d of a unit, the same by the statement and by the twin."""
    basis = basis_of(2021)
    facts = FactsOf(basis)
    meaning = check(formula, facts)
    statement = compile_meaning(meaning, facts)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        by_sql = {row[0]: row[1:] for row in cursor.fetchall()}
    pair = evaluate(meaning, world_under(unit=unit, meaning=meaning, basis=basis))[unit.pk]
    assert by_sql[unit.pk] == (pair.n, pair.d, pair.left_out)
    return pair.n, pair.d


@pytest.fixture
def kindergarten(place):
    return place.add(Kind.PRESCHOOL, "131901", "Детский сад «Берёзка»", "131")


def test_organisations_are_told_apart_by_their_kind(place, years, kindergarten):
    share = "доля(организации, где вид_организации(«дошкольная»))"

    assert counted(share, place["131"]) == (1, 3)
    assert counted("количество(организации, где вид_организации(школа) и не сельская)", place["131"]) == (1, None)


def test_the_kind_is_that_of_the_day(place, years, kindergarten):
    UnitVersion.objects.create(
        unit=kindergarten,
        valid_from=date(2000, 1, 1),
        valid_to=date(2021, 12, 31),
        kind=Kind.OTHER,
        code=kindergarten.code,
        name=kindergarten.name,
        short_name=kindergarten.short_name,
        search_key=kindergarten.search_key,
    )

    assert counted("количество(организации, где вид_организации(«детский сад»))", place["131"]) == (0, None)
    assert counted("количество(организации, где вид_организации(другая))", place["131"]) == (1, None)


@pytest.mark.parametrize(
    "formula",
    [
        "доля(муниципалитеты, где есть(«мсо_рабочая_группа»))",
        "доля(школы, где динамика(огэ, «математика», 9) > 0 и уровень_школы(средняя), среди прежде(выявленных))",
        "сумма(изменение(отметки(огэ, «русский язык», 9, «5»)))",
        "доля(организации, где вид_организации(«дошкольная»)) / 1",
    ],
)
def test_no_word_of_a_formula_reaches_the_statement(group_order, formula):
    facts = FactsOf(basis_of(2021))

    statement = compile_meaning(check(formula, facts), facts)

    assert re.search("[а-яё«»]", statement.sql, re.IGNORECASE) is None
