"""An indicator may refer to others: what is computed anew with them, what may not be done to them, whose they are."""

import pytest

from indicators.enums import IndicatorKind, RollUp
from indicators.facts import FactsOf
from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from indicators.models import Indicator, IndicatorValue
from indicators.selectors.bases import basis_of
from indicators.selectors.world import explained
from indicators.services.agreement import BreaksOthers, KindDisagrees
from indicators.services.definitions import Definition, define_indicator, set_basis
from indicators.services.recalculation import fulfil_requests, recalculate
from indicators.services.trying import preview_definition
from schools.models import SchoolYear


@pytest.fixture
def define(years, system, now):
    def written(code, formula, kind=IndicatorKind.COUNT, owner=None):
        unit = "%" if kind == IndicatorKind.SHARE else ""
        return define_indicator(
            code=code,
            name=code,
            definition=Definition(kind=kind, formula=formula, unit_of_measure=unit),
            valid_from=now.date(),
            owner=owner,
            reason="проба",
            actor=system,
            now=now,
        )

    return written


@pytest.fixture
def share_of_rural(define):
    define("сельских", "количество(школы, где сельская)")
    return define("доля_сельских", "100 * (показатель(«сельских») / количество(школы))", IndicatorKind.SHARE)


def value(edition, unit, year=2021):
    row = IndicatorValue.objects.filter(edition=edition, unit=unit, period__code=str(year)).first()
    return row and (row.n, row.d)


def test_the_formula_of_another_stands_in_its_place(place, share_of_rural, now):
    fulfil_requests(clock=lambda: now)

    assert value(share_of_rural, place["24"]) == (3, 6)
    assert share_of_rural.depends_on == ["indicator:сельских", "сельская", "сельская()"]


def test_a_new_edition_of_another_is_followed(place, share_of_rural, define, now):
    fulfil_requests(clock=lambda: now)

    define("сельских", "прежде(количество(школы, где не сельская и не малокомплектная))")
    done = fulfil_requests(clock=lambda: now)
    share_of_rural.refresh_from_db()

    assert done["editions"] == 6
    assert "малокомплектная" in share_of_rural.depends_on
    assert (share_of_rural.reach, share_of_rural.roll_up) == (1, RollUp.ANEW)
    assert value(share_of_rural, place["24"]) == (0, 6)


def test_an_edition_that_would_break_another_is_refused(share_of_rural, define):
    with pytest.raises(BreaksOthers) as refused:
        define("сельских", "доля(школы, где сельская)", IndicatorKind.SHARE)

    assert str(refused.value) == (
        "На этот показатель ссылается «доля_сельских», и с новой формулой он не считается: "
        "Знак 33: делят количество на количество; доля уже поделена."
    )
    assert share_of_rural.indicator.editions.get().is_current


def test_what_would_break_another_is_told_before_anybody_saves(share_of_rural, analyst, now):
    indicator = Indicator.objects.get(code="сельских")
    asked = Definition(kind=IndicatorKind.SHARE, formula="доля(школы, где сельская)")

    with pytest.raises(BreaksOthers):
        preview_definition(indicator=indicator, definition=asked, actor=analyst, now=now)

    assert indicator.editions.get().is_current


def test_references_that_lead_back_are_refused_from_either_end(share_of_rural, define):
    with pytest.raises(FormulaError, match="ссылается сам на себя: сельских → доля_сельских → сельских"):
        define("сельских", "показатель(«доля_сельских»)", IndicatorKind.SHARE)
    with pytest.raises(FormulaError, match="ссылается сам на себя: новый → новый"):
        define("новый", "показатель(«новый»)")


def test_one_that_is_gone_is_a_problem_of_those_that_refer_to_it(share_of_rural, now):
    share_of_rural.indicator._meta.model.objects.filter(code="сельских").delete()

    run = recalculate(reason="проба", now=now, years={2021})

    assert list(run.problems) == ["доля_сельских"]
    assert run.problems["доля_сельских"].startswith("Знак 19: показателя «сельских» нет.")


def test_what_another_unit_keeps_to_itself_is_not_referred_to(place, define):
    define("свой", "количество(школы, где сельская)", owner=place["131"])

    with pytest.raises(KindDisagrees, match="Чужой показатель: «свой»"):
        define("чужой", "показатель(«свой»)", owner=place["147"])
    assert define("тоже_свой", "показатель(«свой»)", owner=place["131"])


def test_another_is_fed_here_as_it_is_fed_there(place, define, system, now):
    for then, pupils in ((2019, 100), (2020, 300)):
        SchoolYear.objects.create(
            unit=place["131001"], academic_year=then, pupils=pupils, entered_at=now, entered_by=system
        )
    theirs = define("учеников", "сумма(обучающиеся)")
    set_basis(year=2021, academic_year=2019, cohort_year=2021, indicator=theirs.indicator, actor=system, now=now)
    both = define("оба", "сумма(обучающиеся) - показатель(«учеников»)")
    fulfil_requests(clock=lambda: now)

    assert value(theirs, place["131"]) == (100, None)
    assert value(both, place["131"]) == (200, None)


def test_it_is_said_by_name_in_the_explanation(place, share_of_rural, define, now):
    over = define("больше_половины", "количество(муниципалитеты, где показатель(«доля_сельских») >= 50)")
    fulfil_requests(clock=lambda: now)
    basis = basis_of(2021)

    def said(edition):
        row = IndicatorValue.objects.get(edition=edition, unit=place["24"], period__code="2021")
        return explained(value=row, meaning=check(edition.formula, FactsOf(basis)), basis=basis)

    assert [part.title for part in said(share_of_rural).parts] == ["Часть, показатель «сельских»", "Целое"]
    assert said(share_of_rural).headline == "50,0\xa0% = 3 из 6."
    assert dict(said(over).parts[0].counted[0].seen) == {"показатель(«доля_сельских»)": "50\xa0%"}
