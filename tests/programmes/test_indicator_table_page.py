"""«Показатели» in the browser: whose, how many queries, what is downloaded."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from indicators.models import DataElement, Period
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observation
from indicators.services.recalculation import fulfil_requests
from programmes.models import Target
from schools.enums import Kind
from tests.factories.catalogue import load_short
from tests.factories.programmes import make_unit

PAGE = reverse("programmes:indicator-table")
ORDER = Evidence(number="17-п", dated_on=date(2021, 9, 1))


@pytest.fixture
def measured(land, now):
    """The small region with the regional programme; Кежемский район has said yes to one question."""
    land.programme = load_short("0", "1.1", "1.2", "1.3", "3.2", "5.4.5", "5.7", "7.4", now=now)
    fulfil_requests(clock=lambda: now)
    element, period = DataElement.objects.get(code="мсо_рабочая_группа"), Period.objects.get(code="2021")
    enter_observation(entry=Entry(element, land.kezhma, period, 1, ORDER), actor=land.coordinator, now=now)
    return land


def rows(response):
    return {row.place.number: row for row in response.context["table"].rows}


def cell(response, number, year=2021):
    return next(cell for cell in rows(response)[number].cells if cell.year == year)


def test_ministry_sees_the_region_and_who_said_nothing(client, measured):
    client.force_login(measured.analyst)

    response = client.get(PAGE, {"year": 2021})

    assert response.context["choice"].chosen == measured.region
    assert len(rows(response)) == 8
    one = cell(response, "1.2")
    assert (one.said, one.pair, one.judgement.standing) == ("100,0\xa0%", "1 из 1", "no_data")
    assert [unit.unit_name for unit in one.judgement.unknown] == ["город Канск"]


def test_coordinator_sees_the_own_municipality_without_choosing(client, measured):
    client.force_login(measured.coordinator)

    response = client.get(PAGE, {"year": 2021})

    assert response.context["choice"].chosen == measured.kezhma
    assert not response.context["choice"].is_choice
    assert (cell(response, "1.2").said, cell(response, "1.2").judgement.standing) == ("да", "met")
    assert "город Канск" not in response.content.decode()


@pytest.mark.parametrize("whose", ["region", "kansk", "kansk_school"])
def test_what_one_may_not_see_is_not_found(client, measured, whose):
    client.force_login(measured.coordinator)

    assert client.get(PAGE, {"unit": getattr(measured, whose).pk}).status_code == 404


def test_school_is_shown_its_own(client, measured):
    client.force_login(measured.editor)

    response = client.get(PAGE)

    assert response.context["choice"].chosen == measured.imba
    assert "1.2" not in rows(response)


@pytest.mark.parametrize("more", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("analyst", 11), ("coordinator", 10)])
def test_queries_do_not_grow_with_the_region(client, measured, now, django_assert_num_queries, who, queries, more):
    for number in range(more):
        make_unit(Kind.MUNICIPALITY, f"9{number}", f"Район {number}", measured.district)
    client.force_login(getattr(measured, who))
    client.get(PAGE)  # the session remembers the year

    with django_assert_num_queries(queries):
        assert client.get(PAGE).status_code == 200


def test_only_who_may_enter_is_offered_to(client, measured):
    client.force_login(measured.approver)
    assert "Внести значения" not in client.get(PAGE).content.decode()

    client.force_login(measured.coordinator)
    assert "Внести значения" in client.get(PAGE).content.decode()


def test_filters_are_in_the_address(client, measured):
    client.force_login(measured.coordinator)

    response = client.get(PAGE, {"year": 2021, "direction": "1", "standing": "met"})

    assert list(rows(response)) == ["1.2"]


def test_file_holds_what_is_filtered_with_what_feeds_each_year(client, measured):
    client.force_login(measured.coordinator)

    response = client.get(PAGE, {"year": 2021, "direction": "1", "standing": "met", "file": "csv"})

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [line[3] for line in lines[1:]] == ["2020", "2021", "2022"]
    assert lines[2][4:12] == ["да, в каждом муниципалитете", "да", "да/нет", "1", "1", "0", "достигнуто", ""]
    assert lines[2][12] == (
        "результаты 2020/21 учебного года, список осени 2021 года, волна «итоговый мониторинг, июнь 2021 г.»"
    )


def test_without_a_programme_the_page_says_what_to_do(client, land):
    client.force_login(land.analyst)

    assert "load_programme" in client.get(PAGE).content.decode()


def test_nobody_without_an_appointment_sees_anything(client, measured):
    client.force_login(User.objects.create(login="guest", full_name="Гость"))

    response = client.get(PAGE)

    assert response.context["choice"].chosen is None
    assert response.context["table"] is None


def test_a_programme_without_targets_says_what_comes_next_instead_of_empty_headings(client, measured):
    Target.objects.all().delete()
    client.force_login(measured.analyst)

    page = client.get(PAGE, {"year": 2021}).content.decode()

    programme = reverse("programmes:programme", args=[measured.programme.pk])
    said = ["Целей у программы ещё нет", f'href="{programme}#directions"', 'class="standings', 'id="bases"']
    assert [text in page for text in said] == [True, True, False, False]
