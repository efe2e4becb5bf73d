"""The kinds of long work of this app, as the queue calls them."""

from jobs import registry
from jobs.enums import Queue
from reports.services.orders import JOB_KIND, render_order


def register_jobs() -> None:
    """Declare them."""
    registry.register(JOB_KIND, title="Отчёт", queue=Queue.LONG, handler=render_order)
