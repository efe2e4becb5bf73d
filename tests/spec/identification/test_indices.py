"""The indices of results and of conditions, and resilience: small regions with answers counted by hand."""

from fractions import Fraction

import pytest

from monitoring.identification.findings import Category, Lack, State, Verdict
from monitoring.identification.identify import identify
from monitoring.identification.method import read_method
from monitoring.identification.percentiles import cut_at, median_like
from monitoring.identification.way_out import rise_needed
from tests.spec.identification.drawing import region, school

ONE = [{"procedure": "ОГЭ", "subjects": ["русский"], "grade": 9}]


def integral(**changes):
    data = {
        "results": {
            "criterion": "results_index",
            "procedures": ONE,
            "measure": "share_not_failing",
            "percentile": 25,
            "min_participants": 10,
            "pool_years": 1,
        },
        "conditions": {
            "variables": [
                {
                    "code": "low_income",
                    "title": "Малообеспеченные",
                    "figure": "low_income",
                    "per": "pupils",
                    "sign": "-",
                }
            ],
            "percentile": 25,
            "min_pupils": 10,
        },
        "resilience": {"results_percentile": 50, "years": 2},
    }
    for section, values in changes.items():
        data[section] = values if values is None else {**data[section], **values}
    return read_method(data)


def passport(pupils, low_income, year=2021, **more):
    return {year: {"pupils": pupils, "low_income": low_income, **more}}


def test_quarter_with_the_lowest_results_is_low():
    schools = [school(f"ОГЭ русский 9 | 2021: {failed}/20", code=f"S{failed}") for failed in (0, 2, 4, 6)]

    found = identify(region(*schools), integral(conditions=None, resilience=None), 2021)

    assert {code: list(one.categories) for code, one in found.items()} == {
        "S0": [],
        "S2": [],
        "S4": [],
        "S6": [Category.LOW_RESULTS],
    }
    # Shares not failing 100, 90, 80, 70: mean 85, deviation √125.
    assert found["S6"].results.value == pytest.approx(-15 / 125**0.5)
    assert found["S6"].results.better_than == 0
    assert found["S0"].results.better_than == 75


def test_equal_schools_at_the_cut_share_one_fate():
    schools = [school(f"ОГЭ русский 9 | 2021: {failed}/20", code=f"S{i}") for i, failed in enumerate((0, 0, 6, 6))]

    found = identify(region(*schools), integral(conditions=None, resilience=None), 2021)

    assert [one.results_state for one in found.values()] == [State.NOT_MET, State.NOT_MET, State.MET, State.MET]


def test_participants_weigh():
    """Russian 40 pupils, mathematics 10: the index is four fifths of the first and one fifth of the second."""
    two = [*ONE, {"procedure": "ОГЭ", "subjects": ["математика"], "grade": 9}]
    schools = [
        school("ОГЭ русский 9 | 2021: 0/40\nОГЭ математика 9 | 2021: 5/10", code="S1"),
        school("ОГЭ русский 9 | 2021: 20/40\nОГЭ математика 9 | 2021: 0/10", code="S2"),
    ]

    found = identify(region(*schools), integral(results={"procedures": two}, conditions=None, resilience=None), 2021)

    assert found["S1"].results.value == pytest.approx(0.8 * 1 + 0.2 * -1)
    assert sum(part.points for part in found["S1"].results.contributions) == pytest.approx(found["S1"].results.value)


def test_mean_scores_are_taken_where_all_schools_have_them():
    schools = [school(f"ОГЭ русский 9 | 2021: 0/20@{mean}", code=f"S{mean}") for mean in (40, 60)]

    found = identify(
        region(*schools), integral(results={"measure": "score_percent"}, conditions=None, resilience=None), 2021
    )

    assert {code: one.results.value for code, one in found.items()} == {"S40": -1.0, "S60": 1.0}


def test_one_school_without_scores_puts_the_whole_procedure_on_shares():
    schools = [
        school("ОГЭ русский 9 | 2021: 2/20@40", code="S1"),
        school("ОГЭ русский 9 | 2021: 0/20", code="S2"),
    ]

    found = identify(
        region(*schools), integral(results={"measure": "score_percent"}, conditions=None, resilience=None), 2021
    )

    assert [one.results.contributions[0].value for one in found.values()] == [90, 100]


def test_small_school_looks_back_and_a_tiny_one_has_not_enough():
    schools = [
        school("ОГЭ русский 9 | 2020: 2/20 | 2021: 2/20", code="large"),
        school("ОГЭ русский 9 | 2020: 3/6 | 2021: 3/6", code="small"),
        school("ОГЭ русский 9 | 2020: 1/1 | 2021: 1/1", code="tiny"),
    ]

    found = identify(region(*schools), integral(results={"pool_years": 3}, conditions=None, resilience=None), 2021)

    assert {code: (one.results.n, one.results.years) for code, one in found.items()} == {
        "large": (20, (2021,)),
        "small": (12, (2021, 2020)),
        "tiny": (2, (2021, 2020)),
    }
    assert list(found["tiny"].categories) == [Category.INSUFFICIENT_DATA]


def test_conditions_run_from_0_to_100_and_contributions_add_up():
    schools = [
        school("", code=f"S{share}", passports=passport(100, share, distance=share * 2)) for share in (10, 20, 30, 60)
    ]
    method = integral(
        conditions={
            "variables": [
                {"code": "low_income", "title": "Малообеспеченные", "figure": "low_income", "per": "pupils",
                 "sign": "-", "weight": 2},
                {"code": "distance", "title": "Расстояние", "figure": "distance", "sign": "-", "transform": "log1p"},
            ]
        }
    )  # fmt: skip

    found = identify(region(*schools), method, 2021)

    assert (found["S10"].conditions.value, found["S60"].conditions.value) == (100, 0)
    assert [code for code, one in found.items() if Category.HARD_CONDITIONS in one.categories] == ["S60"]
    for one in found.values():
        index = one.conditions
        assert index.average + sum(part.points for part in index.contributions) == pytest.approx(index.value)
    assert found["S60"].conditions.contributions[1].value == pytest.approx(120)


def test_better_figure_with_the_plus_sign_raises_the_index():
    method = integral(
        conditions={
            "variables": [
                {"code": "higher", "title": "Оба родителя с ВО", "figure": "higher", "per": "pupils", "sign": "+"}
            ]
        }
    )
    schools = [school("", code=f"S{part}", passports={2021: {"pupils": 100, "higher": part}}) for part in (5, 50)]

    found = identify(region(*schools), method, 2021)

    assert (found["S5"].conditions.value, found["S50"].conditions.value) == (0, 100)


def test_unknown_figure_stands_at_the_mean_and_too_many_unknown_ones_say_nothing():
    variables = [
        {"code": "low_income", "title": "А", "figure": "low_income", "per": "pupils", "sign": "-"},
        {"code": "other", "title": "Б", "figure": "other", "per": "pupils", "sign": "-"},
    ]
    schools = [
        school("", code="S1", passports={2021: {"pupils": 100, "low_income": 10, "other": 10}}),
        school("", code="S2", passports={2021: {"pupils": 100, "low_income": 30, "other": 30}}),
        school("", code="S3", passports={2021: {"pupils": 100, "low_income": 20}}),
        school("", code="S4", passports={2021: {"pupils": 100}}),
    ]

    found = identify(region(*schools), integral(conditions={"variables": variables, "max_missing": 1}), 2021)

    assert found["S3"].conditions.contributions[1].points == 0
    assert found["S4"].conditions_state is State.UNKNOWN


def left_out(index) -> tuple:
    why = index.left_out
    return (why.lack, why.count, why.needed, why.years, why.missing)


def test_index_of_conditions_says_what_it_lacks():
    variables = [
        {"code": "low_income", "title": "Малообеспеченные", "figure": "low_income", "per": "pupils", "sign": "-"},
        {"code": "distance", "title": "Расстояние", "figure": "distance", "sign": "-"},
    ]
    full = {"pupils": 100, "low_income": 10, "distance": 5}
    both = ("Малообеспеченные", "Расстояние")
    schools = [
        school("", code="judged", passports={2021: full}),
        school("", code="other", passports={2021: {**full, "low_income": 20}}),
        school("", code="none"),
        school("", code="old", passports={2018: full}),
        school("", code="baseless", passports={2021: {"low_income": 1, "distance": 3}}),
        school("", code="tiny", passports={2020: {**full, "pupils": 3}, 2021: {**full, "pupils": 4}}),
        school("", code="gap", passports={2021: {"pupils": 100, "low_income": 10}}),
        school("", code="gaps", passports={2021: {"pupils": 100}}),
    ]

    found = identify(
        region(*schools), integral(conditions={"variables": variables, "pool_years": 2, "max_missing": 0}), 2021
    )

    assert found["judged"].conditions.left_out is None
    assert {code: left_out(one.conditions) for code, one in found.items() if one.conditions.left_out} == {
        "none": (Lack.NO_PASSPORT, 0, 1, (2021, 2020), both),
        "old": (Lack.NO_PASSPORT, 0, 1, (2021, 2020), both),
        "baseless": (Lack.NO_BASE_FIGURE, 0, 10, (2021,), ("pupils",)),
        "tiny": (Lack.TOO_FEW_PUPILS, 7, 10, (2021, 2020), ()),
        "gap": (Lack.MISSING_VARIABLES, 1, 0, (2021,), ("Расстояние",)),
        "gaps": (Lack.MISSING_VARIABLES, 2, 0, (2021,), both),
    }


def test_index_of_results_says_what_it_lacks():
    two = [*ONE, {"procedure": "ОГЭ", "subjects": ["математика"], "grade": 9}]
    schools = [
        school("ОГЭ русский 9 | 2021: 1/20\nОГЭ математика 9 | 2021: 1/20", code="judged"),
        school("ОГЭ русский 9 | 2021: 1/4", code="few"),
        school("", code="nothing"),
    ]

    found = identify(region(*schools), integral(results={"procedures": two}, conditions=None, resilience=None), 2021)

    assert found["judged"].results.left_out is None
    assert left_out(found["few"].results) == (Lack.TOO_FEW_PARTICIPANTS, 4, 10, (2021,), ("ОГЭ, 9 класс, математика",))
    assert left_out(found["nothing"].results) == (
        Lack.NO_RESULTS, 0, 10, (2021,), ("ОГЭ, 9 класс, русский", "ОГЭ, 9 класс, математика"),
    )  # fmt: skip
    assert [entry.verdict for entry in found["nothing"].trace] == [Verdict.NOT_HELD, Verdict.NOT_HELD]


def test_school_of_a_kind_left_out_is_traced_and_changes_nobody_s_index():
    data = {
        "criterion": "results_index", "procedures": ONE, "measure": "share_not_failing", "percentile": 50,
        "min_participants": 10, "pool_years": 1,
    }  # fmt: skip
    method = read_method({"results": data, "exclude_schools": ["correctional"]})
    others = [school(f"ОГЭ русский 9 | 2021: {failed}/20", code=f"S{failed}") for failed in (0, 10)]
    beside = school("ОГЭ русский 9 | 2021: 20/20", code="beside", attributes=("correctional",))

    found = identify(region(*others, beside), method, 2021)
    alone = identify(region(*others), method, 2021)

    assert {code: found[code] for code in alone} == alone
    assert (found["beside"].categories, found["beside"].results) == ((), None)
    # Not failing 100 and 50: mean 75, deviation 25; nought lies three deviations below.
    assert [(one.n, one.failed, one.verdict, one.z) for one in found["beside"].trace] == [(20, 20, Verdict.LOW, -3.0)]


def test_tiny_school_adds_earlier_passports():
    earlier = {2020: {"pupils": 6, "low_income": 6}, 2021: {"pupils": 6, "low_income": 0}}
    schools = [
        school("", code="tiny", passports=earlier),
        school("", code="large", passports=passport(100, 10)),
    ]

    found = identify(region(*schools), integral(), 2021)

    assert (found["tiny"].conditions.n, found["tiny"].conditions.years) == (12, (2021, 2020))
    assert found["tiny"].conditions.contributions[0].value == 50


@pytest.mark.parametrize(
    ("hard_school", "expected"),
    [
        ("ОГЭ русский 9 | 2020: 0/20 | 2021: 0/20", [Category.RESILIENT]),
        ("ОГЭ русский 9 | 2020: 9/20 | 2021: 0/20", [Category.HARD_CONDITIONS]),
        ("ОГЭ русский 9 | 2021: 0/20", [Category.HARD_CONDITIONS]),
        ("ОГЭ русский 9 | 2020: 0/20 | 2021: 9/20", [Category.LOW_RESULTS, Category.HARD_CONDITIONS]),
        ("", [Category.HARD_CONDITIONS]),
    ],
    ids=["copes for two years", "copes for one year", "one year is unknown", "is low as well", "results unknown"],
)
def test_matrix_of_results_and_conditions(hard_school, expected):
    others = [
        school(f"ОГЭ русский 9 | 2020: {failed}/20 | 2021: {failed}/20", code=f"S{failed}",
               passports=passport(100, 10))
        for failed in (1, 2, 3)
    ]  # fmt: skip
    hard = school(hard_school, code="hard", passports=passport(100, 90))

    found = identify(region(hard, *others), integral(), 2021)

    assert list(found["hard"].categories) == expected


def test_resilient_school_keeps_its_hard_conditions_where_the_method_says_so():
    others = [
        school(f"ОГЭ русский 9 | 2020: {failed}/20 | 2021: {failed}/20", code=f"S{failed}", passports=passport(100, 10))
        for failed in (1, 2, 3)
    ]
    hard = school("ОГЭ русский 9 | 2020: 0/20 | 2021: 0/20", code="hard", passports=passport(100, 90))

    found = identify(region(hard, *others), integral(resilience={"keeps_hard_conditions": True}), 2021)

    assert list(found["hard"].categories) == [Category.HARD_CONDITIONS, Category.RESILIENT]


def test_rise_needed_brings_a_low_school_to_the_cut():
    schools = [school(f"ОГЭ русский 9 | 2021: {failed}/20", code=f"S{failed}") for failed in (0, 1, 2, 3, 4, 5, 6, 8)]

    found = identify(region(*schools), integral(conditions=None, resilience=None), 2021)

    # The cut is the school with 6 of 20; the one with 8 of 20 lies ten percentage points under it.
    assert rise_needed(found["S8"].results) == pytest.approx(10)
    assert rise_needed(found["S0"].results) is None


@pytest.mark.parametrize(
    ("values", "percentile", "cut"),
    [([], 25, None), ([1.0, 2.0, 3.0, 4.0], 25, 1.0), ([1.0, 2.0, 3.0, 4.0, 5.0], 25, 2.0), ([7.0], 25, 7.0)],
)
def test_cut_is_the_value_of_a_real_school(values, percentile, cut):
    assert cut_at(values, Fraction(percentile)) == cut


@pytest.mark.parametrize(("values", "middle"), [([], None), ([1.0, 2.0], 1.5), ([1.0, 2.0, 4.0], 2.0), ([3.0], 3.0)])
def test_median_of_an_even_number_lies_between_the_two_middle_ones(values, middle):
    assert median_like(values, Fraction(50)) == middle
