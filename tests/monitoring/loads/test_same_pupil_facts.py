"""Facts of the same pupils: numbers of schools, why there are none, what they rest on, and what a load makes stale."""

from datetime import date

import pytest

from accounts.services.people import system_user
from indicators.enums import IndicatorKind, PeriodKind, ValueStatus
from indicators.facts import Basis, FactsOf
from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from indicators.models import IndicatorEdition, IndicatorValue, Period
from indicators.services.definitions import Definition, define_indicator
from indicators.services.recalculation import fulfil_requests
from monitoring.models import MarkScale, Procedure
from monitoring.selectors.fact_sources import sources_of
from monitoring.services.codes import withdraw_lasting_codes
from monitoring.services.undoing import undo_load
from tests.factories.facts import values
from tests.monitoring.loads.codes import declare
from tests.monitoring.loads.files import csv, fisoko, kdr, pupil
from tests.roles import acting_as

LEVELS = ("недостаточный", "ниже базового", "базовый", "выше базового")
READING = "КДР Читательская грамотность {} класс {} учебный год"
ASKED = "(кдр, «читательская грамотность», 6, 4)"


@pytest.fixture
def basis(db):
    year = Period.objects.create(
        code="2022", kind=PeriodKind.YEAR, starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31)
    )
    return Basis(year, 2022, 2021, 2022)


def work(grade: int, year: str, levels: dict[str, list[tuple[int, int]]]) -> bytes:
    """A work of some schools: pairs of the code and the level of each pupil."""
    rows = [
        [school, code, f"{grade}А", 1, "", LEVELS[level]] for school, many in levels.items() for code, level in many
    ]
    return kdr(rows, READING.format(grade, year))


FORMER = {"131001": [(1, 0), (2, 1), (3, 2), (4, 2)], "147001": [(11, 1), (12, 3)]}
LATER = {"131001": [(1, 1), (2, 1), (3, 1), (5, 3)], "147001": [(11, 1), (12, 3), (4, 3)]}


def load_both(centre):
    return (
        centre.take("кдр4.xlsx", work(4, "2019/20", FORMER)),
        centre.take("кдр6.xlsx", work(6, "2021/22", LATER)),
    )


def of_schools(centre, basis, fact):
    codes = {unit.pk: code for code, unit in centre.schools.items()}
    return {codes[unit]: int(value) for unit, value in values(basis, f"{fact}{ASKED}").items()}


def cause(basis, text):
    facts = FactsOf(basis)
    ((name, params),) = {(name, params) for name, params, *_ in check(f"сумма({text})", facts).facts}
    return facts.cause(name, params)


def test_numbers_of_schools(centre, basis):
    declare(centre, "kdr")
    load_both(centre)

    assert of_schools(centre, basis, "те_же_ученики") == {"131001": 3, "147001": 3}
    assert of_schools(centre, basis, "поднялись") == {"131001": 1, "147001": 1}
    assert of_schools(centre, basis, "сохранили") == {"131001": 1, "147001": 2}
    assert of_schools(centre, basis, "fallen") == {"131001": 1, "147001": 0}
    assert cause(basis, f"поднялись{ASKED}") is None


def test_it_is_said_of_whom_a_number_is(centre, basis):
    declare(centre, "kdr")
    load_both(centre)
    school = centre.schools["131001"]
    facts = FactsOf(basis)
    asked = {(name, params) for name, params, *_ in check(f"сумма(поднялись{ASKED})", facts).facts}
    with acting_as("owner"):
        found = sources_of(facts=asked, basis=basis, unit_ids=[school.pk])[school.pk]

    assert [one.text.replace("\N{NO-BREAK SPACE}", " ") for one in found] == [
        "КДР, Читательская грамотность, 6 класс, 2021/22 против 4 класса, 2019/20: из 4 учеников оба раза писали 3: "
        "поднялись 1, сохранили 1, опустились 1; прежней не писали 1"
    ]
    assert found[0].page == "monitoring:result"
    assert found[0].key == school.school_results.get(assessment__grade=6).pk


def said(basis) -> tuple[str, str]:
    found = cause(basis, f"те_же_ученики{ASKED}")
    return found.text, found.status


def test_every_reason_why_nobody_knows(centre, basis):
    undeclared = "процедура КДР не объявила постоянных кодов участников"
    assert said(basis) == (undeclared, ValueStatus.NOT_SUBMITTED)
    former = centre.take("кдр4.xlsx", work(4, "2019/20", FORMER))
    declare(centre, "kdr")
    assert said(basis) == ("в 2021/22 учебном году работы в 6 классе не было", ValueStatus.NOT_HELD)
    later = centre.take("кдр6.xlsx", work(6, "2021/22", LATER))
    with acting_as("web"):  # a reader of nothing is told the same as whoever reads everything
        assert said(basis) == (
            "у работы 4 класса 2019/20 учебного года нет постоянных кодов: "
            "её файл без них или загружен до их объявления",
            ValueStatus.NOT_SUBMITTED,
        )
    undo_load(load=former, actor=centre.operator, now=centre.now)
    assert said(basis) == ("в 2019/20 учебном году работы в 4 классе не было", ValueStatus.NOT_HELD)
    centre.take("кдр4.xlsx", work(4, "2019/20", FORMER))
    assert cause(basis, f"те_же_ученики{ASKED}") is None

    MarkScale.objects.filter(procedure__code="kdr", grade=4).update(levels=["низкий", "средний", "высокий", "лучший"])
    assert said(basis) == (
        "уровни работ называются по-разному, подняться с одних на другие нельзя",
        ValueStatus.NOT_HELD,
    )
    assert later.state == "in_force"


def test_counts_of_schools_bring_no_same_pupils(centre, basis):
    declare(centre, "kdr")
    centre.take("кдр4.xlsx", work(4, "2019/20", FORMER))
    rows = [["131001", 4, 1, 1, 1, 1]]
    head = [["КДР Читательская грамотность 6 класс 2021/22 учебный год"], ["Код ОО", "Кол-во участников", *LEVELS]]
    centre.take("кдр6.csv", csv([*head, *rows]))
    assert said(basis)[0].startswith("у работы 6 класса 2021/22 учебного года нет постоянных кодов")


def test_two_procedures_are_asked_of_together_only_with_common_codes(centre, basis):
    text = "те_же_ученики(кдр, «читательская грамотность», 6, 4, прежняя_процедура: впр)"
    declare(centre, "kdr")
    assert cause(basis, text).text == "процедура ВПР не объявила постоянных кодов участников"
    declare(centre, "vpr")
    assert cause(basis, text).text == "у двух процедур разные коды участников: общих они не объявили"


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("сумма(поднялись(кдр, «читательская грамотность», 4, 6))", "прежний класс раньше нынешнего"),
        ("сумма(поднялись(кдр, «читательская грамотность», 6, 6))", "прежний класс раньше нынешнего"),
        ("сумма(поднялись(кдр, «читательская грамотность», 6))", "не указано: прежний_класс"),
        (f"сумма(поднялись{ASKED} + участники(кдр, «читательская грамотность», 6))", "разные единицы"),
        (f"среднее(доля_справившихся(кдр, «читательская грамотность», 6)) + сумма(поднялись{ASKED})", "без веса"),
    ],
)
def test_what_makes_no_sense_is_refused(basis, formula, words):
    with pytest.raises(FormulaError, match=words):
        check(formula, FactsOf(basis))


def define(code: str, formula: str, now, **more) -> IndicatorEdition:
    definition = Definition(kind=more.pop("kind", IndicatorKind.COUNT), formula=formula, **more)
    return define_indicator(
        code=code, name=code, definition=definition, valid_from=now.date(), actor=system_user(), now=now
    )


def kept(edition: IndicatorEdition) -> dict[str, tuple]:
    rows = IndicatorValue.objects.filter(edition=edition, period__code="2022", unit__kind__in=["region", "school"])
    return {row.unit.code: (row.n, row.d, row.left_out) for row in rows.select_related("unit")}


def test_a_load_of_either_work_makes_its_dependents_stale_and_nothing_else(centre, basis, now):
    better = f"100 * (сумма(поднялись{ASKED} + сохранили{ASKED}) / сумма(те_же_ученики{ASKED}))"
    share = define("same", better, now, kind=IndicatorKind.SHARE)
    wrote = define("wrote", "сумма(участники(кдр, «читательская грамотность», 6))", now, unit_of_measure="чел.")
    define("rural", "количество(школы, где сельская)", now, unit_of_measure="школ")
    declare(centre, "kdr")
    fulfil_requests(clock=lambda: now)
    assert kept(share)["24"] == (None, None, 12)  # each of six schools is out of the part and of the whole

    former, _ = load_both(centre)
    assert fulfil_requests(clock=lambda: now)["editions"] == 2
    assert kept(share)["24"] == (5, 6, 8)
    assert {code: row[:2] for code, row in kept(share).items() if code[3:] == "001"} == {
        "131001": (2, 3), "147001": (3, 3), "109001": (None, None),
    }  # fmt: skip
    assert kept(wrote)["24"][0] == 7

    undo_load(load=former, actor=centre.operator, now=now)  # of the earlier work alone
    done = fulfil_requests(clock=lambda: now)
    assert (done["editions"], kept(share)["24"], kept(wrote)["24"][0]) == (2, (None, None, 12), 7)

    centre.take("впр5.xlsx", fisoko([pupil()]))  # its codes do not last
    assert fulfil_requests(clock=lambda: now)["editions"] == 1
    withdraw_lasting_codes(procedure=Procedure.objects.get(code="kdr"), reason="проба", actor=centre.operator, now=now)
    assert fulfil_requests(clock=lambda: now)["editions"] == 1
