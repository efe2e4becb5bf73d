"""A portal that runs whole, with its workers, and a browser that people use it through."""

import socket
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.platform.portal import PASSWORD, Portal, build_template, opened, until
from tests.platform.processes import data_folder

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds: the workers share the machine with the rest of the suite


def free_port() -> int:
    """A port that nobody listens on; which one, the system chooses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """A portal with the schools of the samples, and five people, served until the module ends."""
    with data_folder() as folder:
        build_template(folder)
        with opened(folder) as portal:
            port = free_port()
            portal.start_web(port)
            portal.start_worker()
            portal.start_beat()
            portal.address = f"http://127.0.0.1:{port}"
            until(lambda: "Listening at" in portal.log() and "ready." in portal.log(), seconds=60, portal=portal)
            yield portal


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def sign_in(portal, browser) -> Iterator[Callable[[str], Page]]:
    """Open a browser window of one's own and sign in; an error on any page of it fails the journey."""
    windows = []
    complaints: list[str] = []

    def enter(login: str) -> Page:
        window = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ru-RU", base_url=portal.address)
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        page.goto("/")
        page.get_by_label("Логин").fill(login)
        page.get_by_label("Пароль").fill(PASSWORD)
        page.get_by_role("button", name="Войти").click()
        page.get_by_role("navigation", name="Разделы").wait_for()
        return page

    yield enter
    for window in windows:
        window.close()
    assert complaints == []
