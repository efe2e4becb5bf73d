"""
Every list after the reform of 2025, told in the territories of its year and in today's.

A school that moved stands under its old municipality in the one and under the new in the other; what stands under
the municipalities that can be chosen is together the whole; and both ways ask the same number of questions.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator

import openpyxl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.models import Period
from indicators.selectors.entry import entry_progress
from roadmap.enums import ResultState
from roadmap.models import ExpectedResult
from tests.factories.schools import make_user
from tests.reports.reformed import DID, OWN, TODAY, WERE, Land, build

pytestmark = pytest.mark.django_db
WAYS = [("own", OWN), ("today", TODAY)]


@pytest.fixture(scope="module")
def land(django_db_setup, django_db_blocker) -> Iterator[Land]:
    """The reformed territory, built once in a transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def reader(client, land):
    client.force_login(land.ministry)
    return client


def asked(client, name: str, *key: int, **query: object):
    return client.get(reverse(name, args=key), {"year": 2021, "page_size": 200} | query)


def table(answer) -> list[dict[str, str]]:
    """The rows of a CSV file by the titles of its columns."""
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_results_stand_where_their_schools_stood_or_stand(reader, land, way, expected):
    page = asked(reader, "monitoring:result-list", territories=way, sort="place")

    found = {row.unit.code: land.codes()[row.place] for row in page.context["page"]}
    assert found == expected
    places = [row.place_name for row in page.context["page"]]
    assert [*dict.fromkeys(places)] == [place for place, _ in Counter(places).items()]
    assert sum(row.n for row in page.context["page"]) == sum(range(10, 10 + len(WERE)))
    one = reader.get(reverse("monitoring:result", args=[page.context["page"].rows[0].pk]))
    assert places[0] in one.text
    file = table(asked(reader, "monitoring:result-list", territories=way, sort="place", file="csv"))
    assert [row["Муниципалитет"] for row in file] == places


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_schools_of_a_run_are_told_and_narrowed_by_place(reader, land, way, expected):
    page = asked(reader, "monitoring:run", land.run.pk, territories=way, sort="municipality")
    choice = page.context["municipalities"]

    assert {row["finding"].unit.code: land.codes()[row["finding"].place] for row in page.context["rows"]} == expected
    assert {land.codes()[key] for key, _name in choice} == set(expected.values())
    parts = [asked(reader, "monitoring:run", land.run.pk, municipality=key).context["page"].count for key, _ in choice]
    assert sum(parts) == page.context["counts"].schools == len(WERE)
    file = table(asked(reader, "monitoring:run", land.run.pk, file="csv"))
    called = dict(choice)
    assert {row["Код ОО"]: row["Муниципалитет"] for row in file} == {
        code: called[land.place(place).pk] for code, place in expected.items()
    }


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_approved_list_is_told_in_both_and_its_order_in_its_own(reader, land, way, expected):
    page = asked(reader, "monitoring:list", land.school_list.pk, territories=way)

    assert {row["entry"].unit.code: land.codes()[row["entry"].place] for row in page.context["rows"]} == expected
    assert page.context["counts"].listed == len(WERE)
    file = table(asked(reader, "monitoring:list", land.school_list.pk, file="csv"))
    told = {row["entry"].unit.code: row["entry"].place_name for row in page.context["rows"]}
    assert {row["Код ОО"]: row["Муниципалитет"] for row in file} == told


def test_annex_to_an_order_names_the_municipalities_of_its_autumn(reader, land):
    annexes = []
    for way in ("own", "today"):
        asked(reader, "monitoring:list", land.school_list.pk, territories=way)
        content = reader.get(reverse("monitoring:list-annex", args=[land.school_list.pk])).content
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        annexes.append({row[3]: row[1] for row in sheet.iter_rows(min_row=4, values_only=True) if row[3]})

    assert annexes[0] == annexes[1]
    assert annexes[0]["147001"] == "Тасеевский район"


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_recommendations_go_under_their_municipality(reader, land, way, expected):
    page = asked(reader, "monitoring:recommendation-list", territories=way)
    codes, choice = land.codes(), page.context["municipalities"]
    rows = page.context["page"].rows

    schools = {row.unit.code: codes[row.whose] for row in rows if row.is_school}
    assert schools == expected
    heirs = {own: today for own, today in WERE.values() if own not in ("115", "122")}
    heirs |= {"115": "178", "122": "179"}  # the rest of what was split goes on
    places = {row.unit.code: codes[row.whose] for row in rows if not row.is_school}
    assert places == ({code: code for code in places} if way == "own" else {code: heirs[code] for code in places})
    parts = [asked(reader, "monitoring:recommendation-list", municipality=key) for key, _name in choice]
    assert sum(part.context["page"].count for part in parts) == page.context["page"].count == len(rows)
    assert [name for name, _rows in page.context["by_place"]] == [name for _key, name in choice]


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_programmes_are_told_and_narrowed_by_place(reader, land, way, expected):
    page = asked(reader, "programmes:register", territories=way)
    codes = land.codes()
    of_schools = {row.unit.code: codes[row.place] for row in page.context["page"] if row.kind == "school"}
    choice = [key for key, _name in page.context["form"].fields["within"].choices if key]

    assert of_schools == {code: place for code, place in expected.items() if code != "147001"}
    assert len(choice) == (61 if way == "own" else 39)
    parts = [asked(reader, "programmes:register", within=land.place(code).pk) for code in set(expected.values())]
    found = [row.pk for part in parts for row in part.context["page"]]
    whole = {row.pk for row in page.context["page"] if row.unit.kind != "region"}
    assert len(found) == len(set(found))
    assert set(found) == whole


def test_who_has_no_programme_in_either_territories(reader, land):
    own = asked(reader, "programmes:missing", territories="own")
    today = asked(reader, "programmes:missing", territories="today")

    assert own.context["page"].count == 61 - 3
    assert today.context["page"].count == 39 - 3  # 101, and the heirs of 121 and 122
    assert {"147", "115"} <= {row.code for row in own.context["page"]}
    assert {"162", "179", "101"}.isdisjoint({row.code for row in today.context["page"]})
    for way, place in (("own", "147"), ("today", "162")):
        schools = asked(reader, "programmes:missing", level="school", territories=way).context["page"].rows
        assert [(row.code, land.codes()[row.place]) for row in schools] == [("147001", place)]
        (line,) = table(asked(reader, "programmes:missing", level="school", file="csv"))
        assert line["Входит в"] == schools[0].place_name


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_documents_are_told_and_narrowed_by_place(reader, land, way, expected):
    page = asked(reader, "documents:register", territories=way)
    choice = {key for key, _name in page.context["form"].fields["within"].choices if key}

    assert (land.place("147").pk in choice) is (way == "own")
    places = set(expected.values())
    parts = [asked(reader, "documents:register", within=land.place(code).pk).context["page"] for code in places]
    whole = {row.pk for row in page.context["page"] if row.unit.kind != "region"}
    found = [row.pk for part in parts for row in part]
    assert len(found) == len(set(found))
    assert set(found) == whole
    file = table(asked(reader, "documents:register", file="csv"))
    assert Counter(row["Муниципалитет"] for row in file) == Counter(
        row.place_name or "" for row in page.context["page"]
    )


def test_who_owes_a_result_and_what_they_did_in_either_territories(reader, land):
    own = asked(reader, "roadmap:result", land.result.pk, territories="own")
    today = asked(reader, "roadmap:result", land.result.pk, territories="today")

    did = {row.code: str(row.standing) for row in own.context["page"] if row.execution_pk}
    assert (own.context["page"].count, did) == (61, DID)
    did = {row.code: str(row.standing) for row in today.context["page"] if row.execution_pk}
    assert (today.context["page"].count, did) == (39, {"162": "accepted", "178": "returned", "101": "reported"})
    assert "Восточный" in {row.code: row.place_name for row in own.context["page"]}["147"]


@pytest.mark.parametrize(("way", "count", "done"), [("own", 61, 3), ("today", 39, 2)])
def test_roadmap_counts_municipalities_of_the_territories_asked_for(reader, land, way, count, done):
    page = asked(reader, "roadmap:grid", territories=way, on="2021-12-31")
    district = land.place("162").parent

    def share(answer) -> tuple[int, int]:
        (row,) = answer.context["rows"]
        (said,) = row.of_year(answer.context["years"], 2021)
        return int(said.windows[0].share.part), int(said.windows[0].share.whole)

    assert share(page) == (done, count)
    assert len(list(page.context["form"].fields["place"].choices)) == 1 + 6 + count
    parts = [share(asked(reader, "roadmap:grid", place=unit.pk)) for unit in district.parent.children.all()]
    assert tuple(map(sum, zip(*parts, strict=True))) == (done, count)
    (line,) = table(asked(reader, "roadmap:grid", file="csv"))
    assert (line["Выполнили"], line["Должны"]) == (str(done), str(count))


def test_a_school_that_stands_elsewhere_today_is_entered_by_whoever_keeps_it(client, land):
    keeper = make_user("keeper", Role.MUNICIPAL_COORDINATOR, land.place("122").parent)
    client.force_login(keeper)

    page = asked(client, "indicators:entry", unit=land.place("122").pk, all=1)

    stood = {code for code, place in OWN.items() if place == "122"}
    own = {code for code in stood if TODAY[code] == land.place("122").parent.code}
    assert own < stood
    assert {school.code for school, _cells in page.context["grid"].rows} == own


BORDERS = [(way, code) for way, codes in (("own", ("121", "101", "147")), ("today", ("162", "101"))) for code in codes]


@pytest.mark.parametrize(("way", "state"), [("own", ResultState.OVERDUE), ("today", ResultState.REPORTED)])
def test_a_threshold_is_reached_in_the_borders_asked_for(reader, land, way, state):
    """Three of the 61 of then are fewer than five in a hundred, two of the 39 of today are more."""
    ExpectedResult.objects.update(threshold_percent=5)

    overview = asked(reader, "reports:overview", unit=land.region.pk, territories=way)
    page = asked(reader, "reports:unit", land.region.pk, territories=way)

    assert overview.context["page"].roadmap == {state: 1}
    assert page.context["roadmap"] == [(state, 1)]


@pytest.mark.parametrize(("way", "code"), BORDERS)
def test_the_roadmap_on_the_page_of_a_municipality_is_that_of_the_grid(reader, land, way, code):
    unit = land.place(code)

    grid = asked(reader, "roadmap:grid", territories=way, place=unit.pk)
    page = asked(reader, "reports:unit", unit.pk, territories=way)

    assert page.context["unit"].pk == grid.context["place"].pk
    assert page.context["roadmap"] == [(state, count) for state, count, _link in grid.context["states"]]


def test_values_are_entered_in_the_borders_of_their_year(client, land):
    period = Period.objects.get(code="2021")
    progress = entry_progress(user=system_user(), unit=land.region, period=period)
    client.force_login(land.heir)

    def grid(code: str) -> list[str]:
        page = asked(client, "indicators:entry", unit=land.place(code).pk, all=1)
        return [school.code for school, _cells in page.context["grid"].rows]

    assert {one.unit.code: one.of_schools for one in progress if one.of_schools} == Counter(OWN.values())
    assert len(progress) == 61
    assert (grid("121"), grid("147")) == (["121001", "121002"], ["147001"])
    assert grid("162") == ["121001", "121002", "147001"]
    client.force_login(land.neighbour)
    assert set(grid("101")) == {"101001", "115001", "122001"}


ADDRESSES = [
    ("monitoring:result-list", ""),
    ("monitoring:run", "run"),
    ("monitoring:list", "school_list"),
    ("monitoring:recommendation-list", ""),
    ("programmes:register", ""),
    ("programmes:missing", ""),
    ("documents:register", ""),
    ("roadmap:grid", ""),
    ("roadmap:result", "result"),
]


@pytest.mark.parametrize(("name", "key"), ADDRESSES)
def test_both_ways_ask_the_same_however_many_rows(reader, land, name, key):
    keys = [getattr(land, key).pk] if key else []
    asked_of = Counter()
    for way in ("own", "today"):
        asked(reader, name, *keys, territories=way)  # the choice is remembered
        for size in (1, 200):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                page = asked(reader, name, *keys, page_size=size, sort="done")  # who did something is first
            asked_of[len(captured)] += 1
            assert "сегодняшние</a>" in page.text
    (count,) = asked_of
    assert count <= 12


def test_who_took_over_sees_what_those_before_had_and_no_more(client, land):
    for user, own, today in ((land.heir, {"121", "147"}, {"162"}), (land.neighbour, {"101", "115", "122"}, {"101"})):
        client.force_login(user)
        for way, expected in (("own", own), ("today", today)):
            page = asked(client, "monitoring:run", land.run.pk, territories=way)
            assert {land.codes()[row["finding"].place] for row in page.context["rows"]} == expected


def values(client, **query: object) -> dict[str, tuple[float | None, float | None]]:
    """The numerators and denominators that the API answers with, by code of the unit."""
    answer = client.get("/api/v1/values/", {"period": "2021", "page_size": 200} | query)
    assert answer.status_code == 200, answer.content
    return {
        row["unit_code"]: (row["n"] and float(row["n"]), row["d"] and float(row["d"]))
        for row in answer.json()["results"]
    }


def test_values_of_the_api_are_summed_in_either_territories(reader, land):
    own, today = values(reader), values(reader, territories="today")
    school = {code: (float(number), 10.0) for number, code in enumerate(WERE, start=1)}

    for found, places in ((own, OWN), (today, TODAY)):
        assert {code: found[code] for code in school} == school
        for place in set(places.values()):
            inside = [school[code] for code, where in places.items() if where == place]
            assert found[place] == (sum(n for n, _ in inside), sum(d for _, d in inside))
        assert found["24"] == (sum(n for n, _ in school.values()), 10.0 * len(school))
    assert {"121", "147", "122"}.isdisjoint(today)
    assert {"162", "179"}.isdisjoint(own)
    parts = values(reader, territories="today", level="municipality")
    assert len(parts) == 39
    assert sum(n or 0 for n, _d in parts.values()) == today["24"][0]
    assert sum(d or 0 for _n, d in parts.values()) == today["24"][1]


@pytest.mark.parametrize("size", [1, 7, 50])
def test_values_of_today_are_read_page_by_page(reader, land, size):
    whole = reader.get("/api/v1/values/", {"territories": "today", "page_size": 200}).json()
    found, address = [], f"/api/v1/values/?territories=today&page_size={size}"
    while address:
        page = reader.get(address).json()
        found += page["results"]
        address = page["next"] if len(found) < 60 else None

    assert found == whole["results"][: len(found)]
    assert page["count"] == whole["count"] == 1 + 6 + 39 + len(WERE)
    assert {row["id"] is None for row in whole["results"][:46]} == {True}
    assert None not in {row["id"] for row in whole["results"][46:]}


def test_values_of_today_are_narrowed_as_those_of_the_year(reader, land):
    heir = land.place("162")

    assert values(reader, territories="today", unit=heir.pk) == values(reader, territories="today", unit_code="162")
    assert values(reader, territories="today", unit="0.5") == {}
    assert values(reader, territories="today", unit_code="121") == {}
    assert values(reader, territories="today", indicator="nothing") == {}
    assert set(values(reader, territories="today", level="school")) == set(WERE)
    refused = reader.get("/api/v1/values/", {"territories": "today", "status": "known"})
    assert (refused.status_code, list(refused.json())) == (400, ["status"])
    assert reader.get("/api/v1/values/", {"territories": "yesterday"}).status_code == 400


def test_values_of_today_are_those_of_the_own_territory_in_constant_queries(client, land):
    client.force_login(land.heir)
    counted = set()
    for size in (2, 200):  # a territory and a school at least
        with CaptureQueriesContext(connection) as captured:
            found = values(client, territories="today", page_size=size)
        counted.add(len(captured))

    assert set(found) == {"162", "121001", "121002", "147001"}
    assert len(counted) == 1
    assert counted.pop() <= 12


def test_programmes_of_the_api_are_narrowed_in_either_territories(reader, land):
    def within(code: str, **query: object) -> set[str]:
        query = {"within": land.place(code).pk, "kind": "school", "page_size": 200} | query
        return {row["unit_code"] for row in reader.get("/api/v1/programmes/", query).json()["results"]}

    assert within("101") == within("101", territories="today") == {"101001", "115001", "122001"}
    assert within("101", territories="own") == {"101001"}
    assert within("122", territories="own", year=2021) == {"122001", "122003"}
    assert within("162", territories="own") == set()
