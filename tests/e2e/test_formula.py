"""A formula is written with the keyboard alone: words are offered, the wrong letter is marked, the result is seen."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(420)]
expect.set_options(timeout=PATIENCE)


def test_words_are_offered_and_chosen_by_the_keyboard(sign_in):
    page = sign_in("ministry")
    page.goto("/indicators/new/")
    area, offered = page.locator("#id_formula"), page.locator("#formula-words [role=option]")

    area.focus()
    page.keyboard.type("кол", delay=30)
    expect(offered.first).to_contain_text("количество")
    page.keyboard.press("ArrowDown")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    assert area.get_attribute("aria-activedescendant") == offered.first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(area).to_have_value("количество(")

    page.keyboard.type("школы, где тип_школы(лиц", delay=30)
    expect(offered.first).to_contain_text("лицей")
    page.keyboard.press("Escape")
    expect(page.locator("#formula-words")).to_be_hidden()
    page.keyboard.type("ей))")
    expect(page.locator("#checked code")).to_contain_text("тип_школы")

    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    expect(page.locator("#checked mark")).to_be_visible()
    page.get_by_role("button", name="Перейти к этому месту").click()
    expect(area).to_be_focused()


def test_without_scripts_the_form_is_plain_and_the_words_stand_beside_it(sign_in, browser, portal):
    signed_in = sign_in("ministry").context.storage_state()
    page = browser.new_context(base_url=portal.address, java_script_enabled=False, storage_state=signed_in).new_page()

    page.goto("/indicators/new/")
    page.get_by_text("Слова формул", exact=True).click()

    expect(page.locator("dl.trail dt", has_text="доля").first).to_be_visible()
    expect(page.locator("[data-formula-help]")).to_be_hidden()
