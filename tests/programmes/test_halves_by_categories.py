"""The other half of a compound target, where what it asks for is entered by categories."""

from datetime import date
from decimal import Decimal

from indicators.models import DataElement
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observation
from programmes.enums import Standing
from tests.programmes.test_own_targets import cells, year
from tests.programmes.test_running_year import put, running  # noqa: F401 - a fixture


def test_the_other_half_of_a_target_is_the_total_of_its_categories(running, now):  # noqa: F811
    regions = DataElement.objects.filter(code="регионы_участники")
    regions.update(breakdown="по округам", categories=[["сибирь", "Сибирь"], ["урал", "Урал"]])
    put("5.7", running.region, 2021, 1)

    def standing_after(category):
        proof = Evidence(number="1", dated_on=date(2021, 9, 1))
        entry = Entry(regions.get(), running.region, year(), Decimal(3), proof, category=category)
        enter_observation(entry=entry, actor=running.analyst, now=now)
        return cells(running, "5.7")[1][2021].judgement.standing

    assert [standing_after(category) for category in ("урал", "сибирь")] == [Standing.NO_DATA, Standing.MET]
