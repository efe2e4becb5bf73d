"""
Real services without an installation: PostgreSQL and Redis from binaries that come as Python wheels.

They live under `DATA_DIR` (`.local/` beside manage.py), listen on unix sockets only, start when somebody
first connects and stop when the last process that used them is gone, however it went. Asking for settings
starts nothing.
"""

from common.embedded.places import data_dir
from common.embedded.secret_files import readable_secret, secret
from common.embedded.settings import broker_url, database_settings, redis_url

__all__ = ["broker_url", "data_dir", "database_settings", "readable_secret", "redis_url", "secret"]
