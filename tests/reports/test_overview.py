"""Обзор: figures that open lists, targets by direction, the map, what changed."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.audit import record
from programmes.enums import ProgrammeStatus, Standing
from reports.selectors.changes import changes
from reports.selectors.overview import DirectionLine, figures_of, overview
from reports.selectors.tiles import tile_map
from roadmap.enums import ExecutionState, ResultState
from roadmap.models import Execution
from schools.access import held
from tests.factories.programmes import make_programme
from tests.factories.roadmap import make_result
from tests.monitoring.drawn_region import make_user

AFTER = date(2023, 2, 1)


@pytest.mark.parametrize(
    ("standings", "state", "said"),
    [
        ({"met": 3}, "met", "достигнуто"),
        ({"met": 3, "missed": 1, "no_data": 1}, "at_risk", "не достигнуто:\xa01, нет данных:\xa01"),
        ({"met": 1, "missed": 2}, "missed", "не достигнуто:\xa02"),
        ({"met": 1, "ahead": 2}, "no_data", "год не закончен:\xa02"),
        ({"met": 1, "at_risk": 2, "ahead": 1}, "at_risk", "под угрозой:\xa02, год не закончен:\xa01"),
        ({"not_set": 2}, "no_data", "цель не установлена"),
        ({"met": 1, "not_set": 2}, "met", "достигнуто"),
    ],
)
def test_a_direction_is_told_by_its_worst(standings, state, said):
    line = DirectionLine(1, "Направление", counter(standings))

    assert (line.state, line.said) == (state, said)


def counter(standings):
    return Counter({Standing[name.upper()]: count for name, count in standings.items()})


def test_figures_count_programmes_and_the_list_within_a_place(place):
    region = figures_of(place.region, year=2021, cohort_year=2021)
    municipality = figures_of(place.minusinsk, year=2021, cohort_year=2021)

    assert (region.municipalities, region.with_programme, region.submitted) == (2, 1, 0)
    assert (region.list_pk, region.listed, region.without_school_programme) == (place.drafted.pk, 5, 4)
    assert (municipality.with_programme, municipality.listed, municipality.without_school_programme) == (0, 2, 2)


def test_a_submitted_programme_is_not_yet_an_approved_one(place, now):
    make_programme(place.minusinsk, place.neighbour, now, status=ProgrammeStatus.SUBMITTED)
    make_programme(place.kezhma, place.coordinator, now, status=ProgrammeStatus.SUBMITTED)

    found = figures_of(place.region, year=2021, cohort_year=2021)

    assert (found.with_programme, found.submitted) == (1, 1)


def test_a_programme_of_other_years_does_not_count(place):
    found = figures_of(place.region, year=2019, cohort_year=2019)

    assert (found.with_programme, found.list_pk, found.listed) == (0, None, 0)


def test_targets_by_direction_are_those_of_the_table(place):
    page = overview(unit=place.region, year=2021, today=AFTER)

    told = {line.number: (line.met, line.asked, line.state) for line in page.directions}
    assert (told[2], told[7]) == ((0, 2, "no_data"), (2, 2, "met"))
    assert page.whole.asked == sum(line.asked for line in page.directions)
    assert page.cohort_year == 2021


def test_roadmap_of_a_place_counts_as_the_grid_does(place, now):
    done, late = make_result_of(place, now), make_result_of(place, now)
    Execution.objects.create(
        result=done, unit=place.region, state=ExecutionState.REPORTED, done_on=date(2021, 10, 1),
        reported_by=place.centre, reported_at=now,
    )  # fmt: skip
    page = overview(unit=place.region, year=2021, today=AFTER)

    assert page.roadmap == {ResultState.REPORTED: 1, ResultState.OVERDUE: 1}
    assert late.pk


def make_result_of(place, now):
    class Land:
        region, analyst = place.region, place.centre

    return make_result(Land, now)


@pytest.mark.parametrize("extra", [0, 2])
@pytest.mark.parametrize(("login", "queries"), [("ministry", 12), ("kezhma", 11)])
def test_overview_opens_in_constant_queries(client, place, now, login, queries, extra, django_assert_num_queries):
    for number in range(extra):
        school = place.school(f"13110{number}", f"Ещё школа {number}")
        make_programme(school, place.coordinator, now)
        make_result_of(place, now)
    client.force_login(place.ministry if login == "ministry" else place.coordinator)

    # session, user, appointments; programme; indicators, targets, bases, notes, values, [the other half of a compound
    # target]; figures; terms of the roadmap
    with django_assert_num_queries(queries):
        answer = client.get(reverse("reports:overview"))

    assert answer.context["unit"] == (place.region if login == "ministry" else place.kezhma)


def test_a_school_sees_its_own_page(client, place):
    client.force_login(place.editor)

    answer = client.get(reverse("reports:overview"))

    assert (answer.status_code, answer["Location"]) == (302, reverse("reports:school", args=[place.schools[0].pk]))


def test_who_is_appointed_nowhere_is_told_so(client, db):
    client.force_login(make_user("nobody"))

    answer = client.get(reverse("reports:overview"))

    assert answer.status_code == 200
    assert "Вы ещё никуда не назначены" in answer.content.decode()


def test_who_keeps_accounts_alone_begins_with_people(client, place):
    client.force_login(make_user("keeper", Role.ACCOUNT_ADMINISTRATOR, place.region))

    answer = client.get(reverse("reports:overview"))

    assert (answer.status_code, answer["Location"]) == (302, reverse("people:list"))


@pytest.mark.parametrize("page", ["overview", "map", "changes"])
def test_anothers_place_is_not_there(client, place, page):
    client.force_login(place.coordinator)

    assert client.get(reverse(f"reports:{page}"), {"unit": place.minusinsk.pk}).status_code == 404
    assert client.get(reverse(f"reports:{page}"), {"unit": place.kezhma.pk}).status_code == 200


def drawn_map(place, show):
    may = held(place.ministry, at=place.region)
    return tile_map(place.region, show=show, year=2021, cohort_year=2021, may=may)


def test_tiles_stand_by_district_and_tell_their_state_in_words(place):
    drawn = tile_map(
        place.region, show="programme", year=2021, cohort_year=2021, may=held(place.ministry, at=place.region)
    )

    told = [(row.unit.short_name, [(tile.look, tile.mark, tile.said) for tile in row.tiles]) for row in drawn.districts]
    assert told == [
        ("Северный округ", [("is-met", "●", "Кежемский район: муниципальная программа — утверждена")]),
        ("Южный округ", [("is-missed", "■", "город Минусинск: муниципальная программа — нет")]),
    ]


def test_tiles_of_the_list_are_darker_where_it_is_longer(place):
    for number in range(8):
        place.school(f"14720{number}", f"Школа № {number + 10}", at=place.minusinsk)

    drawn = drawn_map(place, "list")

    assert [(tile.look, tile.said) for row in drawn.districts for tile in row.tiles] == [
        ("t4", "Кежемский район: 3 из 3 школ, 100,0\xa0%"),
        ("t2", "город Минусинск: 2 из 10 школ, 20,0\xa0%"),
    ]


@pytest.mark.parametrize(("login", "queries"), [("ministry", 8), ("kezhma", 6)])
def test_the_map_is_a_part_and_a_page(client, place, login, queries, django_assert_num_queries):
    client.force_login(place.ministry if login == "ministry" else place.coordinator)

    with django_assert_num_queries(queries):
        part = client.get(reverse("reports:map"), headers={"HX-Request": "true"}).content.decode()
    page = client.get(reverse("reports:map")).content.decode()

    assert ("<main" in part, "<main" in page) == (False, True)


def test_changes_are_those_of_the_place_and_what_was_decided_above(place, now):
    AuditEvent.objects.all().delete()
    record(actor=place.ministry, action="school_list.approved", target=place.drafted, now=now)
    record(actor=place.coordinator, action="programme.approved", target=place.kezhma_programme, now=now)
    record(actor=place.centre, action="load.accepted", target=place.load, now=now)
    record(actor=place.centre, action="user.password_changed", target=place.centre, now=now)

    assert [change.text for change in changes(unit=place.kezhma)] == [
        f"Утверждена программа: {place.kezhma_programme}",
        "Утверждён список 2021 года",
    ]
    assert [change.text for change in changes(unit=place.minusinsk)] == ["Утверждён список 2021 года"]
    assert len(changes(unit=place.region)) == 3


def test_many_of_one_sort_in_a_row_are_one_line(place, now):
    AuditEvent.objects.all().delete()
    for day in range(3):
        then = now - timedelta(days=day)
        record(actor=place.coordinator, action="programme.approved", target=place.kezhma_programme, now=then)
    record(actor=place.centre, action="load.accepted", target=place.load, now=now - timedelta(days=4))
    record(actor=place.coordinator, action="programme.approved", target=place.kezhma_programme, now=now - timedelta(9))

    assert [(change.on.day, change.text) for change in changes(unit=place.region)] == [
        (15, "3\xa0программы утверждены, начиная с 13.11.2021"),
        (11, f"Приняты результаты, {place.load}"),
        (6, f"Утверждена программа: {place.kezhma_programme}"),
    ]
