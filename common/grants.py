"""The rights of the three database roles, given anew after every migration."""

from typing import Any

from django.conf import settings
from django.db import connection
from psycopg2 import sql

from common.sql import named_sql


def give_rights(**_signal: Any) -> None:
    """Let the web and worker roles do what `sql/grants.sql` says; for `post_migrate`. Run by the owner only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, to_regclass('accounts_auditevent')")
        user, tables_exist = cursor.fetchone()
        if user != settings.DATABASE_ROLES["owner"] or tables_exist is None:
            return
        text = sql.SQL(named_sql("common", "grants")).format(
            **{role: sql.Identifier(settings.DATABASE_ROLES[role]) for role in ("web", "worker")},
            **{f"{role}_name": sql.Literal(settings.DATABASE_ROLES[role]) for role in ("web", "worker")},
        )
        cursor.execute(text.as_string(cursor.cursor))
