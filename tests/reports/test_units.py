"""Pages of territories and schools: who sees them, what they say, in how many queries."""

import csv
import io

import pytest
from django.urls import reverse

from accounts.permissions import Permission
from common.share import Share
from monitoring.models import Finding, IdentificationRun, MethodologyEdition
from programmes.enums import ProgrammeStatus
from reports.selectors.places import crumbs
from reports.selectors.school_page import school_page
from reports.selectors.unit_page import lines_of, totals_of
from schools.access import held
from schools.models import Unit
from tests.factories.programmes import make_programme
from tests.monitoring.drawn_region import make_unit

EVERYTHING = frozenset(Permission)


def lines(unit, may=EVERYTHING):
    return lines_of(unit, year=2021, cohort_year=2021, may=may)


def test_a_region_is_told_by_districts_and_a_district_by_municipalities(place):
    region = [(line.unit.short_name, line.municipalities, line.schools, line.listed, line.with_programme) for line in lines(place.region)]  # fmt: skip  # noqa: E501
    district = [(line.unit.short_name, line.schools, line.listed, line.programme) for line in lines(place.south)]

    assert region == [("Северный округ", 1, 3, 3, 1), ("Южный округ", 1, 2, 2, 0)]
    assert district == [("город Минусинск", 2, 2, "")]


def test_a_municipality_is_told_by_schools(place):
    told = [(line.unit.code, line.pupils, line.categories, line.programme) for line in lines(place.kezhma)]

    assert sorted(told) == [
        ("131001", None, ["low_results"], "approved"),
        ("131002", None, ["low_results"], ""),
        ("131003", None, ["low_results"], ""),
    ]


def test_pupils_are_those_of_the_newest_passport_that_the_year_knows(place):
    place.school("131050", "Школа", passports={2019: {"pupils": 90}, 2020: {"pupils": 100}, 2022: {"pupils": 300}})
    place.school("131051", "Ещё школа", passports={2020: {"pupils": None}})

    told = {line.unit.code: line.pupils for line in lines(place.kezhma)}

    assert (told["131050"], told["131051"]) == (100, None)
    assert totals_of(place.region, lines(place.region)).pupils == 100


def test_what_may_not_be_read_is_not_told(place):
    told = lines(place.kezhma, may=frozenset({Permission.UNIT_VIEW}))

    assert [(line.categories, line.programme) for line in told] == [([], "")] * 3


def test_of_several_programmes_the_farthest_counts(place, now):
    make_programme(place.minusinsk, place.neighbour, now, status=ProgrammeStatus.DRAFT)
    make_programme(place.minusinsk, place.neighbour, now, status=ProgrammeStatus.SUBMITTED)

    assert [line.programme for line in lines(place.south)] == [ProgrammeStatus.SUBMITTED]


def test_the_way_to_a_place_links_only_what_may_be_opened(place):
    school = Unit.objects.select_related("parent__parent__parent").get(pk=place.schools[0].pk)

    assert crumbs(school, places=[place.kezhma]) == [
        ("Красноярский край", ""),
        ("Северный округ", ""),
        ("Кежемский район", reverse("reports:unit", args=[place.kezhma.pk])),
        ("Имбинская СОШ", ""),
    ]


def test_the_table_is_a_file_too(client, place):
    client.force_login(place.coordinator)

    answer = client.get(reverse("reports:unit", args=[place.kezhma.pk]), {"file": "csv", "sort": "-name"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Школа", "Код", "Детей", "Категория", "ШППКО"]
    assert [row[1] for row in rows[1:]] == ["131002", "131003", "131001"]


@pytest.mark.parametrize("page", ["unit", "school", "unit-indicators"])
def test_a_neighbour_and_what_does_not_exist_answer_alike(client, place, page):
    client.force_login(place.neighbour)

    answers = [client.get(reverse(f"reports:{page}", args=[key])) for key in (place.schools[0].pk, 999_999)]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("extra", [0, 2])
@pytest.mark.parametrize(("where", "queries"), [("region", 12), ("north", 11), ("kezhma", 11)])
def test_a_territory_opens_in_constant_queries(client, place, now, where, queries, extra, django_assert_num_queries):
    unit = getattr(place, where)
    for number in range(extra):
        school = place.school(f"13110{number}", f"Ещё школа {number}", passports={2020: {"pupils": 10}})
        make_programme(school, place.coordinator, now)
        make_unit("municipality", f"20{number}", f"Район {number}", place.north)
    client.force_login(place.ministry)

    with django_assert_num_queries(queries):
        answer = client.get(reverse("reports:unit", args=[unit.pk]))

    assert answer.status_code == 200


def test_a_school_asked_as_a_territory_is_shown_as_a_school(client, place):
    client.force_login(place.editor)
    school = place.schools[0]

    answer = client.get(reverse("reports:unit", args=[school.pk]))

    assert answer["Location"] == reverse("reports:school", args=[school.pk])


def test_results_stand_by_procedure_and_year(place):
    page = school_page(place.schools[0], may=EVERYTHING)

    assert page.result_years == [2018, 2019, 2020]
    assert [(line.title, [cell and (cell.failed, cell.n) for cell in line.cells]) for line in page.results] == [
        ("КДР, Читательская грамотность, 4\xa0класс", [None, (3, 12), (2, 12)]),
        ("ОГЭ, Математика, 9\xa0класс", [(8, 12), None, (7, 12)]),
        ("ОГЭ, Русский язык, 9\xa0класс", [(9, 12), None, (6, 12)]),
    ]
    assert page.results[1].cells[0].share == Share.of(8, 12)


def test_an_autumn_shows_what_was_computed_and_what_was_ordered(place):
    page = school_page(place.schools[0], may=EVERYTHING)

    [autumn] = page.autumns
    assert (autumn.cohort_year, autumn.computed[0].labels, autumn.listed.labels) == (2021, "ШНРО", "ШНРО")
    assert autumn.listed.order.number == "512-11-05"
    assert [programme.pk for programme in page.programmes] == [place.school_programme.pk]
    assert {one.unit_id for one in page.recommendations} == {place.schools[0].pk}


def test_a_school_off_the_list_is_said_to_be_off_it_whatever_another_method_found(place, now):
    other = MethodologyEdition.objects.get(methodology__code="integral", is_current=True)
    run = IdentificationRun.objects.create(
        edition=other, academic_year=2020, unit=place.region, input_hash="0" * 64, run_by=place.centre, run_at=now
    )
    quiet = place.school("131080", "Спокойная школа")
    Finding.objects.create(run=run, unit=quiet, categories=["low_results"], trace={})
    Finding.objects.create(run=place.drafted.run, unit=quiet, categories=[], trace={})

    [autumn] = school_page(quiet, may=EVERYTHING).autumns

    assert (autumn.listed.categories, autumn.run_pk) == ((), place.drafted.run_id)
    assert [one.labels for one in autumn.computed] == ["", "ШНРО"]


def test_a_school_shows_nothing_that_may_not_be_read(place):
    page = school_page(place.schools[0], may=frozenset({Permission.UNIT_VIEW}))

    assert (page.results, page.autumns, page.programmes, page.recommendations) == ([], [], [], [])


def test_shares_of_the_passport_are_of_its_pupils(place):
    school = place.school("131060", "Школа", passports={2020: {"pupils": 200, "low_income": 50, "teachers": 20}})

    told = {line.title: line.figures for line in school_page(school, may=EVERYTHING).passport}

    assert told == {
        "обучающихся всего": [(200, None)],
        "малообеспеченные": [(50, Share.of(50, 200))],
        "учителей всего": [(20, None)],
    }


@pytest.mark.parametrize("years", [1, 3])
@pytest.mark.parametrize("login", ["ministry", "coordinator", "editor"])
def test_a_school_opens_in_constant_queries(client, place, years, login, django_assert_num_queries):
    school = place.schools[0]
    for year in range(years):
        place.result(school, "ВПР", "математика", 5, 2018 + year, 20, 4)
    client.force_login(getattr(place, login))

    # session, user, appointments; school; passports, results, findings, entries, recommendations, programmes
    with django_assert_num_queries(11):
        answer = client.get(reverse("reports:school", args=[school.pk]))

    assert answer.status_code == 200


@pytest.mark.parametrize("login", ["ministry", "coordinator", "editor"])
def test_indicators_of_a_place_are_a_part_of_its_page(client, place, login, django_assert_num_queries):
    client.force_login(getattr(place, login))
    address = reverse("reports:unit-indicators", args=[place.schools[0].pk])

    with django_assert_num_queries(10):
        part = client.get(address, {}, headers={"HX-Request": "true"})

    assert "<main" not in part.content.decode()
    assert [row.place.number for row in part.context["rows"]] != []
    assert held(place.ministry, at=place.schools[0]) >= {Permission.INDICATOR_VIEW}


def test_marks_of_the_newest_year_are_drawn(client, place, django_assert_num_queries):
    school = place.schools[0]
    for year, marks in ((2019, [5, 5, 5, 5]), (2020, [1, 2, 3, 4])):
        result = place.result(school, "ВПР", "математика", 5, year, sum(marks), marks[0])
        result.marks = marks
        result.save(update_fields=["marks"])
    client.force_login(place.editor)

    with django_assert_num_queries(5):  # session, user, school, appointments, results
        answer = client.get(reverse("reports:school-marks", args=[school.pk]))

    assert answer.context["figure"].question == "Как распределились отметки в 2020/21 учебном году?"
    assert list(answer.context["figure"].table.rows) == [("ВПР, Математика, 5\xa0класс", 1, 2, 3, 4)]
    assert "style=" not in answer.content.decode()


def test_where_no_marks_were_given_nothing_is_drawn(client, place):
    client.force_login(place.editor)

    answer = client.get(reverse("reports:school-marks", args=[place.schools[0].pk]))

    assert answer.context["figure"] is None
    client.force_login(place.neighbour)
    assert client.get(reverse("reports:school-marks", args=[place.schools[0].pk])).status_code == 404
