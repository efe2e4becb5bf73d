"""The trail of rows: every way of writing leaves its rows there, whoever writes, and every model is spoken of."""

import pytest
from django.db import connection

from accounts.models import AuditEvent, RowChange, User
from accounts.services.audit import record
from common.journalling import EVENTS, Journalled, attach_journal, journalled, our_models, why_not
from common.session_facts import acting
from documents.models import Document
from schools.models import Unit
from tests.factories.schools import make_municipality, make_region, make_school, make_user
from tests.roles import ROLES, become

pytestmark = pytest.mark.django_db

# What must be written down by the rules of the portal, whatever an app says of itself.
MUST = {
    "Unit",
    "Placement",
    "School",
    "SchoolYear",
    "Appointment",
    "User",
    "Programme",
    "Target",
    "Activity",
    "Execution",
}
MUST |= {"Observation", "IndicatorEdition", "MethodologyEdition", "SchoolList", "ListEntry", "Load", "Document"}


def written(table: str) -> list[RowChange]:
    return list(RowChange.objects.filter(table_name=table).order_by("pk"))


@pytest.fixture
def kezhma() -> Unit:
    unit = make_municipality(make_region(), "131", "Кежемский район")
    RowChange.objects.all().delete()
    return unit


def test_every_model_is_written_down_or_says_why_not():
    reasons = {model.__name__: why_not(model) for model in our_models()}

    assert {name for name, reason in reasons.items() if reason and len(reason) < 15} == set()
    assert MUST & {name for name, reason in reasons.items() if reason} == set()
    assert {model.__name__ for model in our_models()} >= MUST


def test_what_apps_say_of_their_models_is_true():
    for app in {model._meta.app_config for model in our_models()}:
        own = {model.__name__: {field.name for field in model._meta.concrete_fields} for model in app.get_models()}
        for said in ("unjournalled", "passing_columns", "secret_columns"):
            for name, columns in getattr(app, said, {}).items():
                assert name in own, f"{app.label}.{said}: {name}"
                if said != "unjournalled":
                    assert set(columns) - own[name] == set()


def test_every_table_has_its_three_triggers():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgfoid = to_regprocedure('opora_journal()')"
        )
        standing = set(cursor.fetchall())

    assert standing == {(one.table, f"journal_{event}") for one in journalled() for event in EVENTS}


def test_triggers_that_are_missing_or_made_otherwise_are_made_anew():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_update ON schools_unit")
        cursor.execute("DROP TRIGGER journal_insert ON accounts_user")
        cursor.execute(
            "CREATE TRIGGER journal_insert AFTER INSERT ON accounts_user REFERENCING NEW TABLE AS new_rows"
            " FOR EACH STATEMENT EXECUTE FUNCTION opora_journal('id', '{}', '{}', '')"
        )
    attach_journal()

    test_every_table_has_its_three_triggers()
    make_user("somebody", "ministry_analyst", make_region())
    assert written("accounts_user")[-1].after["password"] == "•••"


def test_a_row_is_written_down_as_it_comes_changes_and_goes(kezhma, now):
    user = User.objects.create(login="a", full_name="Иванова Анна", password="тайна")
    User.objects.filter(pk=user.pk).update(full_name="Петрова Анна", password="другая")
    User.objects.filter(pk=user.pk).update(full_name="Петрова Анна")  # nothing differs
    User.objects.filter(pk=user.pk).update(last_login=now)  # told by the events of signing in
    key = str(user.pk)
    user.delete()

    came, changed, went = written("accounts_user")
    assert (came.operation, came.row_key, came.before) == ("insert", key, None)
    assert (came.after["login"], came.after["password"], "last_login" in came.after) == ("a", "•••", False)
    assert changed.before == {"full_name": "Иванова Анна", "password": "•••"}
    assert changed.after == {"full_name": "Петрова Анна", "password": "•••"}
    assert (went.operation, went.before["full_name"], went.after) == ("delete", "Петрова Анна", None)
    assert (changed.actor_id, changed.database_role) == (None, "opora_owner")


def test_a_null_that_was_filled_and_a_value_that_was_emptied_are_changes(kezhma):
    Unit.objects.filter(pk=kezhma.pk).update(closed_on="2021-01-01")
    Unit.objects.filter(pk=kezhma.pk).update(closed_on=None)

    assert [(row.before, row.after, row.unit_id) for row in written("schools_unit")] == [
        ({"closed_on": None}, {"closed_on": "2021-01-01"}, kezhma.pk),
        ({"closed_on": "2021-01-01"}, {"closed_on": None}, kezhma.pk),
    ]


def test_bulk_writes_and_copy_are_written_down_row_by_row(kezhma, tmp_path):
    schools = [make_school(kezhma, f"13100{n}", name=f"Школа {n}") for n in range(3)]
    RowChange.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE schools_unit SET name = name || '!' WHERE kind = 'school'")
        path = tmp_path / "aliases"
        path.write_text("".join(f"{school.pk}\tИмя\tимя\n" for school in schools), encoding="utf-8")
        with path.open() as rows:
            cursor.cursor.copy_expert("COPY schools_alias (unit_id, name, key) FROM STDIN", rows)
    bulk = [Unit.objects.get(pk=school.pk) for school in schools]
    for unit in bulk:
        unit.short_name = f"СОШ {unit.pk}"
    Unit.objects.bulk_update(bulk, ["short_name"])

    by_sql = [(row.row_key, row.after) for row in written("schools_unit")[:3]]
    assert sorted(by_sql) == sorted((str(each.pk), {"name": f"Школа {n}!"}) for n, each in enumerate(schools))
    assert [set(row.after) for row in written("schools_unit")[3:]] == [{"short_name"}] * 3
    assert [row.unit_id for row in written("schools_alias")] == [school.pk for school in schools]


def test_a_changed_key_is_a_row_that_went_and_one_that_came(kezhma):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO schools_alias (unit_id, name, key) VALUES (%s, 'а', 'а') RETURNING id", [kezhma.pk])
        (key,) = cursor.fetchone()
        cursor.execute("UPDATE schools_alias SET id = id + 1000 WHERE id = %s", [key])

    assert {(row.operation, row.row_key) for row in written("schools_alias")[1:]} == {
        ("insert", str(key + 1000)),
        ("delete", str(key)),
    }


def test_an_upsert_says_what_it_did(kezhma):
    for url in ("https://a.ru", "https://b.ru"):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO schools_municipality (unit_id, type, tile_label, tile_order) VALUES (%s, 'rayon', %s, 0)"
                " ON CONFLICT (unit_id) DO UPDATE SET tile_label = excluded.tile_label",
                [kezhma.pk, url[8:9]],
            )

    rows = written("schools_municipality")
    assert [row.operation for row in rows][-1] == "update"
    assert rows[-1].after == {"tile_label": "b"}


@pytest.mark.parametrize("role", ["web", "worker"])
def test_the_roles_of_the_program_write_into_it_by_writing_rows(kezhma, role):
    become(ROLES[role])
    with acting(actor=17, signatory=18, door="page", request="r-1", reason="Приказ № 1"):
        Unit.objects.filter(pk=kezhma.pk).update(name="Кежемский муниципальный район")
    Unit.objects.filter(pk=kezhma.pk).update(name="Кежемский район")
    become(ROLES["owner"])

    known, unknown = written("schools_unit")
    assert (known.actor_id, known.signatory_id, known.door) == (17, 18, "page")
    assert (known.request, known.reason, known.database_role) == ("r-1", "Приказ № 1", ROLES[role])
    assert (unknown.actor_id, unknown.door, unknown.request, unknown.reason) == (None, "", "", "")
    assert known.transaction_id == unknown.transaction_id  # one test is one transaction


def test_facts_that_make_no_sense_refuse_nothing(kezhma):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('opora.actor', '1; DROP', true)")
        cursor.execute("SELECT set_config('opora.door', %s, true)", ["д" * 99])
    Unit.objects.filter(pk=kezhma.pk).update(name="Кежма")

    (row,) = written("schools_unit")
    assert (row.actor_id, row.door) == (None, "д" * 20)


def test_an_event_knows_the_transaction_of_its_rows(kezhma, now):
    actor = make_user("a", "ministry_analyst", kezhma.parent)
    Unit.objects.filter(pk=kezhma.pk).update(name="Кежма")
    record(actor=actor, action="unit.changed", target=kezhma, now=now)

    assert AuditEvent.objects.latest("pk").transaction_id == written("schools_unit")[-1].transaction_id


def test_a_table_tells_whose_its_rows_are():
    said = {one.table: one for one in journalled()}

    assert said["schools_unit"] == Journalled("schools_unit", "id", (), (), "id")
    assert said["schools_school"].unit == "unit_id"
    assert said["accounts_user"].secret == ("password",)
    assert said[Document._meta.db_table].unit == "unit_id"
    assert said["programmes_target"].unit == "unit_id"
    assert said["programmes_direction"].unit == ""
