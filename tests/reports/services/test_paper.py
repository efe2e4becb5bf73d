"""Reports on paper: tagged, in Russian, numbered, readable by a machine; nothing is fetched, nobody is named."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest

from accounts.models import User
from common.tables import Column, Kind, Table
from reports.charts.counts import category_counts
from reports.services.composing import compose
from reports.services.paper import FETCHER, pdf_bytes
from reports.services.parts import (
    MOST_ROWS_ON_PAPER,
    Items,
    Paragraph,
    PrintedFigure,
    PrintedTable,
    Report,
    Section,
)

NAMES = ("identification", "indicators", "school_passport")


def report(now, *sections: Section, **changes) -> Report:
    plain = Report(
        title="Проба",
        place="Кежемский район",
        year=2021,
        stretch="2021 год",
        requisites=[("Методика", "редакция 1")],
        sections=sections or [Section("Главное", [Paragraph("Всё в порядке.")])],
        sources=[("Методика", "редакция 1")],
        printed_at=now,
        is_demo=True,
    )
    return replace(plain, **changes)


def table(rows: int, **changes) -> PrintedTable:
    columns = [Column("№", Kind.INTEGER), Column("Школа"), Column("Доля, %", Kind.DECIMAL)]
    lines = [(number, f"Школа № {number}", 12.5) for number in range(1, rows + 1)]
    return PrintedTable(Table("Школы", columns, lines, caption="Школы района"), **changes)


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ").split())


def printed(name, place, user) -> bytes:
    unit = place.schools[0] if name == "school_passport" else place.region
    return pdf_bytes(compose(name=name, unit=unit, year=2021, user=user, now=place.now))


# The list of schools is told with who answers for it; nobody else stands on paper.
SIGNED_BY = {"identification": ["Иванова ministry"]}


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_tagged_numbered_readable_and_names_nobody_but_who_signed(place, name):
    content = printed(name, place, place.ministry)

    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        assert (str(root.Lang), bool(root.MarkInfo.Marked), "/StructTreeRoot" in root) == ("ru", True, True)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as described:
            assert described["pdfuaid:part"] == "1"
            assert "2021" in described["dc:title"]
        pages = len(pdf.pages)
    said = text_of(content)
    assert f"страница {pages} из {pages}" in said
    assert "Сформировано порталом «Опора» 15.11.2021 в 10:30" in said
    assert "Источники" in said
    people = list(User.objects.filter(is_system=False).values_list("full_name", flat=True))
    assert people
    assert [one for one in people if one in said] == SIGNED_BY.get(name, [])


def test_every_chart_has_its_words_for_who_cannot_see_it(now):
    chart = PrintedFigure(category_counts("Сколько школ?", [("ШНРО", 3), ("ШНСУ", 1)], of="школ"))

    with pikepdf.open(io.BytesIO(pdf_bytes(report(now, Section("Главное", [chart]))))) as pdf:
        figures = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        assert [str(one.Alt) for one in figures] == ["Сколько школ? ШНРО — 3; ШНСУ — 1."]


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/", "https://example.org/a.png"])
def test_the_printer_can_fetch_only_what_the_document_carries(address):
    with pytest.raises(ValueError, match="disallowed protocol"):
        FETCHER.fetch(address)


def test_printing_opens_no_socket_and_no_file_of_ours(now, settings):
    seen: list[tuple[str, str]] = []
    listening = [True]

    def listen(event: str, arguments: tuple) -> None:
        if listening[0] and event in {"open", "socket.connect", "socket.getaddrinfo"}:
            seen.append((event, str(arguments[0])))

    sys.addaudithook(listen)  # cannot be taken away again, only told to be quiet
    chart = PrintedFigure(category_counts("Сколько?", [("ШНРО", 7)], of="школ"))
    wild = Paragraph('<img src="file:///etc/hostname"><link rel=stylesheet href="http://127.0.0.1:9/a.css">')
    pdf_bytes(report(now, Section("Главное", [wild, chart, table(3)])))
    listening[0] = False

    assert [one for one in seen if one[0] != "open"] == []
    libraries = str(Path(sys.prefix).resolve())
    ours = [
        name
        for _event, name in seen
        if not Path(name).resolve().is_relative_to(libraries)
        and not Path(name).resolve().is_relative_to(Path(settings.BASE_DIR) / "templates")
        and "fonts" not in name
        and not Path(name).resolve().is_relative_to(Path(sys.base_prefix).resolve() / "lib")
        and not name.isdecimal()
    ]
    assert ours == []


def test_what_a_file_once_said_is_printed_as_text(now):
    said = text_of(pdf_bytes(report(now, Section("Главное", [Paragraph("<b>СОШ</b> & «Лицей»")]))))

    assert "<b>СОШ</b> & «Лицей»" in said


def test_a_long_table_repeats_its_head_on_every_page(now):
    content = pdf_bytes(report(now, Section("Школы", [table(120)]), has_title_page=False))

    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    with_rows = [page for page in pages if "Школа №" in page]
    assert len(with_rows) > 2
    assert [page for page in with_rows if "Доля, %" not in page] == []


def test_a_table_of_more_than_a_thousand_rows_is_left_to_the_workbook(now):
    fits = text_of(pdf_bytes(report(now, Section("Школы", [table(40)]))))
    too_long = text_of(pdf_bytes(report(now, Section("Школы", [table(MOST_ROWS_ON_PAPER + 1)]))))

    assert "Школа № 40" in fits
    assert "Школа № 40" not in too_long
    assert (
        "Таблица 1 «Школы района» (1 001 строка) приведена в приложении — файле XLSX этого же отчёта, лист «Школы»."
        in too_long
    )


def test_a_group_is_named_once_above_its_rows(now):
    columns = [Column("Район"), Column("Школа")]
    rows = [("Кежемский", "А"), ("Кежемский", "Б"), ("Канский", "В")]
    grouped = PrintedTable(Table("Школы", columns, rows), group_by=0)

    said = text_of(pdf_bytes(report(now, Section("Школы", [grouped]), has_title_page=False)))

    assert said.count("Кежемский А Б Канский В") == 1


def test_headings_are_numbered_unless_the_report_numbers_them_itself(now):
    sections = [Section("Первое", [Items(["раз"])]), Section("Второе", [Paragraph("два")])]

    assert "2. Второе" in text_of(pdf_bytes(report(now, *sections)))
    assert "2. Второе" not in text_of(pdf_bytes(report(now, *sections, is_numbered=False)))


def test_no_page_is_empty(place):
    content = printed("identification", place, place.ministry)

    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    bodies = [page.extract_text().replace("Портал «Опора» · учебные данные", "") for page in pages]
    assert [number for number, body in enumerate(bodies, 1) if len(body) < 120] == []
