"""What every page shows: places, year, person, and how the page looks to a person."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from config.context import person_place, places
from config.middleware import usual_year
from config.sight import USUAL, Sight
from tests.monitoring.drawn_region import DrawnRegion


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("reports:overview", "Обзор"),
        ("reports:unit", "Школы"),
        ("schools:import", "Школы"),
        ("programmes:programme", "Программы"),
        ("programmes:indicator-table", "Показатели"),
        ("indicators:entry", "Показатели"),
        ("monitoring:value", "Показатели"),
        ("monitoring:load", "Мониторинг"),
        ("reports:order-list", "Отчёты"),
        ("reports:file", "Отчёты"),
        ("jobs:job-list", None),
        ("", None),
    ],
)
def test_a_page_stands_in_one_place(page, title):
    assert [place.title for place in places(page) if place.is_current] == ([title] if title else [])


def test_person_is_shown_with_role_and_territory_by_one_query(db, now, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = DrawnRegion(now).coordinator

    with django_assert_num_queries(1):
        written = [person_place(request), person_place(request)]

    assert written == ["муниципальный координатор, Кежемский район"] * 2


def test_who_has_not_signed_in_has_no_place():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert person_place(request) == ""


def test_the_usual_year_is_a_programme_year(settings):
    settings.PROGRAMME_YEARS = [2020, 2021, 2022]
    assert usual_year() == 2022
    settings.PROGRAMME_YEARS = [2090, 2091]
    assert usual_year() == 2090


@pytest.mark.parametrize(
    ("kept", "classes"),
    [
        ("", ""),
        ("size-150.contrast-dark", "size-150 contrast-dark"),
        ("size-900.contrast-dark.x", "contrast-dark"),
        ('size-150" onload="x', ""),
    ],
)
def test_what_the_browser_keeps_is_read_by_a_list_of_the_known(kept, classes):
    assert Sight.read(kept).classes == classes


def test_the_visually_impaired_have_their_version_in_two_clicks_before_signing_in(client):
    opened = client.get("/sight/?next=/sight/")
    offered = {name: chosen for name, _, _, chosen in opened.context["fields"]}

    sent = client.post("/sight/?next=/sight/", offered)

    assert (sent.status_code, sent["Location"]) == (302, "/sight/")
    assert 'class="size-150 space-wide contrast-light images-off"' in client.get("/sight/").content.decode()
    client.post("/sight/", {"off": "1"})
    assert Sight.read(client.cookies["sight"].value).settings == USUAL


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client, elsewhere):
    assert client.post("/sight/", {"off": "1"}, query_params={"next": elsewhere})["Location"] == "/"


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "500"])
def test_refusals_can_be_shown_without_any_context(page):
    shown = render_to_string(f"{page}.html")

    assert shown.count("<h1>") == 1
    assert 'lang="ru"' in shown


def test_a_page_that_is_not_there_keeps_the_person_in_the_portal(client, db, now):
    client.force_login(DrawnRegion(now).coordinator)

    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "муниципальный координатор, Кежемский район" in answer.content.decode()
    assert reverse("sight") in answer.content.decode()
