"""What Django and Celery are told about the embedded services. Reading it starts nothing."""

from common.embedded import redis
from common.embedded.places import socket_folder
from common.embedded.postgres import DATABASE, ROLES, password


def database_settings(role: str) -> dict[str, object]:
    """Return DATABASES["default"] for the role: owner, web or worker."""
    return {
        "ENGINE": "common.embedded.engine",
        "NAME": DATABASE,
        "USER": ROLES[role],
        "PASSWORD": password(role),
        "HOST": str(socket_folder()),
        "PORT": "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def redis_url(database: int = 0) -> str:
    """Return the address of Redis for redis-py; `common.embedded.redis.ensure()` starts it."""
    return redis.url(database)


def broker_url(database: int = 0) -> str:
    """Return the address of Redis for Celery; `common.embedded.redis.ensure()` starts it."""
    return redis.broker_url(database)
