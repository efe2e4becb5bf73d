"""The whole command on a data folder of its own: built, served, stopped by Ctrl-C, quick and the same the next time."""

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.platform.processes import PROJECT, data_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
READY_WITHIN = 800  # seconds, on a machine that does other things too


class Demo:
    """`manage.py demo` for one municipality, until it is stopped."""

    def __init__(self, home: Path) -> None:
        environment = os.environ | {"DATA_DIR": str(home)}
        for name in ("DJANGO_SETTINGS_MODULE", "OPORA_PROCESS", "DATABASE_URL", "REDIS_URL"):
            environment.pop(name, None)
        command = [sys.executable, "manage.py", "demo", "--only", "131", "--port", "8790"]
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)
        self.said = ""
        while "Остановить: Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            assert line and time.monotonic() - self.started < READY_WITHIN, self.said
            self.said += line
        self.took = time.monotonic() - self.started

    @property
    def address(self) -> str:
        return re.search(r"http://127\.0\.0\.1:\d+/", self.said)[0]

    def sign_in_of(self, login: str) -> str:
        return re.search(rf"^  {login} +(\S+) ", self.said, re.MULTILINE)[1]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(60)


def signed_in(demo: Demo, login: str) -> str:
    """Sign in as a browser would and return the page that follows."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    form = browser.open(f"{demo.address}accounts/sign-in/").read().decode()
    fields = {
        "csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1],
        "login": login,
        "password": demo.sign_in_of(login),
    }
    data = urllib.parse.urlencode(fields).encode()
    address = f"{demo.address}accounts/sign-in/"
    request = urllib.request.Request(address, data, {"Referer": demo.address})  # noqa: S310 - our own server
    return browser.open(request).read().decode()


def test_the_command_builds_serves_stops_and_keeps():
    with data_folder() as home:
        first = Demo(home)
        try:
            page = signed_in(first, "kezhma")
            assert "Кежемский район" in page and "учебные данные" in page
            assert re.search(r"в списке \d+\sшкол\w* из 9\.", first.said)
        finally:
            assert first.stop() == 0

        second = Demo(home)
        try:
            assert second.took < first.took / 2
            assert second.sign_in_of("analyst") == first.sign_in_of("analyst")
            assert "Кежемский район" in signed_in(second, "kezhma")
        finally:
            assert second.stop() == 0
