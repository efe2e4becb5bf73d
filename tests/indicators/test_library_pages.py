"""The library of indicators, one indicator, its new edition, and what feeds each year."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.enums import IndicatorKind
from indicators.models import IndicatorEdition, PeriodBasis, RecalculationRequest
from indicators.selectors.comparing import said_move
from indicators.services.definitions import Definition, define_indicator, set_basis

LIBRARY, BASES, CHECK = (reverse(f"indicators:{name}") for name in ("library", "bases", "check"))


def page(name, key):
    return reverse(f"indicators:{name}", args=[key])


@pytest.mark.parametrize("more", [0, 2])
def test_library_lists_every_indicator_in_a_fixed_number_of_queries(
    client, group_order, rural, system, coordinator, now, django_assert_num_queries, more
):
    for number in range(more):
        define_indicator(
            code=f"more_{number}",
            name=f"Школ {number}",
            definition=Definition(
                kind=IndicatorKind.COUNT, formula=f"количество(школы, где обучающиеся > {number})",
                unit_of_measure="школ",
            ),
            valid_from=now.date(),
            actor=system,
            now=now,
        )  # fmt: skip
    client.force_login(coordinator)

    # session, user, places, region, may one; what filters offer: documents, programmes of the place, who keeps; rows
    with django_assert_num_queries(11):
        response = client.get(LIBRARY)

    codes = [edition.indicator.code for edition in response.context["page"].rows]
    assert codes == [*(f"more_{number}" for number in range(more)), "rppko_1_2", "rural"]


def test_library_is_narrowed_by_words_and_kind(client, group_order, rural, coordinator):
    client.force_login(coordinator)

    def found(**asked):
        return [edition.indicator.code for edition in client.get(LIBRARY, asked).context["page"].rows]

    assert found(q="рабочей группе") == ["rppko_1_2"]
    assert found(kind="count") == ["rural"]
    assert found(level="municipality") == ["rppko_1_2"]


def test_indicator_shows_what_its_formula_asks_for(client, group_order, coordinator):
    _, edition = group_order
    client.force_login(coordinator)

    response = client.get(page("indicator", edition.indicator_id))

    assert [(used.said, used.title) for used in response.context["facts"]] == [
        ("есть(мсо_рабочая_группа)", "Приказ о рабочей группе")
    ]
    assert [(basis.year, is_own) for basis, is_own in response.context["rules"]] == [
        (2020, False), (2021, False), (2022, False),
    ]  # fmt: skip
    assert "Новая редакция" not in response.content.decode()


def test_a_formula_that_lost_its_element_is_shown_with_what_is_wrong(client, group_order, coordinator):
    element, edition = group_order
    element.delete()
    client.force_login(coordinator)

    response = client.get(page("indicator", edition.indicator_id))

    assert "первичного показателя «мсо_рабочая_группа» нет" in str(response.context["problem"])


def redefinition(edition, **changes):
    form = {
        "name": edition.indicator.name,
        "kind": edition.kind,
        "level": edition.level,
        "formula": edition.formula,
        "unit_of_measure": edition.unit_of_measure,
        "precision": edition.precision,
        "better": edition.better,
        "valid_from": "2021-12-01",
    }
    return {**form, **changes}


def test_ministry_writes_a_new_edition_and_the_old_one_stays(client, rural, analyst):
    client.force_login(analyst)

    response = client.post(
        page("redefine", rural.indicator_id), redefinition(rural, formula="количество(школы, где не сельская)")
    )

    assert response.status_code == 302
    editions = IndicatorEdition.objects.filter(indicator=rural.indicator).order_by("number")
    assert [(each.number, each.formula, each.is_current) for each in editions] == [
        (1, "количество(школы, где сельская)", False),
        (2, "количество(школы, где не сельская)", True),
    ]
    assert editions[1].valid_from == date(2021, 12, 1)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"formula": "количество(школы, где селская)"},
            "formula",
            "Знак 23: слово «селская» неизвестно. Возможно, имелось в виду «сельская» или «сельских» или «сельские».",
        ),
        (
            {"kind": "share"},
            "kind",
            "Вид показателя «доля», а формула даёт количество. Исправьте одно из двух.",
        ),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(client, rural, analyst, changes, field, said):
    client.force_login(analyst)

    response = client.post(page("redefine", rural.indicator_id), redefinition(rural, **changes))

    assert response.status_code == 422
    assert response.context["form"].errors[field] == [said]
    assert response.context["form"]["formula"].value() == redefinition(rural, **changes)["formula"]


def test_coordinator_may_not_redefine(client, rural, coordinator):
    client.force_login(coordinator)

    response = client.post(
        page("redefine", rural.indicator_id), redefinition(rural, formula="количество(школы, где не сельская)")
    )

    assert response.status_code == 403
    assert IndicatorEdition.objects.count() == 1


def test_a_formula_is_checked_while_it_is_written(client, rural, analyst):
    client.force_login(analyst)

    good = client.post(CHECK, {"formula": "количество(школы, где сельская)"})
    bad = client.post(CHECK, {"formula": "количество(школы, где"})

    assert [used.said for used in good.context["facts"]] == ["сельская"]
    assert bad.context["problem"] is not None


def test_ministry_changes_what_feeds_a_year(client, rural, analyst):
    client.force_login(analyst)
    row = PeriodBasis.objects.get(period__code="2021")

    client.post(page("change-basis", row.period_id), {"academic_year": 2021, "cohort_year": 2020, "wave": "сентябрь"})

    row.refresh_from_db()
    assert (row.academic_year, row.cohort_year, row.wave) == (2021, 2020, "сентябрь")
    note = RecalculationRequest.objects.latest("pk")
    assert (note.facts, note.years) == (["*"], [2021])


def test_an_indicator_may_have_its_own_rule_and_lose_it(client, rural, analyst):
    client.force_login(analyst)
    period = PeriodBasis.objects.get(period__code="2021").period
    client.post(
        page("change-basis", period.pk),
        {"indicator": rural.indicator_id, "academic_year": 2019, "cohort_year": 2021},
    )

    own = PeriodBasis.objects.get(indicator=rural.indicator)
    rules = client.get(page("indicator", rural.indicator_id)).context["rules"]
    assert [(basis.academic_year, is_own) for basis, is_own in rules] == [(2019, False), (2019, True), (2021, False)]

    client.post(page("drop-exception", own.pk))
    assert not PeriodBasis.objects.filter(indicator=rural.indicator).exists()


def test_coordinator_reads_the_rules_and_may_not_change_them(client, rural, coordinator):
    client.force_login(coordinator)
    period = PeriodBasis.objects.get(period__code="2021").period

    assert client.get(BASES).context["rules"][1][0].in_words() == (
        "результаты 2020/21 учебного года, список осени 2021 года"
    )
    response = client.post(page("change-basis", period.pk), {"academic_year": 2019, "cohort_year": 2019})
    assert response.status_code == 403
    assert PeriodBasis.objects.get(period=period, indicator=None).academic_year == 2020


def test_a_year_out_of_reach_changes_nothing(client, rural, analyst):
    client.force_login(analyst)
    period = PeriodBasis.objects.get(period__code="2021").period

    client.post(page("change-basis", period.pk), {"academic_year": 20, "cohort_year": 2019})

    assert PeriodBasis.objects.get(period=period).academic_year == 2020


def test_rule_of_a_year_cannot_be_dropped(client, rural, analyst, system, now):
    row = set_basis(year=2021, academic_year=2020, cohort_year=2021, actor=system, now=now)
    client.force_login(analyst)

    assert client.post(page("drop-exception", row.pk)).status_code == 404


def test_a_fact_is_said_in_the_words_of_formulas_without_what_goes_without_saying(client, group_order, coordinator):
    _, edition = group_order
    formula = "доля(муниципалитеты, где есть_документ(приказ, муниципалитет, «рабочая группа»))"
    IndicatorEdition.objects.filter(pk=edition.pk).update(formula=formula)
    client.force_login(coordinator)

    response = client.get(page("indicator", edition.indicator_id))

    assert [used.said for used in response.context["facts"]] == ["есть_документ(приказ, муниципалитет, рабочая группа)"]


@pytest.mark.parametrize(
    ("kind", "unit", "said"),
    [
        (IndicatorKind.YES_NO, "да/нет", "50,0\xa0%"),
        (IndicatorKind.SHARE, "%", "50,0\xa0%"),
        (IndicatorKind.COUNT, "чел.", "50,0\xa0чел."),
    ],
)
def test_compared_values_stand_with_their_unit_and_what_is_unknown_is_no_answer(kind, unit, said):
    edition = IndicatorEdition(kind=kind, unit_of_measure=unit, precision=1)

    assert (said_move(Decimal(50), edition), said_move(None, edition)) == (said, "—")
