"""Closed periods on their pages, in the API and beside values; who sees what of them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Role
from indicators.models import IndicatorValue, Period, PeriodClosing, ValueSinceClosing
from indicators.selectors.closings import every_closing, periods
from indicators.services.closing import close_period
from indicators.services.documents import Order
from schools.enums import Kind
from tests.indicators.services.test_closing import changed, pupils  # noqa: F401 - a fixture
from tests.indicators.territory import person

LIST = reverse("indicators:period-list")
ORDER = {"number": "15", "dated_on": "2021-11-10"}


@pytest.fixture
def approver(place):
    return person("approver", Role.MINISTRY_APPROVER, place["24"])


@pytest.fixture
def year(pupils):  # noqa: F811 - the fixture
    return Period.objects.get(code="2020")


@pytest.fixture
def closed(year, approver, now):
    close_period(period=year, order=Order("15", date(2021, 11, 10)), actor=approver, now=now)
    year.refresh_from_db()
    return year


@pytest.fixture
def differing(closed, pupils, place, system, now):  # noqa: F811 - the fixture
    changed(pupils, place, system, now)
    changed(pupils, place, system, now + timedelta(hours=1), code="147001")
    return closed


def page(name, period):
    return reverse(f"indicators:{name}", args=[period.pk])


def test_the_analyst_sees_what_is_pinned_and_closes_by_the_approvers_order(client, year, analyst, approver):
    client.force_login(analyst)
    shown = client.get(page("period-close", year))
    seen = shown.context["form"].initial["seen"]

    refused = client.post(page("period-close", year), ORDER | {"seen": seen})
    done = client.post(page("period-close", year), ORDER | {"seen": seen, "signatory": approver.pk})

    assert shown.context["pinning"].values == IndicatorValue.objects.filter(period=year).count()
    assert (refused.status_code, done.status_code) == (422, 302)
    closing = PeriodClosing.objects.get()
    assert (closing.closed_by, closing.signatory) == (analyst, approver)
    assert "закрыт" in client.get(LIST).content.decode()


def test_of_two_who_close_the_second_is_told(client, closed, analyst, approver):
    client.force_login(analyst)

    again = client.post(page("period-close", closed), ORDER | {"signatory": approver.pk})

    assert again.status_code == 422
    assert "уже закрыт" in again.content.decode()
    assert PeriodClosing.objects.count() == 1


def test_who_closes_is_shown_that_other_values_would_be_pinned(
    client, year, pupils, place, system, now, approver  # noqa: F811 - the fixture
):  # fmt: skip
    client.force_login(approver)
    seen = client.get(page("period-close", year)).context["form"].initial["seen"]
    changed(pupils, place, system, now)

    told = client.post(page("period-close", year), ORDER | {"seen": seen})
    done = client.post(page("period-close", year), ORDER | {"seen": told.context["form"]["seen"].value()})

    assert "значения пересчитали" in told.content.decode()
    assert (told.status_code, done.status_code) == (422, 302)


def test_changes_are_listed_with_what_was_and_why(client, differing, approver, coordinator):
    client.force_login(approver)
    rows = client.get(page("period", differing), {"page_size": 200}).context["rows"]
    file = client.get(page("period", differing), {"file": "csv"}).content.decode("utf-8-sig")
    client.force_login(coordinator)
    own = client.get(page("period", differing))

    said = {(row.unit.code, row.indicator.code): (was, now) for row, was, now in rows}
    assert said["131001", "всего"] == ("10 чел.", "100 чел.")
    assert said["147001", "всего"] == ("30 чел.", "100 чел.")
    assert "внесено: Тасеевская СОШ № 1" in file
    assert {row.unit.code for row, _, _ in own.context["rows"]} <= {"131", "131001"}
    assert "Тасеевская" not in own.content.decode()
    assert "внесено" not in own.content.decode()


def test_how_much_has_changed_is_counted_of_what_one_sees(differing, approver, coordinator):
    def counted(user):
        return [one.changed for rows in (periods(user=user), every_closing(user=user)) for one in rows if one.changed]

    everybodys = ValueSinceClosing.objects.count()
    own = ValueSinceClosing.objects.filter(unit__code__startswith="131").count()
    assert 0 < own < everybodys
    assert counted(approver) == [everybodys, everybodys]
    assert counted(coordinator) == [own, own]


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_a_fixed_number_of_queries(
    client, closed, pupils, place, system, now, approver, count, django_assert_max_num_queries  # noqa: F811
):  # fmt: skip
    for number, code in enumerate(("131001", "131002", "147001")[:count]):
        changed(pupils, place, system, now + timedelta(hours=number), number=500, code=code)
    client.force_login(approver)

    for address in (LIST, page("period", closed), page("period-close", closed), page("period-reopen", closed)):
        with django_assert_max_num_queries(12):
            client.get(address)


def test_it_is_opened_again_with_a_reason_and_changes_adopted(client, differing, analyst, approver):
    client.force_login(analyst)
    form = client.get(page("period-reopen", differing)).context["form"]
    given = ORDER | {"seen": form.initial["seen"], "taken": "adopted", "signatory": approver.pk}

    refused = client.post(page("period-reopen", differing), given)
    done = client.post(page("period-reopen", differing), given | {"reason": "ошибка школы"})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert IndicatorValue.objects.get(period=differing, unit__code="131001", edition__indicator__code="всего").n == 100
    assert AuditEvent.objects.get(action="period.reopened").reason == "ошибка школы"
    assert "ошибка школы" in client.get(page("period", differing)).content.decode()


def test_a_page_says_how_much_differs_of_what_its_reader_sees(client, differing, approver, neighbour, coordinator):
    counts = []
    for reader in (approver, coordinator):
        client.force_login(reader)
        counts.append(client.get(page("period-changed", differing)).context["count"])

    assert counts[0] == ValueSinceClosing.objects.count()
    assert counts[1] == ValueSinceClosing.objects.filter(unit__code__in=["131", "131001"]).count()


def test_only_who_closes_has_the_pages_of_closing(client, closed, coordinator):
    client.force_login(coordinator)

    codes = [client.get(page(name, closed)).status_code for name in ("period-close", "period-reopen")]

    assert codes == [404, 404]
    assert client.get(LIST).status_code == 200


def test_an_opened_value_shows_what_was_approved_and_what_it_would_be(client, differing, approver, coordinator):
    value = IndicatorValue.objects.get(period=differing, unit__code="131", edition__indicator__code="всего")
    client.force_login(coordinator)

    text = client.get(reverse("monitoring:value", args=[value.pk])).content.decode()

    assert "<b>30.</b>" in text
    assert "закрыт 15.11.2021 приказом № 15 от 10.11.2021" in text
    assert "сейчас получилось бы 120 чел." in text
    assert "внесено:" not in text


def test_members_of_a_closed_value_are_said_to_be_of_today_and_what_was_approved_stands_beside(
    client, differing, approver, place
):
    value = IndicatorValue.objects.get(unit=place["131"], edition__indicator__code="всего", period=differing)
    new = place.add(Kind.SCHOOL, "131003", "Новая СОШ", "131")
    run = ValueSinceClosing.objects.first().run
    ValueSinceClosing.objects.create(
        indicator=value.edition.indicator,
        period=differing,
        unit=new,
        edition=value.edition,
        n=5,
        status="known",
        run=run,
    )
    client.force_login(approver)
    shown = client.get(reverse("monitoring:value", args=[value.pk]))
    file = client.get(reverse("monitoring:value", args=[value.pk]), {"file": "csv"}).content.decode("utf-8-sig")

    said = shown.context["opened"].of_today
    assert said.startswith("Приказом № 15 от 10.11.2021 утверждено само значение.")
    assert "списка на день закрытия, 15.11.2021, портал не хранит" in said
    assert said in shown.content.decode()
    assert {member.name: member.approved for member in shown.context["page"].rows} == {
        "Имбинская СОШ": "10 чел.", "Кодинская СОШ № 4": "", "Новая СОШ": "значения не было",
    }  # fmt: skip
    assert "при закрытии утверждено: 10 чел." in file


def test_members_of_an_open_value_are_not_explained_away(client, pupils, approver, place):  # noqa: F811 - the fixture
    value = IndicatorValue.objects.get(unit=place["131"], edition__indicator__code="всего", period__code="2020")
    client.force_login(approver)

    shown = client.get(reverse("monitoring:value", args=[value.pk]))

    assert shown.context["opened"].of_today == ""
    assert [member.approved for member in shown.context["page"].rows] == ["", ""]


def test_todays_borders_agree_with_what_was_approved(client, differing, approver, place):
    client.force_login(approver)

    def said(code: str, unit: str, **more: str) -> str:
        asked = {"indicator": code, "period": "2020", "unit_code": unit}
        return client.get("/api/v1/values/", asked | more).json()["results"][0]["n"]

    for code, unit in (("всего", "131"), ("наименьшее", "131"), ("наименьшее", "severny"), ("всего", "24")):
        assert said(code, unit) == said(code, unit, territories="today")


def test_the_api_reads_both(client, differing, approver, coordinator):
    type(approver).objects.filter(pk=approver.pk).update(full_name="Орлова Анна Петровна")
    client.force_login(coordinator)

    (closing,) = client.get("/api/v1/period-closings/", {"in_force": "true"}).json()["results"]
    rows = client.get("/api/v1/values-since-closing/", {"indicator": "всего", "period": "2020"}).json()["results"]

    assert (closing["period"], closing["order"]) == ("2020", "№ 15 от 10.11.2021")
    assert (closing["signatory"], closing["closed_by"]) == ("Орлова Анна Петровна",) * 2  # nobody's login is told
    assert {row["unit_code"]: (row["was_n"], row["n"]) for row in rows} == {
        "131001": ("10.0000", "100.0000"), "131": ("30.0000", "120.0000"),
    }  # fmt: skip
