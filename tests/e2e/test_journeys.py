"""
Three journeys in a browser, in this order, through one portal: the centre loads a file and a list comes of it; the
ministry reads an indicator and opens it to the rows; a coordinator orders the municipal report.
"""

import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.conftest import PATIENCE
from tests.platform.portal import SAMPLES, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]
expect.set_options(timeout=PATIENCE)
WAITING = "SELECT count(*) FROM indicators_recalculationrequest WHERE fulfilled_at IS NULL"


def go(page: Page, place: str) -> None:
    """Go to one of the seven places."""
    page.get_by_role("navigation", name="Разделы").get_by_role("link", name=place, exact=True).click()


def open_result(page: Page) -> None:
    """Wait at a job until it is done, and open what came of it."""
    page.get_by_role("link", name="Открыть результат").click()


def load(page: Page, *files: str) -> None:
    """Hand files in one by one, look at each before it is taken, take it."""
    for name in files:
        go(page, "Мониторинг")
        page.get_by_role("link", name="Загрузить результаты").click()
        page.locator("input[type=file]").set_input_files(SAMPLES / name)
        page.get_by_role("button", name="Прочитать").click()
        open_result(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        page.get_by_role("button", name=re.compile("^Принять")).click()
        expect(page.get_by_text("принят", exact=False).first).to_be_visible()
        page.get_by_role("link", name="Открыть результат").wait_for()


def test_the_centre_loads_files_and_a_list_comes_of_them(sign_in):
    page = sign_in("centre")
    load(page, "oge-2021-mat-by-school.xls", "oge-2021-rus-by-school.xls", "rcoi-oge-2022.csv")

    go(page, "Мониторинг")
    page.get_by_role("link", name="Заказать расчёт").click()
    page.get_by_label("Новейший учебный год результатов").select_option("2021/22")
    page.get_by_role("button", name="Заказать расчёт").click()
    open_result(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("за 2021/22 учебный год")
    page.get_by_role("button", name="Составить список по расчёту").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2022")

    page.get_by_role("link", name=re.compile("^почему")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("почему она выявлена в 2021/22 году")
    page.go_back()

    signing = sign_in("approver")
    signing.goto(page.url)
    signing.get_by_role("link", name="Утвердить приказом").click()
    signing.get_by_label("Номер приказа").fill("512-11-05")
    signing.get_by_label("Дата приказа").fill("2022-10-20")
    signing.get_by_role("button", name="Утвердить").click()
    expect(signing.get_by_text("№ 512-11-05 от 20.10.2022").first).to_be_visible()


def test_the_ministry_reads_an_indicator_and_opens_it_to_the_rows(sign_in, portal):
    until(lambda: portal.ask(WAITING) == [(0,)], seconds=120, portal=portal)  # the list has just been approved
    page = sign_in("ministry")
    go(page, "Показатели")
    page.get_by_role("link", name="2022", exact=True).click()
    row = page.locator("tr", has_text="положительной динамики в результатах ОГЭ").first
    row.locator("td.current a").first.click()
    expect(page.get_by_text(re.compile(r"=\s\d\sиз\s\d\sшкол"))).to_be_visible()

    page.get_by_role("link", name=re.compile(r"Математика.*участников 25.*файл «rcoi-oge-2022\.csv»")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ОГЭ, Математика, 9 класс, 2021/22")
    expect(page.get_by_text("rcoi-oge-2022.csv").first).to_be_visible()
    marks = page.get_by_role("heading", name="Строки файла").locator("xpath=following::tbody[1]/tr")
    expect(marks).to_have_count(25)


def test_a_coordinator_orders_the_municipal_report(sign_in):
    page = sign_in("coordinator")
    go(page, "Отчёты")
    page.get_by_label("Отчёт", exact=True).select_option("indicators")
    page.get_by_label("Территория").select_option("Кежемский район")
    page.get_by_role("combobox", name="Год программы").select_option("2022")
    page.get_by_label("PDF").check()
    page.get_by_role("button", name="Заказать отчёт").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Скачать")).first.click()
    report = PdfReader(waiting.value.path())
    text = " ".join(leaf.extract_text() for leaf in report.pages)

    assert "Кежемский район" in text
    assert "Мониторинг показателей" in text
