"""
The last net under the scoping of the program: which rows the database itself opens to the web role.

What a reader may see is said by querysets (`visible_to`), permission by permission. Should one of them be forgotten,
the rows that matter most stay shut all the same: their tables carry policies, by which the web role reads and writes
what belongs to a unit within the reach of whoever the session was told of (`common.session_facts`), and a session that
was told of nobody sees none of it. Units that stood there once are read as well, for a number of a past year is of the
units of that year. The reach is the widest that any reading has; direction and permission are the program's.

The worker role computes for everybody, and the owner makes the tables: to both every row is open.

Each app says of which models it is, as an attribute of its `AppConfig`, and the policies are attached here after every
migration:

    net = {"Programme": Net(above="status = 'approved'")}
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg2 import sql

# Both are worked out once a statement, and for a reader of everything the second never is.
WITHIN = "((SELECT opora_reads_everything()) OR {unit} IN (SELECT within.id FROM {units}() AS within(id)))"
TODAY, EVER = "opora_units_within", "opora_units_ever_within"
ABOVE = "({condition} AND {unit} IN (SELECT above.id FROM opora_units_above() AS above(id)))"
OWN = "({own} = (SELECT opora_reader()) AND {within})"
POLICY = "CREATE POLICY {name} ON {table} FOR {verb} TO {role} {check}"


@dataclass(frozen=True, slots=True)
class Net:
    """
    What a policy says of a table.

    `above` is the condition under which rows of the units above the reader's places are read too; `own` is the column
    of the person whose row it is, where nobody else's is looked at.
    """

    above: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table under the net."""

    table: str
    unit: str
    net: Net

    def policies(self) -> dict[str, sql.Composed]:
        """Return the statements that make the policies, by the policy's name."""
        web, worker = (sql.Identifier(settings.DATABASE_ROLES[role]) for role in ("web", "worker"))
        read, within = (WITHIN.format(unit=self.unit, units=units) for units in (EVER, TODAY))
        if self.net.own:
            read = within = OWN.format(own=self.net.own, within=within)
        if self.net.above:
            read += f" OR {ABOVE.format(condition=self.net.above, unit=self.unit)}"
        return {
            "net_read": self._policy("net_read", "SELECT", web, f"USING ({read})"),
            "net_add": self._policy("net_add", "INSERT", web, f"WITH CHECK ({within})"),
            "net_change": self._policy("net_change", "UPDATE", web, f"USING ({within}) WITH CHECK ({within})"),
            "net_delete": self._policy("net_delete", "DELETE", web, f"USING ({within})"),
            "net_worker": self._policy("net_worker", "ALL", worker, "USING (true) WITH CHECK (true)"),
        }

    def _policy(self, name: str, verb: str, role: sql.Identifier, check: str) -> sql.Composed:
        parts = {"name": sql.Identifier(name), "table": sql.Identifier(self.table), "role": role}
        return sql.SQL(POLICY).format(**parts, verb=sql.SQL(verb), check=sql.SQL(check))


def guarded() -> list[Guarded]:
    """Return the tables under the net, as the apps name them."""
    found = []
    for app in settings.OUR_APPS:
        config = apps.get_app_config(app)
        models = {model.__name__: model._meta for model in config.get_models()}
        for name, net in getattr(config, "net", {}).items():
            found.append(Guarded(models[name].db_table, str(models[name].get_field("unit").column), net))
    return found


def attach_net(**_signal: Any) -> None:
    """Give every table of the net its policies, and take them from others; for `post_migrate`, by the owner only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, to_regprocedure('opora_units_ever_within()')")
        user, function = cursor.fetchone()
        if user != settings.DATABASE_ROLES["owner"] or function is None:
            return
        standing = _standing(cursor)
        for one in guarded():
            wanted = {
                name: (said, hashlib.sha256(said.as_string(cursor.cursor).encode()).hexdigest())
                for name, said in one.policies().items()
            }
            if standing.pop(one.table, {}) != {name: mark for name, (_, mark) in wanted.items()}:
                _guard(cursor, one.table, wanted)
        for table, names in standing.items():
            _unguard(cursor, table, names)


def _standing(cursor: Any) -> dict[str, dict[str, str]]:
    """Return the marks of the policies that there are, by table and name: what each was made with."""
    cursor.execute(
        "SELECT relname, polname, coalesce(obj_description(pg_policy.oid, 'pg_policy'), '')"
        " FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid"
        " WHERE relrowsecurity AND polname LIKE 'net\\_%' AND relnamespace = 'public'::regnamespace"
    )
    found: dict[str, dict[str, str]] = {}
    for table, name, mark in cursor.fetchall():
        found.setdefault(table, {})[name] = mark
    return found


def _guard(cursor: Any, table: str, wanted: dict[str, tuple[sql.Composed, str]]) -> None:
    cursor.execute("SELECT to_regclass(%s)", [table])
    if cursor.fetchone() == (None,):
        return
    _run(cursor, "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", table=table)
    for name, (said, mark) in wanted.items():
        _run(cursor, "DROP POLICY IF EXISTS {name} ON {table}", name=name, table=table)
        cursor.execute(said.as_string(cursor.cursor))
        _run(cursor, "COMMENT ON POLICY {name} ON {table} IS {mark}", name=name, table=table, mark=sql.Literal(mark))


def _unguard(cursor: Any, table: str, names: dict[str, str]) -> None:
    for name in names:
        _run(cursor, "DROP POLICY {name} ON {table}", name=name, table=table)
    _run(cursor, "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", table=table)


def _run(cursor: Any, text: str, **names: Any) -> None:
    parts = {name: one if isinstance(one, sql.Composable) else sql.Identifier(one) for name, one in names.items()}
    cursor.execute(sql.SQL(text).format(**parts).as_string(cursor.cursor))
