"""An indicator is found in the library by its code, its number in a document and any form of the words of its name."""

import pytest
from django.urls import reverse

from tests.factories.catalogue import load_short

LIBRARY = reverse("indicators:library")


@pytest.fixture
def loaded(land, now):
    return load_short("3.2", "5.4.2", "7.2", "7.4", now=now)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("rppko_7_4", ["rppko_7_4"]),
        ("RPPKO_7", ["rppko_7_2", "rppko_7_4"]),
        ("7.4", ["rppko_7_4"]),
        ("5.4", ["rppko_5_4_2"]),
        ("5.4.2.", ["rppko_5_4_2"]),
        ("7.40", []),
        ("мониторинги региональные", ["rppko_7_2"]),
        ("показателей — мониторинга", ["rppko_7_2"]),
    ],
)
def test_it_is_found(client, land, loaded, text, codes):
    client.force_login(land.coordinator)

    found = client.get(LIBRARY, {"q": text}).context["page"].rows

    assert sorted(edition.indicator.code for edition in found) == codes
