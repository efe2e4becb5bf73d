"""Two at the same time: of two approvals of one autumn both are kept and one is in force; a run is ordered once."""

import pytest

from jobs.models import Job
from monitoring.enums import ListState
from monitoring.models import MethodologyEdition, SchoolList
from monitoring.services.identification_jobs import order_identification
from monitoring.services.identification_lists import approve_list, draft_list
from monitoring.services.identification_methods import add_edition
from tests.indicators.services.test_at_once import together
from tests.monitoring.identified import LOW, ORDER, identify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def region(drawn_region):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    return drawn_region


def test_of_two_approvals_of_one_autumn_one_is_in_force_and_both_are_kept(region, now):
    drafts = [draft_list(run=identify(region), actor=region.centre, now=now) for _ in range(2)]

    def approve(one):
        return lambda: approve_list(school_list=one, order=ORDER, actor=region.ministry, now=now)

    results = together(*map(approve, drafts))

    assert [type(result) for result in results] == [SchoolList, SchoolList]
    assert sorted(SchoolList.objects.values_list("state", flat=True)) == [ListState.APPROVED, ListState.REVOKED]


def test_one_identification_ordered_twice_is_one_job(region, now):
    edition = MethodologyEdition.objects.get(methodology__code="federal")

    def order():
        return order_identification(
            academic_year=2021, edition=edition, region=region.region, actor=region.centre, now=now
        )

    together(order, order)

    assert Job.objects.count() == 1


def test_two_editions_at_once_are_numbered_one_after_another(region, now):
    current = MethodologyEdition.objects.get(methodology__code="federal")

    def save(threshold):
        parameters = current.parameters | {"results": current.parameters["results"] | {"threshold_percent": threshold}}
        return lambda: add_edition(
            methodology=current.methodology,
            parameters=parameters,
            valid_from=now.date(),
            note="порог",
            actor=region.centre,
            now=now,
        )

    together(save(40), save(50))

    numbers = MethodologyEdition.objects.filter(methodology=current.methodology).order_by("number")
    assert list(numbers.values_list("number", "is_current")) == [(1, False), (2, False), (3, True)]
