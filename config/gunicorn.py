"""How gunicorn serves the portal; read by `gunicorn --config python:config.gunicorn`."""

import multiprocessing
import os

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104 - a container's own network
workers = int(os.environ.get("WEB_WORKERS", max(2, multiprocessing.cpu_count())))
preload_app = True  # read once, shared by the workers
timeout = 60
graceful_timeout = 20
# A worker is replaced after a while, so that no leak can grow.
max_requests = 5000
max_requests_jitter = 500
