"""The last net: what the database opens to the web role, whom it was told of, and that nothing of him is left."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.models import ApiToken
from accounts.permissions import READING, ROLE_PERMISSIONS, Role
from accounts.services.people import system_user
from common.row_security import attach_net, guarded
from common.session_facts import acting, learn
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from schools.models import Appointment, SchoolYear, Unit
from schools.services.registry import move_unit
from tests.factories.schools import (
    BEGINNING,
    make_district,
    make_municipality,
    make_region,
    make_school,
    make_user,
)
from tests.roles import acting_as, net_taken_away, open_a_window

pytestmark = pytest.mark.django_db
LINE = "2020\t1\t1\t1\t1\n"
TABLES = {
    "indicators_heldagainst",
    "indicators_indicatorvalue",
    "indicators_observation",
    "indicators_valuecells",
    "indicators_valuesinceclosing",
    "monitoring_finding",
    "monitoring_samepupils",
    "monitoring_schoolresult",
    "programmes_programme",
    "reports_reportorder",
    "roadmap_execution",
    "schools_schoolyear",
}


@pytest.fixture
def places() -> dict[str, Unit]:
    """Two municipalities of one district, a school in each, and a passport of each school."""
    region = make_region()
    district = make_district(region)
    found = {"region": region, "district": district}
    for code in ("131", "147"):
        found[code] = make_municipality(district, code)
        found[f"{code}001"] = school = make_school(found[code], f"{code}001")
        given = {"entered_by": system_user(), "entered_at": timezone.now()}
        SchoolYear.objects.create(unit=school, academic_year=2021, pupils=100, **given)
    return found


def passports() -> set[str]:
    return set(SchoolYear.objects.values_list("unit__code", flat=True))


def reach(user: int, token: int | None = None) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT opora_reach(%s, %s)", [user, token])
        return cursor.fetchone()[0]


def told() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('opora.reader', true), current_setting('opora.reach', true)")
        return tuple(value or "" for value in cursor.fetchone())


def a_programme(unit: Unit, status: ProgrammeStatus = ProgrammeStatus.DRAFT) -> Programme:
    is_approved = status == ProgrammeStatus.APPROVED
    return Programme.objects.create(
        code=f"{unit.code}-{status}",
        kind=ProgrammeKind.REGIONAL,
        unit=unit,
        title="Программа",
        status=status,
        starts_on=date(2020, 1, 1),
        ends_on=date(2022, 12, 31),
        approved_on=date(2021, 1, 1) if is_approved else None,
    )


def test_every_table_that_was_decided_is_under_the_net():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")
        standing = {name for (name,) in cursor.fetchall()}

    assert standing == {one.table for one in guarded()} == TABLES


def test_a_session_that_was_told_of_nobody_sees_nothing(places):
    with acting_as("web"):
        assert passports() == set()
        with acting(door="page"):
            assert passports() == set()


@pytest.mark.parametrize("role", Role)
def test_whoever_reads_at_all_reaches_the_place_and_nothing_else(places, role):
    person = make_user("person", role, places["131"])
    reads = bool(ROLE_PERMISSIONS[role] & READING)
    assert reach(person.pk) == (places["131"].path if reads else "")
    with acting_as("web"), acting(reader=person.pk):
        seen = passports()

    assert seen == ({"131001"} if reads else set())


def test_reach_is_of_all_appointments_of_today(places):
    tutor = make_user("tutor", Role.DISTRICT_CURATOR, places["131001"])
    yesterday = timezone.localdate() - timedelta(days=1)
    Appointment.objects.create(user=tutor, unit=places["region"], role=Role.OBSERVER, starts_on=BEGINNING,
                               ends_on=yesterday)  # fmt: skip
    assert reach(tutor.pk) == places["131001"].path
    Appointment.objects.create(user=tutor, unit=places["147001"], role=Role.DISTRICT_CURATOR, starts_on=BEGINNING)
    assert set(reach(tutor.pk).split(",")) == {places["131001"].path, places["147001"].path}
    tutor.is_active = False
    tutor.save()

    assert reach(tutor.pk) == ""


def test_everything_is_every_region(places):
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, places["region"])
    assert reach(analyst.pk) == "*"
    make_region("77", "Другой край")

    assert reach(analyst.pk) == places["region"].path
    assert reach(system_user().pk) == "*"


def test_a_key_reaches_what_both_it_and_its_person_reach(places):
    curator = make_user("curator", Role.DISTRICT_CURATOR, places["district"])
    given = {"prefix": "opora_00", "created_at": timezone.now(), "expires_at": timezone.now() + timedelta(days=1)}

    def key(*units: Unit) -> ApiToken:
        made = ApiToken.objects.create(
            user=curator, title="ключ", digest="".join(str(one.pk) for one in units), **given
        )
        Appointment.objects.bulk_create(Appointment(token=made, unit=unit, starts_on=BEGINNING) for unit in units)
        return made

    narrow, wide = key(places["131"]), key(places["region"], places["147001"])
    assert reach(curator.pk, narrow.pk) == places["131"].path
    assert set(reach(curator.pk, wide.pk).split(",")) == {places["district"].path, places["147001"].path}
    assert reach(system_user().pk, narrow.pk) == ""
    narrow.revoked_at = timezone.now()
    narrow.save()

    assert reach(curator.pk, narrow.pk) == ""


def test_a_place_is_not_mistaken_for_one_whose_key_begins_alike(places):
    whole = places["131001"].path
    with acting_as("web"), connection.cursor() as cursor:
        for part in (whole[:-1], f"{whole[:-2]}/", f"{whole[:-1]}0/"):
            cursor.execute("SELECT set_config('opora.reach', %s, true)", [part])
            assert passports() == set(), part
        cursor.execute("SELECT set_config('opora.reach', %s, true)", [whole])
        assert passports() == {"131001"}
        cursor.execute("SELECT set_config('opora.reach', '', true)")


def test_what_has_gone_elsewhere_is_read_where_it_stood_and_not_written(places):
    given = {"actor": system_user(), "now": timezone.now()}
    move_unit(unit=places["131001"], parent=places["147"], on=date(2021, 9, 1), **given)
    coordinators = [make_user(code, Role.MUNICIPAL_COORDINATOR, places[code]) for code in ("131", "147")]
    seen, changed = [], []
    for coordinator in coordinators:
        with acting_as("web"), acting(reader=coordinator.pk):
            seen.append(passports())
            changed.append(SchoolYear.objects.update(pupils=1))

    assert seen == [{"131001"}, {"131001", "147001"}]
    assert changed == [0, 2]


def test_of_programmes_above_the_approved_are_read_and_none_is_written(places):
    for status in (ProgrammeStatus.APPROVED, ProgrammeStatus.DRAFT):
        for name in ("region", "131", "147"):
            a_programme(places[name], status)
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, places["131"])
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with acting_as("web"), acting(reader=coordinator.pk):
        seen = set(Programme.objects.values_list("code", flat=True))
        changed = Programme.objects.update(short_title="Моя")
        with refused, transaction.atomic():
            a_programme(places["147"], ProgrammeStatus.RETURNED)
        with refused, transaction.atomic():
            Programme.objects.filter(code="131-draft").update(unit=places["147"])

    assert seen == {"24-approved", "131-approved", "131-draft"}
    assert changed == 2


@pytest.mark.parametrize("role", ["owner", "worker"])
def test_whoever_computes_for_everybody_sees_everything(places, role):
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, places["131"])
    with acting_as(role):
        assert passports() == {"131001", "147001"}
        assert SchoolYear.objects.update(pupils=1) == 2
        with acting(reader=coordinator.pk):
            assert passports() == {"131001", "147001"}


def test_the_worker_loads_rows_by_copy():
    """Result rows carry no policy, for COPY is refused under one; the web role has no right to them at all."""
    columns = "academic_year, load_id, row_no, assessment_id, unit_id"
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_or(relrowsecurity) FROM pg_class WHERE relname LIKE 'monitoring_resultrow%'")
        assert cursor.fetchone() == (False,)
        with acting_as("worker"):
            cursor.cursor.copy_expert(f"COPY monitoring_resultrow_2020 ({columns}) FROM STDIN", StringIO(LINE))
            cursor.execute("SELECT count(*) FROM monitoring_resultrow WHERE load_id = 1")
            assert cursor.fetchone() == (1,)


def test_nothing_of_a_reader_is_left_after_a_request(client, places):
    for login, code in (("first", "131"), ("second", "147")):
        client.force_login(make_user(login, Role.MUNICIPAL_COORDINATOR, places[code]))
        page = client.get("/schools/")
        assert f"{code}001" in page.content.decode()
        assert told() == ("", "")
    client.logout()
    client.get("/schools/")

    assert told() == ("", "")


@pytest.mark.django_db(transaction=True)
def test_a_connection_opened_within_a_request_is_told(places):
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, places["131"])
    with acting(reader=coordinator.pk, door="page"):
        connection.close()
        assert told() == (str(coordinator.pk), places["131"].path)
    assert told() == ("", "")


def test_a_key_that_is_shown_later_narrows_what_the_request_reads(places):
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, places["region"])
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, places["131"])
    with acting(reader=analyst.pk):
        assert told() == (str(analyst.pk), "*")
        learn(reader=coordinator.pk)
        assert told() == (str(coordinator.pk), places["131"].path)
    assert told() == ("", "")


def test_telling_of_a_reader_costs_no_query(places, django_assert_num_queries):
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, places["131"])
    with django_assert_num_queries(0), acting(reader=coordinator.pk):
        pass


def test_whoever_tests_the_scoping_takes_the_net_away(places):
    open_a_window()
    with acting_as("web"):
        with net_taken_away():
            assert passports() == {"131001", "147001"}
        assert passports() == set()
    open_a_window(name="always_away", when="true")
    with acting_as("web"):
        assert passports() == {"131001", "147001"}


@pytest.fixture
def policies() -> Callable[[], dict[str, Any]]:
    """Return the policies that stand, by table."""

    def read() -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT polrelid::regclass::text, array_agg(oid ORDER BY oid) FROM pg_policy GROUP BY 1")
            return dict(cursor.fetchall())

    return read


def test_policies_are_made_again_only_where_they_differ(policies):
    standing = policies()
    attach_net()
    assert policies() == standing
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON POLICY net_read ON schools_schoolyear IS 'of an older edition'")
    attach_net()
    now = policies()

    assert now.keys() == standing.keys()
    assert {table for table in now if now[table] != standing[table]} == {"schools_schoolyear"}
