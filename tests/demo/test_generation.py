"""The demonstration region as it is drawn, before it meets the database."""

import hashlib
from collections import Counter, defaultdict
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import yaml

from demo.generation.calendar import ege_sittings, oge_sittings, vpr_sittings
from demo.generation.passports import HEADINGS, passport_rows
from demo.generation.places import TINY_SCHOOLS, Place, UnknownPlace, catalogue_places, weight_of
from demo.generation.results import mark_counts
from demo.generation.schools import FIRST_YEAR, LAST_YEAR, draw_schools, pupils_by_grade
from demo.generation.sendings import sendings
from demo.services.identifying import regional_parameters
from monitoring.catalogue.method_files import method_files
from monitoring.identification.findings import Category
from monitoring.identification.identify import identify
from monitoring.identification.method import read_method
from monitoring.identification.region import Passport, School, SchoolYearResult, region_of
from monitoring.layouts.__main__ import parse
from monitoring.selectors.identification_input import FIGURES
from schools.enums import SchoolType

TESTS = Path(__file__).parents[1]
SMALL = ("109", "131", "147")


@pytest.fixture(scope="module")
def region():
    return draw_schools(catalogue_places())


@pytest.fixture(scope="module")
def small():
    return draw_schools(place for place in catalogue_places() if place.code in SMALL)


def test_the_region_is_as_large_as_the_real_one(region):
    places = Counter(school.place.code for school in region)
    pupils = np.array([school.pupils for school in region])

    assert len(places) == 61
    assert 980 <= len(region) <= 1020
    assert 320_000 <= pupils.sum() <= 340_000
    assert ((pupils >= 1) & (pupils <= 10)).sum() == TINY_SCHOOLS == 85
    assert np.median(pupils) < 200 < 1000 < np.percentile(pupils, 95)


def test_codes_logins_and_names_tell_schools_apart(region):
    assert len({school.code for school in region}) == len(region)
    assert len({school.login for school in region}) == len(region)
    assert len({(school.place.code, school.short_name) for school in region}) == len(region)
    assert all(len(school.code) == 6 and school.code.startswith(school.place.code) for school in region)


def test_the_schools_of_the_samples_are_among_them(region):
    drawn = {school.code: school for school in region}
    rows = (
        line.split(";") for line in (TESTS / "samples" / "schools.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    )
    for _, code, login, inn, full, short, *_ in rows:
        assert (drawn[code].login, drawn[code].inn) == (login, inn)
        assert (drawn[code].full_name, drawn[code].short_name) == (full, short)


def test_kezhma_has_nine_schools_with_2343_pupils(region):
    nine = [school for school in region if school.place.code == "131"]

    assert len(nine) == 9
    assert sum(school.pupils for school in nine) == 2343
    assert pupils_by_grade(tuple(nine), LAST_YEAR).sum() == 2343


def test_a_municipality_is_drawn_the_same_alone_and_with_the_region(region, small):
    assert [school for school in region if school.place.code in SMALL] == list(small)


def test_the_same_seed_gives_the_same_bytes(small):
    def digest() -> str:
        return hashlib.sha256(b"".join(one.make() for one in sendings(small))).hexdigest()

    assert digest() == digest()


def test_breaks_of_the_calendar():
    assert [len(oge_sittings(year)) for year in range(FIRST_YEAR, LAST_YEAR + 1)] == [2, 0, 2, 2]
    assert [len(ege_sittings(year)) for year in range(FIRST_YEAR, LAST_YEAR + 1)] == [3, 2, 2, 3]
    assert {one.held_on.month for one in vpr_sittings(2019)} == {9}
    assert Counter(one.cohort for one in vpr_sittings(2021)) == {"spring": 8, "autumn": 8}


def test_both_cohorts_of_2022_are_different_schools(region):
    spring, autumn = (one for one in vpr_sittings(2021) if (one.subject, one.grade) == ("Математика", 5))
    wrote = [mark_counts(region, one).sum(axis=1) > 0 for one in (spring, autumn)]

    assert not (wrote[0] & wrote[1]).any()
    assert wrote[0].sum() > 250 and wrote[1].sum() > 450


def test_results_follow_conditions_but_not_blindly(region):
    ordinary = [school for school in region if school.type == "обычная"]
    conditions = np.array([school.conditions for school in ordinary])
    quality = np.array([school.quality for school in ordinary])
    hard = conditions < np.percentile(conditions, 15)

    assert 0.4 < np.corrcoef(conditions, quality)[0, 1] < 0.75
    assert 0.05 < (quality[hard] > np.median(quality)).mean() < 0.35


@pytest.fixture(scope="module")
def categories(region):
    """What the region's own method says of every school in three autumns, without a database."""
    federal, integral = (
        next(file for file in method_files() if file.code == code).editions[0].parameters
        for code in ("federal", "integral")
    )
    method = read_method(regional_parameters(federal, integral))
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    results, passports = defaultdict(list), defaultdict(list)
    for year in years:
        for (procedure, subject, grade), counts in _counts(region, year).items():
            for school, (failed, *rest) in zip(region, counts.tolist(), strict=True):
                if n := failed + sum(rest):
                    results[school.code].append(
                        SchoolYearResult(procedure, subject, grade, year, n, failed, None, False)
                    )
        for school, row in zip(region, passport_rows(region, year), strict=True):
            figures = {name: Fraction(value) for name, value in zip(FIGURES, row[2:], strict=True)}
            passports[school.code].append(Passport(year, figures))
    types = {one.label: one.value for one in SchoolType}
    drawn = region_of(
        School(one.code, frozenset([types[one.type]]), tuple(results[one.code]), tuple(passports[one.code]))
        for one in region
    )
    return {year: identify(drawn, method, year) for year in years if year > FIRST_YEAR}


def _counts(region, year):
    counts = defaultdict(int)
    for sitting in [*vpr_sittings(year), *oge_sittings(year)]:
        counts[sitting.procedure, sitting.subject, sitting.grade] += mark_counts(region, sitting)
    return counts


def found_in(findings, category):
    return {code for code, one in findings.items() if category in one.categories}


@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_categories_have_believable_shares(region, categories, year):
    judged = sum(school.type in ("обычная", "гимназия, лицей") for school in region)
    shares = {one: len(found_in(categories[year], one)) / judged for one in Category}

    assert 0.08 <= shares[Category.LOW_RESULTS] <= 0.15
    assert 0.10 <= shares[Category.HARD_CONDITIONS] <= 0.15
    assert 0.01 <= shares[Category.RESILIENT] <= 0.04


def test_most_low_schools_are_low_the_next_year(categories):
    before, after = (found_in(categories[year], Category.LOW_RESULTS) for year in (2020, 2021))

    assert len(before & after) / len(before) > 0.5
    assert before - after and after - before


def test_tagara_leaves_the_list_in_2022(categories):
    def low(year):
        return sorted(code for code in found_in(categories[year], Category.LOW_RESULTS) if code.startswith("131"))

    assert low(2020) == ["131001", "131002", "131005", "131006"]
    assert low(2021) == ["131002", "131005", "131006"]
    assert "131007" in found_in(categories[2020], Category.RESILIENT)


def test_passports_hold_no_more_than_the_pupils(region):
    rows = passport_rows(region, LAST_YEAR)

    assert len(rows) == len(region)
    assert all(len(row) == len(HEADINGS) for row in rows)
    assert all(0 <= count <= row[2] for row in rows for count in row[3:10])


def test_every_file_is_read_without_a_problem(small, tmp_path):
    norms = yaml.safe_load(files("monitoring.catalogue").joinpath("procedures.yaml").read_text(encoding="utf-8"))
    known = {
        "by_code": {school.code: number for number, school in enumerate(small, start=1)},
        "by_login": {school.login: number for number, school in enumerate(small, start=1)},
        "municipalities": {school.place.name.lower(): school.place.code for school in small},
    }
    layouts = Counter()
    for number, sending in enumerate(sendings(small)):
        staging = tmp_path / str(number)
        staging.mkdir()
        options = {"name": sending.name, "norms": norms, "schools": known, "staging": str(staging)}
        found = parse({**options, "today": sending.sent_on.isoformat()}, sending.make(), None)
        assert (sending.name, found["problems"], found["warnings"]) == (sending.name, [], [])
        assert {part["academic_year"] for part in found["assessments"]} == {sending.academic_year}
        layouts[found["layout"]] += 1

    assert set(layouts) == {"mark_statistics", "fisoko_individual", "school_levels", "school_marks", "rcoi"}


def test_an_unknown_municipality_is_refused():
    with pytest.raises(UnknownPlace, match="Неведомый район"):
        weight_of(Place("199", "Неведомый район", False))
