"""Facts of results against rows counted by hand: subjects and grades together, marks, levels, the journal, signs."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from indicators.enums import PeriodKind, ValueStatus
from indicators.facts import Basis, FactsOf
from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.formula.errors import FormulaError
from indicators.models import Period, RecalculationRequest
from monitoring.enums import LoadState, MeasureKind, Source
from monitoring.models import Load, MarkScale, Methodology, MethodologyEdition, Procedure, SchoolResult
from monitoring.services.identification_methods import add_edition
from tests.factories.facts import values


@pytest.fixture
def basis(db):
    period = Period.objects.create(
        code="2021", kind=PeriodKind.YEAR, starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31)
    )
    return Basis(period, 2021, 2020, 2021)


@pytest.fixture
def counted(drawn_region):
    """Two schools that wrote ВПР in grades 5 and 6 and КДР in grades 4 and 8; the third wrote one of them in 2019."""
    region = drawn_region
    region.one, region.two = region.school("131001", "Имбинская СОШ"), region.school("131002", "Тагарская СОШ")
    region.third = region.school("131003", "Кодинская СОШ")
    write(region, region.one, "русский", 5, marks=[3, 5, 8, 4], journal=(2, 15, 3), score=500)
    write(region, region.one, "математика", 5, marks=[2, 6, 6, 6], journal=(8, 10, 2), score=240)
    write(region, region.one, "русский", 6, marks=[1, 1, 2, 0], journal=(3, 1, 0))
    write(region, region.two, "русский", 5, marks=[4, 4, 2, 0])
    write(region, region.two, "математика", 6, marks=[0, 0, 7, 3], journal=(1, 8, 1))
    write(region, region.third, "русский", 5, marks=[9, 9, 9, 9], year=2019)
    region.result(region.one, "КДР", "чтение", 4, 2020, 20, 1, levels=[1, 4, 10, 5])
    region.result(region.one, "КДР", "Естественно-научная грамотность", 8, 2020, 10, 2, levels=[2, 3, 4, 1])
    region.result(region.two, "КДР", "чтение", 4, 2020, 8, 0, levels=[0, 1, 3, 4])
    for subject, grade in (("чтение", 4), ("Естественно-научная грамотность", 8)):
        held = region.assessment("КДР", subject, grade, 2020)
        MarkScale.objects.create(
            procedure=held.procedure, subject=held.subject, grade=grade, from_year=2016, basic_level=2,
            levels=["недостаточный", "ниже базового", "базовый", "выше базового"],
        )  # fmt: skip
    return region


def write(region, unit, subject, grade, *, marks, journal=None, score=None, year=2020):
    raised, confirmed, lowered = journal or (None, None, None)
    return SchoolResult.objects.create(
        assessment=region.assessment("ВПР", subject, grade, year), unit=unit, load=region.load, source=Source.ROWS,
        is_current=True, n=sum(marks), failed=marks[0], marks=marks, raised=raised, confirmed=confirmed,
        lowered=lowered, score_sum=score, max_score=40 if score else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "one", "two"),
    [
        # The grade, the subject: one, several, all.
        ("участники(впр, «русский язык», 5)", 20, 10),
        ("участники(впр, «русский язык», «5–6»)", 24, 10),
        ("участники(впр, «математика, русский язык», «5-6»)", 44, 20),
        ("работы(впр, «все предметы», «все классы»)", 44, 20),
        ("participants(vpr, «все», «5, 6»)", 44, 20),
        ("участники(впр, «все предметы», 6)", 4, 10),
        ("не_справились(впр, «все предметы», «5–8»)", 6, 4),
        ("справились(впр, «все предметы», «5–8»)", 38, 16),
        ("доля_справившихся(впр, «все предметы», 5)", 87.5, 60),
        ("доля_справившихся(впр, «русский язык», 6)", None, ...),  # four of them: too few
        ("доля_справившихся(впр, «русский язык», 6, 4)", 75, ...),
        # Marks.
        ("отметки(впр, «все предметы», «5–8», 2)", 6, 4),
        ("отметки(впр, «все предметы», «5–8», «2»)", 6, 4),
        ("отметки(впр, «все предметы», «5–8», «4 и 5»)", 26, 12),
        ("marks(впр, «русский язык», 5, «3, 4»)", 13, 6),
        ("отметки(впр, «все предметы», «5–8», «любая»)", 44, 20),
        ("доля_отметок(впр, «русский язык», 5, «4 и 5»)", 60, 20),
        ("доля_отметок(впр, «русский язык», 5, 5, не_меньше_участников: 11)", 20, None),
        ("средняя_отметка(впр, «русский язык», 5)", 3.65, 2.8),
        ("средняя_отметка(впр, «все предметы», «5–6»)", 3.6818, 3.55),  # 162 / 44 and 71 / 20
        # Scores: of one scale, or in percent of the maximum.
        ("средний_балл(впр, «русский язык», 5)", 25, None),
        ("процент_выполнения(впр, «все предметы», 5)", 46.25, None),
        # Levels, by either of their names.
        ("уровни(кдр, «все предметы», «4, 6–8», «недостаточный»)", 3, 0),
        ("уровни(кдр, «все предметы», «4, 6–8», «ниже базового»)", 7, 1),
        ("уровни(кдр, «все предметы», «все классы», базовый)", 14, 3),
        ("levels(кдр, «все», «все», «выше базового»)", 6, 4),
        ("уровни(кдр, «читательская грамотность», 4, «базовый, повышенный»)", 15, 7),
        ("уровни(кдр, «читательская грамотность», 4, «базовый и выше»)", 15, 7),
        ("уровни(кдр, «все предметы», «все классы», «любой»)", 30, 8),
        ("доля_уровней(кдр, «читательская грамотность», 4, «повышенный»)", 25, 50),
        ("справились(кдр, «все предметы», «все классы»)", 20, 7),
        # The journal: only works that were compared.
        ("повысили(впр, «все предметы», «все классы»)", 13, 1),
        ("подтвердили(впр, «все предметы», «все классы»)", 26, 8),
        ("понизили(впр, «все предметы», «все классы»)", 5, 1),
        ("сравнены_с_журналом(впр, «все предметы», «все классы»)", 44, 10),
        ("доля_повысивших(впр, «математика», «5–6»)", 40, 10),
        ("доля_понизивших(впр, «русский язык», 5)", 15, None),
        ("доля_подтвердивших(впр, «русский язык», 6)", None, ...),
        # Signs: 8 of 20 raised their marks in mathematics; 3 of 4 in grade 6 are too few to say.
        ("признаки_необъективности(впр, «математика», 5)", 1, ...),
        ("необъективная(впр, «все предметы», «все классы»)", 1, 0),
        ("признаки_необъективности(впр, «русский язык», 5)", 0, None),
        ("признаки_необъективности(впр, «русский язык», 6)", 0, ...),
        ("признаки_необъективности(впр, «математика», 5, 41)", 0, ...),
        ("признаки_необъективности(впр, «русский язык», 5, 10)", 1, None),
        # Works with a sign leave; those that nobody compared with the journal stay.
        ("участники(впр, «все предметы», «5–6», объективность: обеспечена)", 24, 20),
        ("отметки(впр, «все предметы», «5–6», «4 и 5», «обеспечена»)", 14, 12),
        ("отметки(впр, «математика», 5, 2, обеспечена)", ..., ...),
        ("не_справились(впр, «все предметы», 5, объективность: любая)", 5, 4),
    ],
)
def test_a_fact_of_two_schools_is_what_was_counted_by_hand(counted, basis, formula, one, two):
    expected = {
        unit.pk: None if value is None else round(Decimal(str(value)), 4)
        for unit, value in ((counted.one, one), (counted.two, two))
        if value is not ...
    }
    assert values(basis, formula) == expected


@pytest.mark.parametrize(
    ("formula", "message", "letter"),
    [
        ("участники(впр, «все предметы», «5–12»)", "класс «5–12» не читается", "«5–12»"),
        ("участники(впр, «все предметы», «девятый»)", "класс «девятый» не читается", "«девятый»"),
        ("участники(впр, «математика, физкультура», 5)", "«физкультура» неизвестно", "«математика"),
        ("отметки(впр, «математика», 5, отметка: «6»)", "отметка «6» не читается", "отметка:"),
        ("отметки(кдр, «читательская грамотность», 4, 2)", "КДР даёт уровни, а не отметки: пишется «уровни(…)»", "кдр"),
        ("уровни(впр, «математика», 5, базовый)", "ВПР даёт отметки, а не уровни: пишется «отметки(…)»", "впр"),
        ("уровни(кдр, «математика», 5, средний)", "«средний» неизвестно", "средний"),
        ("динамика(впр, «все предметы», 5)", "«все предметы» неизвестно", "«все"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_at_its_letter(db, formula, message, letter):
    source = f"количество(школы, где {formula} > 0)"
    with pytest.raises(FormulaError) as refused:
        check(source, FactsOf(None))
    assert message in str(refused.value)
    assert source[refused.value.at :].startswith(letter)


def test_several_subjects_make_works_and_one_makes_participants(counted):
    def unit(grade, subject="математика"):
        return check(f"сумма(участники(впр, «{subject}», {grade}))", FactsOf(None)).unit

    assert (unit("5"), unit("«5–6»"), unit("5", "все предметы")) == ("участников", "работ", "работ")


def test_what_nobody_has_says_why(counted, basis):
    facts = FactsOf(basis)

    def cause(name, *params):
        found = facts.cause(name, params)
        return found and (found.text, found.status)

    not_held = ("в 2020/21 учебном году процедура не проводилась", ValueStatus.NOT_HELD)
    assert cause("отметки", "vpr", "*", "7–8", 2, "любая") == not_held
    assert cause("повысили", "oge", "*", 9) == not_held
    assert cause("повысили", "kdr", "*", "все")[1] == ValueStatus.NOT_SUBMITTED
    assert cause("повысили", "vpr", "*", "все") is None


def test_a_school_whose_works_are_left_out_is_said_to_be_not_objective(counted, basis):
    facts = FactsOf(basis)

    assert facts.missing("отметки", ("vpr", "*", 5, 2, "обеспечена")).status == ValueStatus.NOT_OBJECTIVE
    assert facts.missing("отметки", ("vpr", "*", 6, 2, "обеспечена")).status == ValueStatus.NOT_HELD
    assert facts.missing("отметки", ("vpr", "*", 5, 2, "любая")).status == ValueStatus.NOT_HELD


def test_a_comparison_brought_by_another_file_speaks_where_results_have_none(counted, basis, now):
    for day, raised in ((1, 9), (2, 4)):
        load = Load.objects.create(
            upload=counted.load.upload, unit=counted.region, layout="journal", state=LoadState.SUPERSEDED,
            loaded_by=counted.centre, created_at=now, accepted_at=now.replace(day=day),
        )  # fmt: skip
        for unit in (counted.one, counted.two):
            SchoolResult.objects.create(
                assessment=counted.assessment("ВПР", "русский", 5, 2020), unit=unit, load=load, source=Source.JOURNAL,
                n=10, raised=raised, confirmed=5, lowered=1,
            )  # fmt: skip

    assert values(basis, "повысили(впр, «русский язык», 5)") == {counted.one.pk: 2, counted.two.pk: 4}
    assert values(basis, "необъективная(впр, «русский язык», 5)") == {counted.one.pk: 0, counted.two.pk: 1}
    objective = values(basis, "участники(впр, «русский язык», 5, объективность: обеспечена)")
    assert objective == {counted.one.pk: 20}


def test_a_method_that_names_the_share_of_raised_marks_stands_over_the_norm_from_its_day(counted, basis):
    edition = MethodologyEdition.objects.get(methodology__code="federal", is_current=True)
    edition.parameters["not_objective_from_raised_percent"] = 50
    edition.valid_from = date(2022, 1, 1)
    edition.save()
    assert values(basis, "необъективная(впр, «математика», 5)") == {counted.one.pk: 1}

    edition.valid_from = date(2021, 12, 31)
    edition.save()
    assert values(basis, "необъективная(впр, «математика», 5)") == {counted.one.pk: 0}


@pytest.mark.parametrize("percent", [None, 50])
def test_a_new_edition_that_moves_the_limit_leaves_a_note_for_what_counts_results(counted, now, percent):
    methodology = Methodology.objects.get(code="federal")
    parameters = methodology.editions.get(is_current=True).parameters
    parameters["not_objective_from_raised_percent"] = percent
    parameters["results"]["min_participants"] = 12

    add_edition(
        methodology=methodology, parameters=parameters, valid_from=now.date(), note="Приказ", actor=counted.centre,
        now=now,
    )  # fmt: skip

    notes = RecalculationRequest.objects.filter(facts__contains=["отметки", "признаки_необъективности"])
    assert notes.count() == (percent is not None)


@pytest.mark.parametrize("more", [0, 3])
def test_questions_do_not_grow_with_schools_and_subjects(counted, basis, more, django_assert_num_queries):
    for number in range(more):
        school = counted.school(f"13100{number + 5}", f"Школа № {number}")
        write(counted, school, f"Предмет {number}", 5, marks=[1, 1, 1, 1])

    facts = FactsOf(basis)
    with django_assert_num_queries(2):  # the share of raised marks of a method, the assessments of the year
        facts.fragment("отметки", ("vpr", "*", "5–8", 2, "обеспечена"))


def spread(basis, formula):
    """Return the names of the parts of a distribution, and each school's cells."""
    facts = FactsOf(basis)
    proven = check(formula, facts)
    statement = compile_meaning(proven, facts)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return proven.labels, {unit: cells and [int(cell) for cell in cells] for unit, *_, cells in cursor.fetchall()}


@pytest.mark.parametrize(
    ("formula", "labels", "one", "two"),
    [
        ("распределение(отметки(впр, «русский язык», 5))", ("2", "3", "4", "5"), [3, 5, 8, 4], [4, 4, 2, 0]),
        (
            "распределение(отметки(впр, «все предметы», «5–6», объективность: обеспечена))",
            ("2", "3", "4", "5"),
            [4, 6, 10, 4],
            [4, 4, 9, 3],
        ),
        (
            "распределение(уровни(кдр, «читательская грамотность», 4))",
            ("недостаточный", "пониженный", "базовый", "повышенный"),
            [1, 4, 10, 5],
            [0, 1, 3, 4],
        ),
        (
            "распределение(школы, «до 70 %»: доля_справившихся(впр, «все предметы», 5) < 70, "
            "«от 70 %»: доля_справившихся(впр, «все предметы», 5) >= 70)",
            ("до 70 %", "от 70 %"),
            [0, 1],
            [1, 0],
        ),
    ],
)
def test_results_are_spread_over_marks_levels_and_parts_of_ones_own(counted, basis, formula, labels, one, two):
    given, cells = spread(basis, formula)

    assert given == labels
    assert (cells[counted.one.pk], cells[counted.two.pk]) == (one, two)


def test_a_level_that_only_the_scale_names_is_a_part_and_no_work_falls_out(counted, basis):
    levels = [["недостаточный", "низкий"], ["пониженный", "ниже базового"], ["базовый"], ["повышенный", "высокий"]]
    Procedure.objects.filter(code="kdr").update(terms={"levels": levels})
    MarkScale.objects.filter(grade=4).update(levels=["низкий", "ниже базового", "средний", "базовый", "высокий"])
    SchoolResult.objects.filter(unit=counted.one, assessment__grade=4).update(levels=[1, 4, 2, 8, 5])

    labels, cells = spread(basis, "распределение(уровни(кдр, «читательская грамотность», 4))")
    of_another, _ = spread(basis, "распределение(уровни(кдр, «читательская грамотность», 8))")

    assert labels == ("недостаточный", "пониженный", "средний", "базовый", "повышенный")
    assert cells[counted.one.pk] == [1, 4, 2, 8, 5]
    assert cells[counted.two.pk] == [0, 1, 3, 4, 0]
    assert of_another == ("недостаточный", "пониженный", "базовый", "повышенный")
    assert values(basis, "уровни(кдр, «читательская грамотность», 4, «средний»)")[counted.one.pk] == 2


def test_a_distribution_reads_the_results_once(counted, basis):
    facts = FactsOf(basis)

    for formula in (
        "распределение(отметки(впр, «русский язык», 5))",
        "распределение(отметки(впр, «все предметы», «5–8», объективность: обеспечена))",
        "распределение(уровни(кдр, «все предметы», «все классы»))",
        "среднее(доля_отметок(впр, «все предметы», «5–8», 2), отметки(впр, «все предметы», «5–8», «любая»))",
    ):
        assert compile_meaning(check(formula, facts), facts).sql.count("monitoring_schoolresult AS result") == 1, (
            formula
        )


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("распределение(отметки(кдр, «читательская грамотность», 4))", "КДР даёт уровни, а не отметки"),
        ("распределение(уровни)", "у «уровни» не указано: процедура"),
        ("распределение(отметки(впр, «математика», 5, «4 и 5»))", "«отметка» в распределении не называют"),
        ("распределение(средняя_отметка(впр, «математика», 5))", "у «средняя_отметка» нет частей"),
    ],
)
def test_what_cannot_be_spread_is_said(counted, formula, message):
    with pytest.raises(FormulaError) as refused:
        check(formula, FactsOf(None))

    assert message in str(refused.value)


def test_facts_of_one_assessment_read_its_rows_once_and_group_nothing(counted, basis):
    facts = FactsOf(basis)
    formula = "среднее(доля_справившихся(впр, «русский язык», 5), участники(впр, «русский язык», 5))"
    sql = compile_meaning(check(formula, facts), facts).sql

    assert sql.count("monitoring_schoolresult") == 1
    assert "GROUP BY unit_id)" not in facts.fragment("участники", ("vpr", "русский язык", 5, "любая")).sql


def test_of_one_assessment_a_school_has_one_result_in_force(counted):
    load = Load.objects.get(pk=counted.load.pk)
    load.pk = None
    load.save()
    counted.load = load
    with pytest.raises(IntegrityError, match="school_result_one_is_in_force"):
        write(counted, counted.one, "русский", 5, marks=[1, 1, 1, 1])


def test_only_the_schools_of_an_approved_list_are_looked_at(counted, basis, now):
    facts = FactsOf(basis)
    assert facts.those("выявлена", ()) is None  # nobody is known to be off a list that is not approved
    assert facts.those("сельская", ()) is None


def asked(formula, basis):
    return {params[:3] for _, params in check(formula, FactsOf(basis)).facts}


def test_the_grade_of_a_procedure_that_is_written_in_one_need_not_be_named(basis):
    assert asked("доля(школы, где динамика(огэ, «математика») > 0)", basis) == {("oge", "математика", 9)}
    assert asked("сумма(участники(егэ, «математика»))", basis) == asked(
        "сумма(участники(егэ, «математика», 11))", basis
    )
    spread = "распределение(отметки(огэ, «математика»))"
    assert asked(spread, basis) == {("oge", "математика", 9)}


def test_in_which_grades_a_procedure_is_written_is_read_of_its_data(basis):
    Procedure.objects.create(code="oge", name="ОГЭ", measure=MeasureKind.MARKS, terms={"grades": [8, 9]})
    Procedure.objects.create(code="pisa", name="ПИЗА", measure=MeasureKind.SCORE, terms={"grades": [10]})

    assert asked("сумма(участники(пиза, «математика»))", basis) == {("pisa", "математика", 10)}
    assert asked("сумма(участники(огэ, «математика», 8))", basis) == {("oge", "математика", 8)}
    with pytest.raises(FormulaError, match="у «участники» не указано: класс"):
        asked("сумма(участники(огэ, «математика»))", basis)


def test_a_grade_in_which_nobody_writes_the_procedure_is_refused(basis):
    with pytest.raises(FormulaError, match="Знак 42: ОГЭ пишут в 9 классе."):
        asked("распределение(отметки(огэ, «математика», 5))", basis)
