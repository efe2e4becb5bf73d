"""The workers' entry point: `celery -A config worker`."""

import os
from typing import Any

from celery import Celery, signals
from django.conf import settings

from common.embedded import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("opora")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.celeryd_init.connect
@signals.beat_init.connect
@signals.before_task_publish.connect
def bring_broker(**_signal: Any) -> None:
    """Start the embedded broker, where that is the one in use, before anybody speaks to it."""
    if settings.EMBEDDED_BROKER:
        redis.ensure()
