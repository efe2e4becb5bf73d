from datetime import date

import pytest

from accounts.models import AuditEvent
from documents.models import Document
from indicators.models import RecalculationRequest
from indicators.services.documents import Order
from programmes.enums import ProgrammeStatus
from programmes.selectors.history import programme_history
from programmes.services.amendment import NotApproved, amend_programme
from programmes.services.drafting import ProgrammeRefused
from schools.access import NotAllowed
from tests.factories.programmes import make_programme

ORDER = Order("44", date(2021, 11, 1), "https://kezhma.example.ru/44.pdf")


@pytest.fixture
def programme(land, now):
    return make_programme(land.kezhma, land.coordinator, now)


def amend(programme, land, now, **changes):
    given = {
        "programme": programme,
        "title": programme.title,
        "starts_on": programme.starts_on,
        "ends_on": date(2023, 12, 31),
        "order": ORDER,
        "reason": "Программа продлена на год.",
        "actor": land.approver,
        "now": now,
        **changes,
    }
    return amend_programme(**given)


def test_approved_programme_is_amended_by_an_order(programme, land, now):
    amended = amend(programme, land, now)

    assert (amended.status, amended.ends_on, amended.approved_on) == (
        ProgrammeStatus.APPROVED,
        date(2023, 12, 31),
        date(2021, 8, 20),
    )
    assert amended.document.number == "131-п"  # it stays approved by its first order
    assert Document.objects.filter(number="44", unit=land.kezhma).count() == 1
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.reason) == ("programme.amended", "Программа продлена на год.")


def test_years_that_it_left_and_came_to_are_recalculated(programme, land, now):
    amend(programme, land, now, starts_on=date(2022, 1, 1))
    assert [note.years for note in RecalculationRequest.objects.order_by("pk")] == [[2021, 2022], [2021, 2022, 2023]]


def test_history_tells_what_became_of_what_after_approval(programme, land, now):
    amend(programme, land, now.replace(hour=12))
    (line,) = programme_history(programme)
    assert (line.what, line.is_after_approval) == ("Изменена после утверждения", True)
    assert ("окончание", "2022-12-31", "2023-12-31") in line.changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": " "}, "Не сказано, почему программа меняется."),
        ({"ends_on": date(2022, 12, 31)}, "Ничего не изменено: название и срок те же."),
        ({"order": Order("", date(2021, 11, 1))}, "Нет номера приказа."),
        ({"order": Order("44", date(2021, 8, 1))}, "раньше утверждения программы 20.08.2021"),
        ({"ends_on": date(2020, 1, 1)}, "кончается 01.01.2020 раньше, чем начинается"),
    ],
)
def test_what_cannot_be_is_refused(programme, land, now, changes, message):
    with pytest.raises(ProgrammeRefused, match=message):
        amend(programme, land, now, **changes)


def test_draft_is_not_amended(land, now):
    draft = make_programme(land.kezhma, land.coordinator, now, status=ProgrammeStatus.DRAFT)
    with pytest.raises(NotApproved, match="черновик: изменяют только утверждённую"):
        amend(draft, land, now)


def test_owner_does_not_amend_what_was_approved_above(programme, land, now):
    with pytest.raises(NotAllowed):
        amend(programme, land, now, actor=land.coordinator)
