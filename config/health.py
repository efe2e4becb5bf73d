"""
Whether the program lives and whether it can serve: asked by the container engine and by a balancer.

Answered before any other middleware: the asker has no session, no allowed host name and no TLS.
"""

from collections.abc import Callable

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

from config.celery import bring_broker

Handler = Callable[[HttpRequest], HttpResponse]
BROKER_PATIENCE = 2  # seconds


def health(get_response: Handler) -> Handler:
    """Answer /livez and /readyz; hand on everything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return JsonResponse({"alive": True})
        if request.path == "/readyz":
            return readiness()
        return get_response(request)

    return middleware


def readiness() -> HttpResponse:
    """Say of each thing that a page needs whether it is there; 503 if one is not."""
    database = database_answers()
    state = {
        "database": database,
        "migrations": database and nothing_to_migrate(),
        "broker": broker_answers(),
    }
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def database_answers() -> bool:
    """Whether a statement runs."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def nothing_to_migrate() -> bool:
    """Whether the schema is that of this version of the program."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def broker_answers() -> bool:
    """Whether the broker accepts a connection. Without it work is done later, by the dispatcher."""
    try:
        bring_broker()
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE)
    except (OperationalError, OSError):
        return False
    return True
