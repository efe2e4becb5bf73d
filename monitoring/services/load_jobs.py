"""The kinds of long work that loads order, as the queue calls them."""

from jobs import registry
from jobs.enums import Queue
from monitoring.services import accepting, reading


def register_load_jobs() -> None:
    """Declare them."""
    registry.register(reading.JOB_KIND, title="Чтение файла результатов", queue=Queue.LONG, handler=reading.read_load)
    registry.register(
        accepting.JOB_KIND, title="Приём результатов", queue=Queue.LONG, handler=accepting.accept_ordered_load
    )
