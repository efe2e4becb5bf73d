"""What monitoring checks of the years; and every check of the portal has had its fault planted."""

from datetime import date

from accounts.services.people import system_user
from indicators.checks.registry import find_check, registered_checks
from indicators.checks.scene import Scene
from indicators.services.agreement import disagreement
from indicators.services.computing import dependencies
from indicators.services.definitions import set_basis
from monitoring.models import SchoolResult
from tests.indicators.checks import test_checks as of_indicators
from tests.monitoring.counted_region import approve
from tests.programmes import test_checks as of_programmes


def look(code):
    scene = Scene(now=None, today=date(2022, 1, 1), depends=dependencies, disagrees=disagreement)
    return [(one.title, one.said) for one in find_check(code).look(scene)]


def test_a_year_whose_list_is_not_approved_is_found(counted, now):
    before = look("list_not_approved")
    approve(counted, now)

    assert ("2021 год", "список осени 2021 года не утверждён") in before
    assert "2021 год" not in dict(look("list_not_approved"))


def test_a_year_without_results_is_found(counted, now):
    assert "2021 год" not in dict(look("results_not_loaded"))
    set_basis(year=2021, academic_year=2011, cohort_year=2021, actor=system_user(), now=now)

    assert dict(look("results_not_loaded"))["2021 год"] == "результатов 2011/12 учебного года нет"


def test_levels_that_nobody_names_are_found(counted, now):
    region = counted
    SchoolResult.objects.filter(assessment__procedure__code="kdr").update(levels=[1, 2, 3, 4, 0])
    assert look("levels_beyond_scale") == []
    held = region.assessment("КДР", "чтение", 4, 2020)
    SchoolResult.objects.filter(assessment=held).update(levels=[1, 2, 3, 4, 5])

    named = "недостаточный, пониженный, базовый, повышенный"
    assert look("levels_beyond_scale") == [
        ("КДР, Читательская грамотность, 4 класс, 2020/21", f"в результатах 5, а названо 4: {named}")
    ]


def test_every_check_has_had_its_fault_planted():
    elsewhere = {"fact_unused", "direction_without_rows", "in_no_programme"}
    elsewhere |= {"list_not_approved", "results_not_loaded", "levels_beyond_scale"}

    assert {one.code for one in registered_checks()} == {*of_indicators.PLANTS, *of_programmes.PLANTS, *elsewhere}
