"""Whoever writes through a page or the API stands beside the rows in the trail, and nothing of him is left after it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, RowChange
from accounts.permissions import Permission, Role
from common.session_facts import NOTHING, facts
from jobs.services.running import run_pending
from schools.models import Unit
from schools.services.tokens import create_token
from tests.factories.schools import make_municipality, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Unit:
    return make_region()


@pytest.fixture
def kezhma(region) -> Unit:
    return make_municipality(region, "131", "Кежемский район")


def draft(client, unit: Unit, year: int = 2021) -> None:
    """Register a programme through its page."""
    form = {"unit": unit.pk, "kind": "municipal", "title": "Программа", "starts_on": f"{year}-01-01"}
    answer = client.post(reverse("programmes:new"), form | {"ends_on": f"{year}-12-31"})
    assert answer.status_code == 302


def session() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('opora.actor', true), current_setting('opora.door', true),"
            " current_setting('opora.request', true)"
        )
        return tuple(value or "" for value in cursor.fetchone())


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("а.csv", "один;два".encode())


def test_rows_written_through_a_page_say_who_and_in_which_request(client, kezhma):
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)
    client.force_login(coordinator)
    draft(client, kezhma)

    row, event = RowChange.objects.get(table_name="programmes_programme"), AuditEvent.objects.latest("pk")
    assert (row.actor_id, row.door, row.database_role) == (coordinator.pk, "page", "opora_web")
    assert row.request == event.request != ""
    assert session() == ("", "", "")


def test_two_requests_on_one_connection_leave_nothing_to_each_other(client, kezhma):
    people = [make_user(login, Role.MUNICIPAL_COORDINATOR, kezhma) for login in ("first", "second")]
    for person, year in zip(people, (2021, 2022), strict=True):
        client.force_login(person)
        draft(client, kezhma, year)
        client.get(reverse("programmes:register"))
    Unit.objects.filter(pk=kezhma.pk).update(name="Записано мимо портала")

    rows = RowChange.objects.filter(table_name="programmes_programme").order_by("pk")
    assert [row.actor_id for row in rows] == [person.pk for person in people]
    assert len({row.request for row in rows}) == 2
    past = RowChange.objects.filter(table_name="schools_unit").latest("pk")
    assert (past.actor_id, past.door, past.request) == (None, "", "")
    assert facts() == NOTHING


def test_a_refused_request_leaves_nothing_either(client):
    client.force_login(make_user("nobody"))
    assert client.post(reverse("programmes:submit", args=[1])).status_code == 404

    assert (session(), facts()) == (("", "", ""), NOTHING)


def test_rows_written_with_a_key_are_its_persons(client, region):
    operator = make_user("operator", Role.CENTRE_OPERATOR, region)
    made = {
        "title": "Загрузка",
        "units": [region],
        "permissions": {Permission.RESULT_LOAD, Permission.RESULT_VIEW},
        "expires_on": timezone.localdate(),
    }
    _, key = create_token(**made, actor=operator, now=timezone.now())
    answer = client.post("/api/v1/uploads/", {"file": a_file()}, headers={"Authorization": f"Token {key}"})
    assert answer.status_code in (201, 202), answer.content

    row = RowChange.objects.get(table_name="jobs_upload", operation="insert")
    assert (row.actor_id, row.door) == (operator.pk, "api")


def test_rows_written_by_a_job_are_those_of_who_ordered_it(client, region):
    operator = make_user("operator", Role.CENTRE_OPERATOR, region)
    client.force_login(operator)
    client.post(reverse("monitoring:load-upload"), {"files": a_file(), "unit": region.pk})
    RowChange.objects.all().delete()
    assert run_pending() == 1

    assert {row.actor_id for row in RowChange.objects.filter(table_name="jobs_upload")} == {operator.pk}
