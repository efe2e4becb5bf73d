"""A small region that has been identified: what pages of identification are tested on."""

from datetime import date

from django.test import Client

from indicators.services.documents import Order
from monitoring.models import IdentificationRun, MethodologyEdition, SchoolList
from monitoring.services.identification import run_identification
from monitoring.services.identification_lists import approve_list, draft_list
from tests.monitoring.drawn_region import DrawnRegion
from tests.refusals import bare

LOW = "ОГЭ русский 9 | 2021: 4/12\nОГЭ математика 9 | 2020: 5/15 | 2021: 6/12"
FINE = "ОГЭ русский 9 | 2021: 1/12\nОГЭ математика 9 | 2021: 3/12"
ORDER = Order("512-11-05", date(2021, 11, 1))


def passport(low_income: int) -> dict[int, dict[str, int]]:
    """A passport in which one figure tells schools apart."""
    figures = {"parents_higher_education": 100 - low_income, "single_parent": 20, "low_income": low_income,
               "parents_unemployed": 5, "on_record": 2, "russian_not_native": 1, "special_needs": 4, "teachers": 10,
               "narrow_specialists": 1, "distance_km": low_income}  # fmt: skip
    return {2021: {"pupils": 100, **figures}}


def identify(region: DrawnRegion, code: str = "federal", year: int = 2021) -> IdentificationRun:
    """Run an identification as the centre does."""
    edition = MethodologyEdition.objects.get(methodology__code=code, is_current=True)
    return run_identification(
        academic_year=year, edition=edition, region=region.region, actor=region.centre, now=region.now
    )


def approve(region: DrawnRegion, run: IdentificationRun) -> SchoolList:
    """Draft a list from a run and approve it."""
    drafted = draft_list(run=run, actor=region.centre, now=region.now)
    return approve_list(school_list=drafted, order=ORDER, actor=region.ministry, now=region.now)


def assert_refused_alike(client: Client, foreign: str, missing: str) -> None:
    """Assert that a foreign address and a missing one answer 404 with the same page."""
    pages = [client.get(address) for address in (foreign, missing)]

    assert [page.status_code for page in pages] == [404, 404]
    assert bare(pages[0], foreign) == bare(pages[1], missing)
