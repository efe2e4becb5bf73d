"""Settings of the test run: the same program on a data folder and a database of its own, with quicker passwords."""

import os
from pathlib import Path

# Before the settings are read, and for every process that a test starts.
os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parents[2] / ".local" / "test"))
os.environ.setdefault("OPORA_PROCESS", "owner")  # makes the databases; pages are served as the web role, see below

from config.settings.base import *  # noqa: F403 - the point of this module
from config.settings.base import DATABASES, MIDDLEWARE

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEMO = True
# A test database need not survive a power cut.
DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
# Every page of every test runs with the rights of the web role, so a page that asks for more fails here first.
MIDDLEWARE = ["tests.roles.serve_as_web", *MIDDLEWARE]
