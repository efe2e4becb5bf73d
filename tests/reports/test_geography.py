"""A year told in its own territories and in today's: the same schools, the same sums, other borders."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.permissions import Permission
from accounts.services.people import system_user
from indicators.models import DataElement, IndicatorEdition, IndicatorValue, Observation, Period
from indicators.selectors.today import values_today
from programmes.selectors.indicator_table import indicator_table
from reports.charts.indicator_years import YearPoint, indicator_over_years
from reports.models import ReportOrder
from reports.selectors.breaks import breaks_of
from reports.selectors.indicators_report import indicators_data
from reports.selectors.overview import figures_of, regional_programme
from reports.selectors.tiles import tile_map
from reports.selectors.unit_page import entries_within, lines_of, totals_of
from reports.services.composing import compose, printed
from schools.enums import Kind, MunicipalityType, OperationKind
from schools.models import Unit
from schools.selectors.geography import Geography
from schools.services.operations import Asked, apply_operation
from schools.services.registry import MunicipalityDetails, NewUnit

NOW = datetime(2025, 9, 1, 10, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))
YEAR_END = date(2021, 12, 31)
OWN, TODAY = Geography(YEAR_END), Geography(YEAR_END, is_today=True)
EVERYTHING = frozenset(Permission)


@pytest.fixture
def joined(place):
    """The region after all municipalities of the district of Кежемский район have become one."""
    several = list(Unit.objects.of_kind(Kind.MUNICIPALITY).order_by("pk"))
    details = MunicipalityDetails(type=MunicipalityType.MUNICIPAL_DISTRICT, tile_label="НОВЫ", tile_order=77)
    new = NewUnit(
        kind=Kind.MUNICIPALITY, code="199", name="Новый округ", parent=place.kezhma.parent, municipality=details
    )
    asked = Asked(kind=OperationKind.JOIN, on=date(2025, 6, 19), units=tuple(several[:2]), new=new)
    apply_operation(asked=asked, actor=system_user(), now=NOW)
    place.former = several[:2]
    place.new = Unit.objects.get(code="199")
    return place


def lines(unit, geography) -> dict[str, tuple]:
    found = lines_of(unit, year=2021, cohort_year=2021, may=EVERYTHING, geography=geography)
    return {line.unit.short_name: (line.schools, line.pupils, line.listed, line.municipalities) for line in found}


def totals(unit, geography):
    return totals_of(unit, lines_of(unit, year=2021, cohort_year=2021, may=EVERYTHING, geography=geography))


def test_both_ways_count_the_same_schools_and_pupils(joined):
    own, today = totals(joined.region, OWN), totals(joined.region, TODAY)

    assert (own.schools, own.pupils, own.listed) == (today.schools, today.pupils, today.listed)
    assert own.municipalities == today.municipalities + 1
    assert own.schools > 0


def test_today_the_new_municipality_has_what_both_had(joined):
    district = joined.new.parent
    own = lines_of(joined.region, year=2021, cohort_year=2021, may=EVERYTHING, geography=OWN)
    assert "Новый округ" not in lines(district, OWN)
    assert {unit.short_name for unit in joined.former}.isdisjoint(lines(district, TODAY))

    schools = [totals(unit, OWN).schools for unit in joined.former]
    assert lines(district, TODAY)["Новый округ"][0] == sum(schools)
    assert sum(line.schools for line in own) == totals(joined.region, TODAY).schools


def test_a_new_municipality_is_told_in_the_only_borders_it_has_and_so_is_one_that_is_no_more(joined):
    former = Unit.objects.get(pk=joined.former[0].pk)

    assert OWN.of(joined.new).is_today
    assert not TODAY.of(former).is_today
    assert totals(joined.new, OWN).schools == sum(totals(unit, OWN).schools for unit in joined.former)
    assert totals(former, TODAY).schools == totals(former, OWN).schools


def test_figures_and_map_follow(joined):
    own = figures_of(joined.region, year=2021, cohort_year=2021, geography=OWN)
    today = figures_of(joined.region, year=2021, cohort_year=2021, geography=TODAY)

    assert own.municipalities == today.municipalities + 1
    assert (own.listed, own.without_school_programme) == (today.listed, today.without_school_programme)
    assert own.has_changed
    asked = {"show": "list", "year": 2021, "cohort_year": 2021, "may": EVERYTHING}
    tiles = {
        geography: {tile.unit.short_name for row in tile_map(joined.region, geography=geography, **asked).districts
                    for tile in row.tiles}
        for geography in (OWN, TODAY)
    }  # fmt: skip
    assert tiles[TODAY] - tiles[OWN] == {"Новый округ"}
    assert tiles[OWN] - tiles[TODAY] == {unit.short_name for unit in joined.former}


def test_the_figure_of_the_list_and_the_list_it_opens_are_one_set(joined):
    listed = {}
    for unit in (*joined.former, joined.new, joined.region):
        found = Unit.objects.get(pk=unit.pk)
        for geography in (OWN, TODAY):
            figure = figures_of(found, year=2021, cohort_year=2021, geography=geography).listed
            entries = entries_within(found, 2021, geography)
            assert (figure, totals(found, geography).listed) == (entries.count(), entries.count())
            listed[found.pk, geography] = set(entries.values_list("unit_id", flat=True))

    assert any(listed[unit.pk, OWN] for unit in joined.former)
    assert listed[joined.new.pk, TODAY] == {key for unit in joined.former for key in listed[unit.pk, OWN]}
    assert listed[joined.region.pk, OWN] == listed[joined.region.pk, TODAY]


def test_what_is_asked_by_categories_is_entered_once_each_of_them_is(joined):
    element = DataElement.objects.create(
        code="asked", name="Спрошено у районов", type="count", level=Kind.MUNICIPALITY, breakdown="по видам",
        categories=[["а", "А"], ["б", "Б"]],
    )  # fmt: skip
    unit, period = joined.former[0], Period.objects.get(code="2021")
    said = {"user": joined.ministry, "unit": joined.region, "year": 2021, "today": NOW.date()}
    missing = []
    for category in ("а", "б"):
        Observation.objects.create(
            element=element, unit=unit, period=period, category=category, value=1, entered_by=joined.ministry,
            entered_at=NOW,
        )  # fmt: skip
        (left,) = [one.missing for one in indicators_data(**said).missing if one.name == element.name]
        missing.append(unit.short_name in left)

    assert missing == [True, False]


def test_what_is_not_entered_is_told_in_either_borders(joined):
    element = DataElement.objects.create(code="asked", name="Спрошено у районов", type="count", level=Kind.MUNICIPALITY)

    def missing(unit, *, is_today: bool) -> list[tuple[int, set[str]]]:
        said = {"user": joined.ministry, "unit": unit, "year": 2021, "today": NOW.date(), "is_today": is_today}
        return [(one.asked, set(one.missing)) for one in indicators_data(**said).missing if one.name == element.name]

    names = {unit.short_name for unit in joined.former}
    ((asked, own),) = missing(joined.region, is_today=False)
    assert names <= own and "Новый округ" not in own
    assert missing(joined.region, is_today=True) == [(asked - 1, own - names | {"Новый округ"})]
    assert missing(joined.new, is_today=True) == [(1, {"Новый округ"})]

    # What was asked of several is answered once each of them has answered.
    for number, unit in enumerate(joined.former, start=1):
        Observation.objects.create(
            element=element, unit=unit, period=Period.objects.get(code="2021"), value=1,
            entered_by=joined.ministry, entered_at=NOW,
        )  # fmt: skip
        left = {1: [(1, {"Новый округ"})], 2: []}[number]
        assert missing(joined.new, is_today=True) == left


def test_values_of_today_are_the_sums_of_the_leaves_and_of_the_parts(joined):
    period = Period.objects.get(code="2021")
    municipalities = Unit.objects.of_kind(Kind.MUNICIPALITY).filter(closed_on=None)
    compared = 0
    for edition in IndicatorEdition.objects.filter(is_current=True):
        asked = {"editions": [edition], "periods": [period.pk]}
        stored = {
            value.unit_id: value
            for value in IndicatorValue.objects.filter(edition=edition, period=period, status="known")
        }
        parts = list(values_today(units=[unit.pk for unit in municipalities], **asked))
        whole = list(values_today(units=[joined.region.pk], **asked))
        for one in whole:
            if joined.region.pk in stored:
                assert (one.n, one.left_out) == (stored[one.unit_id].n, stored[one.unit_id].left_out)
                assert one.d == stored[one.unit_id].d
        if parts and all(one.n is not None for one in parts):
            assert sum(one.n for one in parts) == whole[0].n
            compared += 1
        new = [one for one in parts if one.unit_id == joined.new.pk and one.n is not None]
        halves = [stored.get(unit.pk) for unit in joined.former]
        if new and all(halves):
            assert new[0].n == sum(half.n for half in halves)
    assert compared


def test_the_table_of_a_new_municipality_has_past_years(joined):
    programme = regional_programme(2021, over=joined.new)
    assert programme is not None
    said = {"unit": joined.new, "programme": programme, "today": NOW.date()}
    own = indicator_table(**said)
    today = indicator_table(**said, is_today=True)

    def known(table) -> int:
        return sum(cell.value is not None and cell.value.is_known for row in table.rows for cell in row.cells)

    assert known(own) == 0
    assert known(today) > 0


def test_the_switch_is_there_where_borders_have_moved_and_is_kept(client, joined, django_assert_max_num_queries):
    client.force_login(joined.ministry)
    page = reverse("reports:unit", args=[joined.region.pk])

    own = client.get(page + "?year=2021").content.decode()
    assert "сегодняшние</a>" in own
    client.get(page + "?territories=today")
    with django_assert_max_num_queries(12):
        today = client.get(page)
    assert today.context["geography"].is_today
    assert client.get(page).context["geography"].is_today
    assert not client.get(page + "?territories=own").context["geography"].is_today
    assert client.get(page + "?on=2025-07-01").context["geography"].day == date(2025, 7, 1)


def test_every_value_of_today_opens(client, joined, django_assert_max_num_queries):
    client.force_login(joined.ministry)
    table = reverse("programmes:indicator-table") + f"?unit={joined.new.pk}&year=2021"

    client.get(table)
    with django_assert_max_num_queries(12):
        page = client.get(table).content.decode()
    links = [part.partition('"')[0] for part in page.split('href="') if "/today/" in part.partition('"')[0]]
    assert links
    with django_assert_max_num_queries(12):
        opened = client.get(links[0])
    assert opened.status_code == 200
    assert "в сегодняшних территориях" in opened.content.decode()
    client.force_login(joined.neighbour)
    assert client.get(links[0]).status_code == 404


def test_a_chart_marks_the_year_in_which_borders_moved(joined):
    points = [YearPoint(year, Decimal(year - 2000)) for year in (2024, 2025, 2026)]

    assert breaks_of(joined.new) == breaks_of(joined.former[0]) == {2025}
    assert breaks_of(joined.schools[0]) == {2025}
    drawn = indicator_over_years("Показатель 1", points, unit="%", breaks=breaks_of(joined.new))
    assert "границы изменились" in str(drawn.chart.to_dict())
    assert drawn.description.endswith("В 2025 году границы территории изменились.")
    plain = indicator_over_years("Показатель 1", points, unit="%")
    assert "границы" not in str(plain.chart.to_dict()) + plain.description


def test_without_changes_there_is_no_switch(client, place):
    client.force_login(place.ministry)

    assert "сегодняшние</a>" not in client.get(reverse("reports:unit", args=[place.region.pk])).content.decode()


@pytest.mark.parametrize("name", ["identification", "indicators"])
def test_reports_are_made_in_either_borders(joined, name):
    def made(unit, territories):
        report = compose(name=name, unit=unit, year=2021, user=joined.ministry, now=NOW, territories=territories)
        assert printed(report, "xlsx").startswith(b"PK")
        return dict(report.requisites), [table.table for table in report.sheets]

    own, today = made(joined.region, "own"), made(joined.region, "today")
    assert "Территории" not in own[0]
    assert today[0]["Территории"] == "сегодняшние, а не своего года"
    told = str([row for table in today[1] for row in table.rows])
    assert "Новый округ" in told
    assert joined.former[0].short_name not in str([row for table in today[1] for row in table.rows])


def test_an_order_says_whose_territories(client, joined):
    client.force_login(joined.ministry)
    form = {"name": "indicators", "unit": joined.new.pk, "year": 2021, "format": "xlsx", "territories": "today"}

    answer = client.post(reverse("reports:order-list"), form)

    order = ReportOrder.objects.get()
    assert (answer.status_code, order.territories) == (302, "today")
    assert "в сегодняшних территориях" in client.get(answer.headers["Location"]).content.decode()
