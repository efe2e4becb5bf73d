"""The journal of rows: who sees which, how it is narrowed, what its file holds."""

import pytest
from django.urls import reverse

from accounts.models import RowChange
from accounts.permissions import Role
from accounts.services.audit import record
from common.session_facts import acting
from schools.models import Unit
from tests.factories.schools import make_municipality, make_region, make_user

pytestmark = pytest.mark.django_db
JOURNAL = reverse("reports:row-journal")


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def approver(kezhma):
    return make_user("approver", Role.MINISTRY_APPROVER, kezhma.parent)


def rename(unit: Unit, name: str, **known) -> None:
    with acting(door="page", request=name, **known):
        Unit.objects.filter(pk=unit.pk).update(name=name)


def seen(client, query: str = "") -> list[str]:
    found = client.get(JOURNAL + query).context["rows"]
    return [
        f"{one.who}: {change.name} {change.before} → {change.after}" for one in found for change in one.line.changes
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_long_it_is(client, kezhma, approver, count, django_assert_num_queries):
    RowChange.objects.all().delete()
    for number in range(count):
        rename(kezhma, f"Район {number}", actor=approver.pk)
    client.force_login(approver)
    client.get(JOURNAL)

    # session, person, the right, places, the root for rows and for values, count, rows, names, appointments
    with django_assert_num_queries(10):
        response = client.get(JOURNAL)

    assert len(response.context["rows"]) == count
    assert response.context["rows"][0].line.words == "Организация «Кежемский район»"


@pytest.mark.parametrize("role", [Role.MUNICIPAL_COORDINATOR, Role.CENTRE_OPERATOR, Role.SCHOOL_EDITOR])
def test_it_is_not_there_for_who_has_no_right_to_it(client, kezhma, role):
    client.force_login(make_user("somebody", role, kezhma))

    assert client.get(JOURNAL).status_code == 404


def test_a_right_below_the_region_shows_rows_of_its_own_units(client, kezhma, approver):
    kansk = make_municipality(kezhma.parent, "109", "город Канск")
    RowChange.objects.all().delete()
    rename(kezhma, "Своё", actor=approver.pk)
    rename(kansk, "Чужое", actor=approver.pk)
    approver.full_name = "Иной человек"
    approver.save()
    client.force_login(make_user("local", Role.MINISTRY_ANALYST, kezhma))

    assert [line.split("→ ")[1] for line in seen(client, "?operation=update")] == ["Своё"]


def test_it_is_narrowed(client, kezhma, approver):
    RowChange.objects.all().delete()
    rename(kezhma, "Ёлка", actor=approver.pk)
    Unit.objects.filter(pk=kezhma.pk).update(short_name="Мимо")
    client.force_login(approver)
    both = ["мимо портала (opora_owner): краткое наименование Кежемский район → Мимо",
            "Иванова Анна Approver: наименование Кежемский район → Ёлка"]  # fmt: skip

    assert seen(client) == both
    assert seen(client, "?door=past") == both[:1]
    assert seen(client, "?door=page") == both[1:]
    assert seen(client, "?who=approver") == both[1:]
    assert seen(client, "?table=schools_unit&operation=update") == both
    assert seen(client, "?table=schools_school") == []
    assert seen(client, "?request=Ёлка") == both[1:]
    assert seen(client, "?transaction=1") == []
    assert seen(client, f"?place={kezhma.pk}") == both
    assert seen(client, "?until=2001-01-01") == []
    assert seen(client, "?table=nothing&place=x&transaction=y") == both


def test_who_wrote_without_facts_is_told_by_the_events_of_the_transaction(client, kezhma, approver, now):
    RowChange.objects.all().delete()
    rename(kezhma, "По команде")
    client.force_login(approver)
    # The system opened the region in the same transaction, and nobody else did anything.
    assert seen(client, "?door=page") == ["Система: наименование Кежемский район → По команде"]

    record(actor=approver, action="unit.changed", target=kezhma, now=now)

    assert seen(client, "?door=page") == ["неизвестно кто: наименование Кежемский район → По команде"]


def test_the_file_holds_what_is_filtered(client, kezhma, approver):
    RowChange.objects.all().delete()
    rename(kezhma, "=1+1", actor=approver.pk)
    rename(kezhma, "Другое", actor=approver.pk)
    client.force_login(approver)

    lines = client.get(f"{JOURNAL}?file=csv&request=%3D1%2B1").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].split(";")[1:] == [
        "Иванова Анна Approver", "", "Организация «Кежемский район»", "изменено",
        "наименование: было Кежемский район, стало =1+1", "страница", "", "'=1+1",
    ]  # fmt: skip
