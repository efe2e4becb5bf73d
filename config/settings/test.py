"""Settings of the test run: the same program, quicker passwords, its own database."""

from config.settings.base import *  # noqa: F403 - the point of this module

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEMO = True
