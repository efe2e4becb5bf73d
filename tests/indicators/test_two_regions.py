"""What is kept for all regions, done and read by somebody who reaches one of two."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from indicators.models import IndicatorValue, Period, PeriodClosing, ValueSinceClosing
from indicators.selectors.run_journal import may_read_runs
from schools.enums import Kind
from schools.models import Appointment
from tests.indicators.services.test_closing import answer, changed, pupils, values  # noqa: F401 - a fixture
from tests.indicators.territory import LONG_AGO, person

ORDER = {"number": "15", "dated_on": "2021-11-10"}


@pytest.fixture
def other(place):
    """Another region with one municipality and one school."""
    place.add(Kind.REGION, "55", "Омская область")
    place.add(Kind.MUNICIPALITY, "551", "Тарский район", "55")
    return place.add(Kind.SCHOOL, "551001", "Тарская СОШ № 1", "551")


@pytest.fixture
def approver(place):
    return person("approver", Role.MINISTRY_APPROVER, place["24"])


def post(client, name, period, **said):
    address = reverse(f"indicators:period-{name}", args=[period.pk])
    seen = client.get(address).context["form"].initial["seen"]
    return client.post(address, ORDER | {"seen": seen} | said).status_code


def test_a_period_is_closed_and_opened_in_both(
    client, other, pupils, place, approver, system, now  # noqa: F811 - the fixture
):  # fmt: skip
    year = Period.objects.get(code="2020")
    changed(pupils, place, system, now, 50, "551001")
    for unit in ("24", "severny", "yuzhny", "131", "147", "109"):  # of one indicator only the other region has values
        IndicatorValue.objects.filter(edition__indicator__code="наименьшее", unit=place[unit]).delete()
    everything = IndicatorValue.objects.filter(period=year, edition__is_current=True).count()
    client.force_login(approver)

    assert post(client, "close", year) == 302

    closing = PeriodClosing.objects.get()
    assert (closing.pinned, closing.editions.count()) == (everything, 2)
    changed(pupils, place, system, now, 70, "551001")
    changed(pupils, place, system, now, 100, "131001")
    assert (values()["55"], values()["131001"]) == (50, 10)
    beside = ValueSinceClosing.objects.count()
    given = {"number": "16", "dated_on": str(date(2021, 11, 12)), "reason": "Ошибка", "taken": "adopted"}

    assert post(client, "reopen", year, **given) == 302

    closing.refresh_from_db()
    assert (closing.changes, ValueSinceClosing.objects.count()) == (beside, 0)
    assert (values()["55"], values()["551001"], values()["131001"]) == (70, 70, 100)


def test_the_journal_of_recalculations_is_read_by_whoever_reads_both(
    client, other, pupils, place, system, now  # noqa: F811 - the fixture
):  # fmt: skip
    reader = person("reader", Role.OBSERVER, place["24"])
    changed(pupils, place, system, now, 50, "551001")
    client.force_login(reader)

    assert client.get(reverse("indicators:recalculation-list")).status_code == 404
    own = IndicatorValue.objects.get(unit=place["24"], edition__indicator__code="всего", period__code="2020")
    assert "Тарская" not in client.get(reverse("monitoring:value", args=[own.pk])).content.decode()

    Appointment.objects.create(user=reader, unit=place["55"], role=Role.OBSERVER, starts_on=LONG_AGO)
    assert may_read_runs(user=type(reader).objects.get(pk=reader.pk))
    assert "Тарская" in client.get(reverse("indicators:recalculation-list")).content.decode()


def test_where_there_is_one_region_its_reader_reads_the_journal(place):
    assert may_read_runs(user=person("reader", Role.OBSERVER, place["24"]))
    assert not may_read_runs(user=person("head", Role.MUNICIPAL_HEAD, place["131"]))
