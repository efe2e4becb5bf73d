"""The look in a browser: by keyboard, on a phone, under doubled letters, without scripts, for the visually impaired."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PATIENCE
from tests.platform.portal import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(420)]
expect.set_options(timeout=PATIENCE)

PAGES = [
    "/", "/map/", "/changes/", "/search/?q=школа", "/schools/", "/schools/import/", "/programmes/",
    "/programmes/missing/", "/programmes/indicators/", "/programmes/headline/", "/roadmap/", "/monitoring/",
    "/monitoring/loads/", "/monitoring/loads/upload/", "/monitoring/results/", "/monitoring/runs/",
    "/monitoring/lists/", "/monitoring/methods/", "/monitoring/recommendations/", "/monitoring/procedures/",
    "/documents/", "/indicators/entry/", "/indicators/", "/indicators/bases/", "/indicators/new/",
    "/indicators/review/", "/indicators/compare/", "/reports/", "/jobs/",
    "/accounts/profile/", "/sight/",
]  # fmt: skip
PHONE, DOUBLED = {"width": 390, "height": 844}, {"width": 683, "height": 384}  # 683 is 1366 at a zoom of 200 %


def too_wide(page: Page) -> int:
    """By how many pixels the page itself scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def wide_pages(page: Page) -> dict[str, int]:
    """The pages that scroll sideways. Tables scroll in frames of their own, never the page."""
    found = {}
    for address in PAGES:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found[address] = too_wide(page)
    return {address: pixels for address, pixels in found.items() if pixels > 0}


@pytest.mark.parametrize("size", [PHONE, DOUBLED], ids=["a phone", "a zoom of 200 %"])
def test_no_page_scrolls_sideways(sign_in, size):
    page = sign_in("centre")
    page.set_viewport_size(size)

    assert wide_pages(page) == {}


def test_nor_under_the_largest_letters(sign_in, portal):
    page = sign_in("centre")
    kept = {"name": "sight", "value": "size-200.space-wide.contrast-dark.images-off", "url": portal.address}
    page.context.add_cookies([kept])

    assert wide_pages(page) == {}


def test_the_keyboard_skips_to_the_text(sign_in):
    page = sign_in("centre")
    page.goto("/schools/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="К содержанию страницы")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_every_frame_that_scrolls_is_reached_by_the_keyboard(sign_in):
    page = sign_in("centre")
    page.goto("/schools/")

    frame = page.get_by_role("region").first
    frame.focus()
    expect(frame).to_be_focused()
    assert frame.get_attribute("aria-label")


def test_the_version_for_the_visually_impaired_is_two_clicks_away_before_signing_in(browser, portal):
    page = browser.new_context(base_url=portal.address).new_page()
    page.goto("/accounts/sign-in/")

    page.get_by_role("link", name="Версия для слабовидящих").first.click()
    page.get_by_role("button", name="Включить").click()

    expect(page).to_have_url(re.compile("/accounts/sign-in/"))
    expect(page.locator("html")).to_have_class("size-150 space-wide contrast-light images-off")
    page.get_by_role("button", name="Обычная версия").click()
    expect(page.locator("html")).to_have_class("")


def test_the_year_is_changed_and_the_rest_of_the_address_stays(sign_in):
    page = sign_in("centre")
    page.goto("/schools/?q=школа&sort=-name")

    page.get_by_role("navigation", name="Год программы").get_by_role("link", name="2021").click()

    expect(page).to_have_url(re.compile(r"\?q=.*&sort=-name&year=2021$"))
    expect(page.locator(".years [aria-current]")).to_have_text("2021")


def test_pages_are_read_without_scripts(browser, portal):
    page = browser.new_context(base_url=portal.address, java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_label("Логин").fill("centre")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()

    page.get_by_role("link", name="Открыть карту муниципалитетов").click()
    expect(page.locator(".tile").first).to_be_visible()
    page.locator(".tile").first.click()
    page.get_by_role("link", name="Показать показатели").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("показатели")


def test_a_double_click_sends_a_form_once(browser, portal):
    page = browser.new_context(base_url=portal.address).new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/accounts/sign-in/")
    page.get_by_label("Логин").fill("centre")
    page.get_by_label("Пароль").fill(PASSWORD)

    page.get_by_role("button", name="Войти").hover()
    for _press in range(2):
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(60)  # milliseconds, as by hand: two in one instant are one to the browser

    page.get_by_role("navigation", name="Разделы").wait_for()
    assert len(sent) == 1
