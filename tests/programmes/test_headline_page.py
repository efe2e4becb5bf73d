"""The headline target on any day: counted from the programmes that run on it."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from programmes.models import ProgrammeIndicator
from tests.factories.catalogue import load_short
from tests.factories.programmes import make_programme

PAGE = reverse("programmes:headline")


@pytest.fixture
def headline_region(land, now):
    """Кежемский район has a programme from September 2021 on; Канск has one that ended in June."""
    load_short("0", "3.2", now=now)
    land.running = make_programme(land.kezhma, land.coordinator, now)
    make_programme(
        land.kansk,
        land.neighbour,
        now,
        starts_on=date(2020, 9, 1),
        ends_on=date(2021, 6, 30),
        approved_on=date(2020, 9, 1),
    )
    return land


def counted(response):
    headline = response.context["headline"]
    return headline.calculation, [p.name for p in headline.inside], [p.name for p in headline.outside]


@pytest.mark.parametrize(
    ("day", "calculation", "inside", "outside"),
    [
        ("2021-12-31", "1 : 2 × 100 % = 50,0 %", ["Кежемский район"], ["город Канск"]),
        ("2021-06-30", "1 : 2 × 100 % = 50,0 %", ["город Канск"], ["Кежемский район"]),
        ("2021-07-15", "0 : 2 × 100 % = 0,0 %", [], ["город Канск", "Кежемский район"]),
        ("2015-03-01", "0 : 2 × 100 % = 0,0 %", [], ["город Канск", "Кежемский район"]),
    ],
)
def test_any_day_has_its_own_n_d_and_list(client, headline_region, day, calculation, inside, outside):
    client.force_login(headline_region.analyst)

    assert counted(client.get(PAGE, {"on": day})) == (calculation, inside, outside)


@pytest.mark.parametrize(("day", "is_counted"), [("2021-12-31", True), ("2022-01-01", False)])
def test_a_target_that_is_closed_counts_until_its_year(client, headline_region, day, is_counted):
    ProgrammeIndicator.objects.update(closed_from=2022)
    client.force_login(headline_region.analyst)

    assert (client.get(PAGE, {"on": day}).context["headline"] is not None) == is_counted


def test_who_takes_part_stands_with_the_order(client, headline_region):
    client.force_login(headline_region.analyst)

    (place,) = client.get(PAGE, {"on": "2021-12-31"}).context["headline"].inside

    assert place.programme == headline_region.running


def test_without_a_day_it_is_the_last_of_the_year_looked_at(client, headline_region):
    client.force_login(headline_region.analyst)

    assert client.get(PAGE, {"year": 2021}).context["day"] == date(2021, 12, 31)


def test_what_is_no_day_is_said(client, headline_region):
    client.force_login(headline_region.analyst)

    assert "«вчера» — не дата" in client.get(PAGE, {"on": "вчера"}).content.decode()


def test_file_holds_everybody(client, headline_region):
    client.force_login(headline_region.analyst)

    response = client.get(PAGE, {"on": "2021-12-31", "file": "csv"})

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [(line[0], line[1], line[3], line[7]) for line in lines[1:]] == [
        ("Кежемский район", "да", "131-п", ""),
        ("город Канск", "нет", "", "утверждённой программы, действующей на эту дату, нет"),
    ]


def test_the_region_is_not_the_coordinators(client, headline_region):
    client.force_login(headline_region.coordinator)

    assert client.get(PAGE).status_code == 404


def test_queries_are_few(client, headline_region, django_assert_num_queries):
    client.force_login(headline_region.analyst)
    client.get(PAGE, {"year": 2021})

    with django_assert_num_queries(12):
        client.get(PAGE, {"on": "2021-12-31"})
