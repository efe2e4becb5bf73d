"""What the database itself refuses to the web and worker roles, and that pages run as the web role in tests."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection
from django.http import HttpResponse

from tests.roles import ROLES, become, serve_as_web

pytestmark = pytest.mark.django_db

ROW = (
    "INSERT INTO monitoring_resultrow (academic_year, load_id, row_no, assessment_id, unit_id)"
    " VALUES (2020, 1, 1, 1, 1)"
)
EVENT = (
    "INSERT INTO accounts_auditevent (happened_at, actor_name, action, target_kind, target_id, target_title,"
    " unit_path, via, reason) VALUES (now(), 'a', 'a', 'a', '1', 'a', '', '', '')"
)
# The trail of rows is filled by triggers alone, and neither trail is ever changed or emptied.
TRAIL = (
    "TRUNCATE accounts_auditevent",
    "INSERT INTO accounts_rowchange SELECT * FROM accounts_rowchange",
    "UPDATE accounts_rowchange SET actor_id = 1",
    "DELETE FROM accounts_rowchange",
    "TRUNCATE accounts_rowchange",
    "ALTER TABLE schools_unit DISABLE TRIGGER journal_update",
    "DROP TRIGGER journal_update ON schools_unit",
    "CREATE OR REPLACE FUNCTION opora_journal() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "TRUNCATE schools_unit CASCADE",
)


@pytest.fixture
def run_as() -> Callable[[str, str], None]:
    """Run a statement as a role."""

    def run(role: str, statement: str) -> None:
        become(ROLES[role])
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("web", "SELECT mark FROM monitoring_resultrow"),
        ("web", "SELECT mark FROM monitoring_resultrow_2020"),
        ("web", "SELECT mark FROM monitoring_resultrow_other"),
        ("web", ROW),
        ("web", "DELETE FROM monitoring_resultrow_2020"),
        ("web", "COPY monitoring_resultrow_2020 TO STDOUT"),
        ("worker", "UPDATE monitoring_resultrow SET mark = 5"),
        ("worker", "UPDATE monitoring_resultrow_2020 SET mark = 5"),
        ("web", "UPDATE accounts_auditevent SET reason = ''"),
        ("web", "DELETE FROM accounts_auditevent"),
        ("worker", "UPDATE accounts_auditevent SET reason = ''"),
        ("worker", "DELETE FROM accounts_auditevent"),
        *((role, statement) for role in ("web", "worker") for statement in TRAIL),
        ("web", "UPDATE monitoring_finding SET categories = ARRAY[]::varchar[]"),
        ("worker", "UPDATE monitoring_finding SET low_count = 0"),
        ("worker", "UPDATE monitoring_methodologyedition SET parameters = '{}'"),
        ("web", "DELETE FROM django_migrations"),
        ("worker", "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())"),
        ("web", "CREATE TABLE mine (n int)"),
        ("worker", "ALTER TABLE schools_unit DROP COLUMN code"),
        ("worker", "DROP TABLE schools_unit CASCADE"),
    ],
)
def test_refused(run_as, role, statement):
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"):
        run_as(role, statement)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("web", "SELECT * FROM monitoring_schoolresult"),
        ("web", "UPDATE monitoring_methodologyedition SET is_current = false"),
        ("web", EVENT),
        ("worker", EVENT),
        ("worker", ROW),
        ("worker", "SELECT mark FROM monitoring_resultrow_2020"),
        ("worker", "DELETE FROM monitoring_resultrow WHERE load_id = 1"),
        ("web", "SELECT * FROM accounts_rowchange"),
        ("worker", "SELECT * FROM accounts_rowchange"),
    ],
)
def test_allowed(run_as, role, statement):
    run_as(role, statement)


def current_user(_request) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return HttpResponse(cursor.fetchone()[0])


def test_pages_of_tests_have_the_rights_of_the_web_role(rf):
    assert serve_as_web(current_user)(rf.get("/")).content == b"opora_web"
    assert current_user(None).content == b"opora_owner"
