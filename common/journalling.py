"""
The trail of rows: whichever way a row is written, through the program or past it, the database writes it down.

Every table of the apps has three statement triggers, for rows added, changed and deleted, which run `opora_journal()`
(made by a migration of accounts) and so fill `accounts.RowChange`. They are attached here after every migration, so
that a new table cannot be forgotten. What is not written down each app says itself, with the reason, as an attribute
of its `AppConfig`:

    unjournalled = {"Ancestry": "считается из Placement"}        # a model → why its rows are not written down
    passing_columns = {"ApiToken": ["last_used_at"]}             # columns whose change is no change
    secret_columns = {"User": ["password"]}                      # that they changed is written, never what they hold
    whose_column = {"Unit": "id"}                                # what says of which unit a row is, where not `unit`
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model
from psycopg2 import sql

from common.sql import named_sql

EVENTS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}


@dataclass(frozen=True, slots=True)
class Journalled:
    """A table whose rows are written down, and what the trigger is told of it."""

    table: str
    key: str
    passing: tuple[str, ...]
    secret: tuple[str, ...]
    unit: str  # the column that says whose the row is; nothing where none does

    @property
    def arguments(self) -> tuple[str, str, str, str]:
        """What the triggers are made with."""
        return (self.key, _list(self.passing), _list(self.secret), self.unit)


def our_models() -> list[type[Model]]:
    """Return every model of the apps."""
    return [model for app in settings.OUR_APPS for model in apps.get_app_config(app).get_models()]


def why_not(model: type[Model]) -> str:
    """Return why the rows of a model are not written down; nothing where they are."""
    said: dict[str, str] = getattr(model._meta.app_config, "unjournalled", {})
    return said.get(model.__name__, "")


def journalled() -> list[Journalled]:
    """Return the tables whose rows are written down."""
    return [_journalled(model) for model in our_models() if not why_not(model)]


def attach_journal(**_signal: Any) -> None:
    """Give every table its triggers, and take them from those that need none; for `post_migrate`, by the owner only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, to_regprocedure('opora_journal()')")
        user, function = cursor.fetchone()
        if user != settings.DATABASE_ROLES["owner"] or function is None:
            return
        cursor.execute(named_sql("common", "journal_triggers"))
        standing = {(table, name): tuple(arguments) for table, name, arguments in cursor.fetchall()}
        wanted = {(one.table, f"journal_{event}"): one for one in journalled() for event in EVENTS}
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {table for (table,) in cursor.fetchall()}
        for table, name in standing.keys() - wanted.keys():
            _run(cursor, "DROP TRIGGER {name} ON {table}", name=name, table=table)
        for (table, name), one in wanted.items():
            if table in tables and standing.get((table, name)) != one.arguments:
                _attach(cursor, one, name)


def _journalled(model: type[Model]) -> Journalled:
    app, meta = model._meta.app_config, model._meta
    columns = {field.name: field.column for field in meta.concrete_fields}
    passing: dict[str, list[str]] = getattr(app, "passing_columns", {})
    secret: dict[str, list[str]] = getattr(app, "secret_columns", {})
    whose: dict[str, str] = getattr(app, "whose_column", {})
    return Journalled(
        table=meta.db_table,
        key=str(meta.pk.column),
        passing=tuple(columns[name] for name in passing.get(model.__name__, [])),
        secret=tuple(columns[name] for name in secret.get(model.__name__, [])),
        unit=str(columns.get(whose.get(model.__name__, "unit"), "")),
    )


def _attach(cursor: Any, one: Journalled, name: str) -> None:
    event = name.removeprefix("journal_")
    text = (
        f"CREATE OR REPLACE TRIGGER {{name}} AFTER {event.upper()} ON {{table}} {EVENTS[event]} "
        "FOR EACH STATEMENT EXECUTE FUNCTION opora_journal({arguments})"
    )
    arguments = sql.SQL(", ").join(map(sql.Literal, one.arguments))
    _run(cursor, text, name=name, table=one.table, arguments=arguments)


def _run(cursor: Any, text: str, **names: Any) -> None:
    parts = {
        name: value if isinstance(value, sql.Composable) else sql.Identifier(value) for name, value in names.items()
    }
    cursor.execute(sql.SQL(text).format(**parts).as_string(cursor.cursor))


def _list(names: tuple[str, ...]) -> str:
    return "{" + ",".join(names) + "}"
