"""The journal of actions: who sees which events, and that every action has words."""

import ast
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.audit import record
from reports.selectors.journal import ACTIONS
from schools.models import Unit
from tests.factories.schools import make_municipality, make_region, make_school, make_user
from tests.test_architecture import our_code, parsed

pytestmark = pytest.mark.django_db
JOURNAL = reverse("reports:journal")


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def approver(kezhma):
    return make_user("approver", Role.MINISTRY_APPROVER, kezhma.parent)


def note(unit: Unit, actor, now, action: str = "unit.changed", **details) -> None:
    record(actor=actor, action=action, target=unit, now=now, **details)


def recorded_actions() -> set[str]:
    """Every action that some call of `record` names, in whatever way."""
    found = set()
    for _, module in parsed(our_code()):
        for node in ast.walk(module):
            values = []
            if isinstance(node, ast.Call):
                values = [each.value for each in node.keywords if each.arg == "action"]
            elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "action" for target in node.targets):
                values = [node.value]
            for value in values:
                constants = (each.value for each in ast.walk(value) if isinstance(each, ast.Constant))
                found |= {each for each in constants if isinstance(each, str) and each.count(".") == 1}
    return found


def test_every_action_has_words():
    assert recorded_actions() == set(ACTIONS)


@pytest.mark.parametrize("count", [1, 3])
def test_the_journal_costs_the_same_however_long_it_is(client, kezhma, approver, now, count, django_assert_num_queries):
    AuditEvent.objects.all().delete()
    for _ in range(count):
        note(kezhma, approver, now, before={"name": "Старое"}, after={"name": "Новое"})
    client.force_login(approver)
    client.get(JOURNAL)

    with django_assert_num_queries(8):  # session, person, the right, places, the root, count, rows, appointments
        response = client.get(JOURNAL)

    assert len(response.context["events"]) == count
    assert "<del>Старое</del> → Новое" in response.content.decode()


@pytest.mark.parametrize("role", [Role.MUNICIPAL_COORDINATOR, Role.CENTRE_OPERATOR, Role.SCHOOL_EDITOR])
def test_it_is_not_there_for_who_has_no_right_to_it(client, kezhma, role):
    client.force_login(make_user("somebody", role, kezhma))

    assert client.get(JOURNAL).status_code == 404


def test_a_right_below_the_region_shows_its_own_territory(client, kezhma, approver, now):
    kansk = make_municipality(kezhma.parent, "109", "город Канск")
    AuditEvent.objects.all().delete()
    note(make_school(kezhma, "131001", name="Имбинская СОШ"), approver, now)
    note(kansk, approver, now)
    note(approver, approver, now, action="sign_in.succeeded")
    client.force_login(make_user("local", Role.MINISTRY_ANALYST, kezhma))

    titles = {event.target_title for event, *_ in client.get(JOURNAL).context["events"]}
    assert titles == {"Имбинская СОШ", "Кежемский район"}


def test_filters_narrow(client, kezhma, approver, now):
    AuditEvent.objects.all().delete()
    note(kezhma, approver, now - timedelta(days=2), reason="Ёлка")
    note(kezhma, approver, now, action="unit.moved")
    client.force_login(approver)

    def actions(query: str) -> list[str]:
        return [event.action for event, *_ in client.get(JOURNAL + query).context["events"]]

    assert actions("") == ["unit.moved", "unit.changed"]
    assert actions("?q=елка") == ["unit.changed"]
    assert actions("?action=unit.moved") == ["unit.moved"]
    assert actions("?since=2021-11-15") == ["unit.moved"]
    assert actions("?until=2021-11-14") == ["unit.changed"]
    assert actions("?via=page") == []
    assert actions("?who=иванова") == ["unit.moved", "unit.changed"]
    assert actions("?who=сидоров") == []
    assert actions("?kind=schools.unit") == ["unit.moved", "unit.changed"]
    assert actions("?kind=accounts.user") == []
    assert actions(f"?place={kezhma.pk}") == ["unit.moved", "unit.changed"]
    assert actions(f"?place={make_municipality(kezhma.parent, '109', 'город Канск').pk}") == []


def test_the_file_holds_what_is_filtered(client, kezhma, approver, now):
    AuditEvent.objects.all().delete()
    note(kezhma, approver, now, before={"name": "Старое"}, after={"name": "Новое"})
    client.force_login(approver)

    lines = client.get(JOURNAL + "?file=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == (
        "15.11.2021 10:30;Иванова Анна Approver;изменены сведения реестра;Кежемский район;команда;;"
        "name: Старое;name: Новое"
    )
