"""Values of an indicator of a direction: whoever is appointed to the direction enters them, and no others."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import User
from accounts.permissions import Role
from indicators.models import DataElement, Period
from indicators.registry import directions_of
from indicators.services.entries import Entry, Evidence, ObservationRefused
from indicators.services.entry_rights import fact_of
from indicators.services.observations import enter_observation
from indicators.services.sending import send_observation
from schools.access import NotAllowed
from tests.factories.catalogue import load_short
from tests.factories.programmes import make_person

PROOF = Evidence(number="112-п", dated_on=date(2021, 9, 10), url="https://kezhma.example.ru/prikaz.pdf")


@pytest.fixture
def asked(land, now) -> Entry:
    """Whether the municipality has a working group: indicator 1.2, of the first direction."""
    load_short("1.2", now=now)
    element = DataElement.objects.get(code="мсо_рабочая_группа")
    return Entry(element, land.kezhma, Period.objects.get(code="2021"), Decimal(1), PROOF)


def limited(land, direction: int) -> User:
    user = make_person(f"limited-{direction}", Role.MUNICIPAL_COORDINATOR, land.kezhma)
    user.appointments.update(direction=direction)
    return user


def test_a_value_belongs_to_the_directions_whose_indicators_ask_for_it(asked):
    fact = fact_of(asked.element)

    assert directions_of([fact, "есть(чего нет)"]) == {fact: frozenset({1}), "есть(чего нет)": frozenset()}


def test_it_is_entered_by_whoever_is_appointed_to_the_direction(asked, land, now):
    entered = enter_observation(entry=asked, actor=limited(land, 1), now=now)
    assert (entered.value, entered.signatory) == (1, land.head)

    with pytest.raises(ObservationRefused, match="не вашего направления: Кежемский район"):
        enter_observation(entry=asked, actor=limited(land, 2), now=now)
    with pytest.raises(NotAllowed):
        enter_observation(entry=asked, actor=land.neighbour, now=now)


def test_it_is_sent_by_a_script_of_whoever_is_appointed_to_the_direction(asked, land, now):
    sent = send_observation(entry=asked, key="1", actor=limited(land, 1), now=now)
    assert (sent.observation.value, sent.is_new) == (1, True)

    with pytest.raises(ObservationRefused, match="не вашего направления: Кежемский район"):
        send_observation(entry=asked, key="2", actor=limited(land, 2), now=now)
    with pytest.raises(NotAllowed):
        send_observation(entry=asked, key="3", actor=land.neighbour, now=now)


def test_the_head_answers_for_what_an_order_proves(asked, land, now):
    entered = enter_observation(entry=asked, actor=land.coordinator, now=now)

    assert (entered.entered_by, entered.signatory) == (land.coordinator, land.head)
    assert entered.signed_as == "руководитель муниципального органа, Кежемский район"
