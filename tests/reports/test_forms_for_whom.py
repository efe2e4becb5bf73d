"""Forms stand on pages of those who may use them; who comes by the address reads whose business it is."""

import re

import pytest
from django.urls import reverse

from accounts.permissions import Role
from indicators.models import Indicator
from monitoring.models import Methodology
from monitoring.services.identification_lists import draft_list
from tests.factories.schools import make_user
from tests.monitoring.identified import identify


@pytest.fixture
def addresses(place) -> dict[str, str]:
    drafted = draft_list(run=identify(place), actor=place.centre, now=place.now)
    return {
        "run": reverse("monitoring:run-order"),
        "approve": reverse("monitoring:list-approve", args=[drafted.pk]),
        "entry": reverse("monitoring:list-entry", args=[drafted.pk, place.schools[0].pk]),
        "method": reverse("monitoring:method-edit", args=[Methodology.objects.first().pk]),
        "new method": reverse("monitoring:method-new"),
        "indicator": reverse("indicators:redefine", args=[Indicator.objects.first().pk]),
        "programme": reverse("programmes:amend", args=[place.kezhma_programme.pk]),
        "files": reverse("schools:import"),
    }


def forms(client, address: str) -> int:
    page = client.get(address)
    assert page.status_code in (200, 404)  # what one may not see has no form either
    main = page.text.partition("<main")[2]
    return main.count('<form class="form')


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.CENTRE_OPERATOR, {"run", "entry", "method", "new method", "files"}),
        (Role.MINISTRY_APPROVER, {"approve", "programme"}),
        (Role.MINISTRY_ANALYST, {"indicator", "files"}),
        (Role.OBSERVER, set()),
    ],
)
def test_a_form_is_offered_to_whom_its_service_would_not_refuse(client, place, addresses, role, offered):
    client.force_login(make_user("somebody", role, place.region))

    found = {name for name, address in addresses.items() if forms(client, address)}

    assert found == offered


def test_a_coordinator_reads_whose_business_it_is(client, place, addresses):
    client.force_login(place.coordinator)

    page = client.get(addresses["run"])

    told = (
        "Право «проводить идентификацию» вам здесь не дано. Оно есть у ролей: "
        "оператор центра оценки качества и методолог центра оценки качества."
    )
    assert re.search("<p class=.note warn gap.*?>(.*?)</p>", page.text)[1] == told
