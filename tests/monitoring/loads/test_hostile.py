"""Whatever is handed in is taken, or refused in one sentence that leaves nothing behind; the parent always lives."""

import random
import re

import pytest

from accounts.services.people import system_user
from common.spreadsheets.gate import Refused
from jobs.enums import JobState
from jobs.models import Job, Upload
from jobs.services.running import run_pending
from monitoring.layouts.identity import Hints
from monitoring.models import Assessment, AssessmentLoad, Load, ResultRow, SchoolResult
from monitoring.services import reading
from monitoring.services.importing import FileHasProblems, ResultFile, import_file, preview_file
from monitoring.services.reading import hand_in
from tests.factories.schools import make_municipality, make_region, make_school
from tests.monitoring.loads import hostile as bad
from tests.monitoring.loads.conftest import SAMPLES, left_on_disk
from tests.monitoring.loads.files import csv, fisoko, pupil, xlsx
from tests.monitoring.loads.hostile import GOOD, HEAD, VPR

CUT = "повреждён или обрезан"
FORMULA = "есть формулы"
ENTITIES = "сущности XML"
FAR = "больше 200 столбцов|слишком велик|занято больше"

ARCHIVES = {
    "cut at a tenth": ("a.xlsx", bad.cut(0.1), CUT),
    "cut at a third": ("a.xlsx", bad.cut(0.33), CUT),
    "cut in the middle": ("a.xlsx", bad.cut(0.5), CUT),
    "cut at two thirds": ("a.xlsx", bad.cut(0.66), CUT),
    "cut at the end": ("a.xlsx", bad.cut(0.99), CUT),
    "wrong checksum": ("a.xlsx", bad.wrong_sum, CUT),
    "two parts of one name": ("a.xlsx", bad.duplicated, "две части с одним именем"),
    "a part above its folder": ("a.xlsx", bad.with_part("../../evil"), "недопустимым именем"),
    "a part at the root": ("a.xlsx", bad.with_part("/etc/passwd"), "недопустимым именем"),
    "a part of Windows": ("a.xlsx", bad.with_part("C:evil"), "недопустимым именем"),
    "locked parts": ("a.xlsx", bad.locked, "закрыт паролем"),
    "parts over one another": ("a.xlsx", bad.overlapping, "наложены|повреждён"),
    "thousands of parts": (
        "a.xlsx",
        lambda: bad.packed({**bad.parts(bad.workbook()), **{f"xl/{n}": b"" for n in range(2100)}}),
        "частей",
    ),
    "a million parts in the directory": ("a.xlsx", lambda: b"PK\x03\x04" + b"PK\x01\x02" * 1_000_000, "частей"),
    "sixty megabytes of blanks": ("a.xlsx", bad.zeros_bomb, "архивные бомбы"),
    "a lie about a size": ("a.xlsx", bad.lying_size, f"{CUT}|слишком велик|архивные бомбы"),
    "an archive in an archive": ("a.xlsx", lambda: bad.packed({"a.xlsx": bad.workbook()}), "архив, в котором нет"),
    "an empty archive": ("a.xlsx", lambda: bad.packed({}), "архив, в котором нет|повреждён"),
    "macros": ("a.xlsx", bad.with_part("xl/vbaProject.bin"), "макросы"),
    "a binary workbook": ("a.xlsx", bad.with_part("xl/workbook.bin"), "xlsb"),
    "a document of Word": ("a.xlsx", lambda: bad.packed({"word/document.xml": b"<w/>"}), "документ Word"),
}
MARKUP = {
    "entities of entities": ("a.xlsx", bad.laughing(), ENTITIES),
    "entities among the strings": ("a.xlsx", bad.external, ENTITIES),
    "a doctype in the list of types": ("a.xlsx", bad.laughing("[Content_Types].xml"), ENTITIES),
    "entities in UTF-16": ("a.xlsx", bad.in_utf16, ""),
    "markup that breaks off": ("a.xlsx", bad.bent(lambda part: part[: len(part) // 2]), ""),
    "no markup at all": ("a.xlsx", bad.bent(lambda part: b"hello"), ""),
    "ten thousand levels": ("a.xlsx", bad.sheet_of("<row>" * 10_000), ""),
    "an attribute of ten megabytes": ("a.xlsx", bad.sheet_of(f'<row r="1" x="{"a" * 10_000_000}"/>'), ""),
    "characters that markup forbids": (
        "a.xlsx",
        bad.bent(lambda part: part.replace(b"</sheetData>", b"<row><c><v>\x01\x02</v></c></row></sheetData>")),
        None,
    ),  # fmt: skip
    "two far cells": ("a.xlsx", bad.sheet_of(f'<row r="1">{bad.FAR}</row>'), FAR),
    "a cell beyond the last": ("a.xlsx", bad.sheet_of(f'<row r="16777217">{bad.cell("XFE16777217")}</row>'), FAR),
    "a cell named by seven letters": ("a.xlsx", bad.sheet_of(f'<row r="1">{bad.cell("ZZZZZZZ1")}</row>'), FAR),
    "a row of four billion": ("a.xlsx", bad.sheet_of(f'<row r="4294967295">{bad.cell("BZ4294967295")}</row>'), FAR),
    "a lie about the reach": (
        "a.xlsx",
        bad.bent(lambda part: re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="A1:XFD1048576"', part)),
        None,
    ),  # fmt: skip
    "all cells merged": (
        "a.xlsx",
        bad.bent(
            lambda part: part.replace(
                b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            )
        ),
        None,
    ),
    "rows in no order": (
        "a.xlsx",
        bad.sheet_of(f'<row r="9">{bad.cell("A9")}</row><row r="2">{bad.cell("A2")}</row>'),
        "не узнана|пуст",
    ),
    "empty rows with a style": ("a.xlsx", bad.many_empty_rows, "не узнана"),
    "sixteen thousand columns": ("a.xlsx", lambda: xlsx([["а"] * 16_384]), FAR),
    "a hidden sheet": ("a.xlsx", bad.hidden("hidden"), "не узнана"),
    "a very hidden sheet": ("a.xlsx", bad.hidden("veryHidden"), "не узнана"),
    "no sheet": ("a.xlsx", bad.without_sheets, "нет таблицы"),
    "three hundred sheets": ("a.xlsx", bad.many_sheets, None),
    "a string that is not there": (
        "a.xlsx",
        bad.sheet_of(f'<row r="1">{bad.cell("A1", 99_999_999, " t=" + chr(34) + "s" + chr(34))}</row>'),
        "",
    ),
    "a formula with its value": ("a.xlsx", bad.sheet_of('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>'), FORMULA),
    "a formula without a value": (
        "a.xlsx",
        bad.sheet_of('<row r="1"><c r="A1"><f>HYPERLINK("http://a")</f></c></row>'),
        FORMULA,
    ),
    "a formula of a prefix": (
        "a.xlsx",
        bad.bent(
            lambda part: b"<x:worksheet xmlns:x='a'><x:sheetData><x:c><x:f>1</x:f></x:c></x:sheetData></x:worksheet>"
        ),
        FORMULA,
    ),  # fmt: skip
    "a link to another book": ("a.xlsx", bad.with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), None),
    "a hundred megabytes in a cell": ("a.xlsx", bad.monstrous_cell_of_workbook, "32 767|слишком велик"),
}
KINDS = {
    "nothing": ("a.xlsx", lambda: b"", "пуст"),
    "a page as an old book": ("a.xls", lambda: b"<html><table><tr><td>1", "HTML"),
    "markup as a text": ("a.csv", lambda: b"<?xml version='1.0'?><a/>", "XML"),
    "a text as a workbook": ("a.xlsx", lambda: csv(GOOD), "не то, чем назван"),
    "a workbook as a text": ("a.csv", bad.workbook, "не то, чем назван"),
    "a workbook as an old one": ("a.xls", bad.workbook, "не то, чем назван"),
    "an old book as a new one": ("a.xlsx", bad.old_book, "не то, чем назван"),
    "an old book cut short": ("a.xls", lambda: bad.old_book()[:2500], ""),
    "an old book bent": ("a.xls", lambda: bad.old_book()[:1536] + b"\xff" * 512 + bad.old_book()[2048:], ""),
    "an old book that breaks the parser": ("a.xls", bad.panicking, "не удаётся прочитать"),
    "a locked book": ("a.xlsx", lambda: bad.ole("EncryptedPackage"), "паролем"),
    "an old book with macros": ("a.xls", lambda: bad.ole("_VBA_PROJECT"), "макросы"),
    "an old document": ("a.xls", lambda: bad.ole("WordDocument"), "другого вида или повреждён"),
    "a document for reading": ("a.xlsx", lambda: b"%PDF-1.7 ...", "PDF"),
    "a picture": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n", "PNG"),
    "a programme": ("a.xlsx", lambda: b"MZ\x90\x00", "программа"),
    "another archive": ("a.csv", bad.gzipped, "gzip"),
    "a book with macros by its name": ("a.xlsm", bad.workbook, "макросами"),
    "no extension": ("итоги", bad.workbook, "без расширения"),
    "a foreign extension": ("a.json", lambda: b"{}", "расширение"),
    "noise": ("a.csv", lambda: bad.noise(5000), "двоичный"),
}
TEXTS = {
    "cp1251": ("a.csv", lambda: csv(GOOD, "cp1251"), None),
    "utf-16": ("a.csv", lambda: csv(GOOD, "utf-16"), None),
    "a mark of order": ("a.csv", lambda: csv(GOOD, "utf-8-sig"), None),
    "carriage returns alone": ("a.csv", lambda: csv(GOOD).replace(b"\n", b"\r"), None),
    "tabs": ("a.txt", lambda: csv(GOOD, delimiter="\t"), None),
    "commas": ("a.csv", lambda: csv(GOOD, delimiter=","), None),
    "a line about the delimiter": ("a.csv", lambda: b"sep=;\n" + csv(GOOD), None),
    "an encoding nobody uses": ("a.csv", lambda: csv(GOOD, "koi8-r"), ""),
    "a quote that never ends": ("a.csv", lambda: csv(GOOD) + b'"131002;1;1;1;1;1\n' * 3, "кавычка"),
    "millions of commas": ("a.csv", lambda: csv(GOOD) + b"," * 5_000_000, "столбцов|32 767"),
    "a cell of ninety megabytes": ("a.csv", bad.monstrous_cell_of_text, "32 767"),
    "a megabyte in a cell": ("a.csv", lambda: csv([*GOOD, ["а" * 1_000_000, 1, 1, 0, 0, 0]]), "32 767"),
    "a nought in a text": ("a.csv", lambda: csv(GOOD) + b"131002\x00;1;1;0;0;0\n", "двоичный"),
    "a formula in a text": ("a.csv", lambda: csv([*GOOD, ["131002", '=cmd|"/C calc"!A1', 1, 0, 0, 0]]), FORMULA),
    "a code kept by a formula": ("a.csv", lambda: csv([[VPR], HEAD, ['="131001"', 10, 1, 2, 3, 4]]), None),
    "too big": ("a.csv", lambda: b"1;2\n" * 26_500_000, "больше 100 МБ"),
}
CONTENT = {
    "a school that is not there": ("a.csv", lambda: csv([[VPR], HEAD, ["131999", 1, 1, 0, 0, 0]]), "нет в реестре"),
    "a school of another place": (
        "a.csv",
        lambda: csv([[VPR], ["Код МСУ", *HEAD], ["147", "131001", 1, 1, 0, 0, 0]]),
        "не подходит к коду школы",
    ),  # fmt: skip
    "a mark that cannot be": ("a.xlsx", lambda: fisoko([pupil(mark=1)]), "не отметка"),
    "a mark without end": ("a.xlsx", lambda: fisoko([pupil(mark="1e999")]), "не отметка"),
    "a mark of the journal that cannot be": ("a.xlsx", lambda: fisoko([pupil(journal=99)]), "не отметка по журналу"),
    "no number": ("a.xlsx", lambda: fisoko([pupil(score="NaN")]), "не балл"),
    "a score below nought": ("a.xlsx", lambda: fisoko([pupil(score=-1)]), "не балл от 0 до 20"),
    "a score above the maximum": ("a.xlsx", lambda: fisoko([pupil(score=21)]), "не балл от 0 до 20"),
    "a task above its maximum": ("a.xlsx", lambda: fisoko([[*pupil()[:6], 9, *pupil()[7:]]]), "не балл за задание"),
    "a login in Cyrillic letters": ("a.xlsx", lambda: fisoko([pupil("еdu240621")]), None),
    "a login written from right to left": ("a.xlsx", lambda: fisoko([pupil("\u202eedu240621")]), None),
    "a year to come": (
        "a.csv",
        lambda: csv([["ВПР 2031 Математика 5 класс"], HEAD, ["131001", 1, 1, 0, 0, 0]]),
        "Учебный год",
    ),
    "a year before all": (
        "a.csv",
        lambda: csv([["ВПР 2001 Математика 5 класс"], HEAD, ["131001", 1, 1, 0, 0, 0]]),
        "Учебный год",
    ),
    "a year when it was not held": (
        "a.csv",
        lambda: csv([["ОГЭ 2020 Математика 9 класс"], HEAD, ["131001", 1, 1, 0, 0, 0]]),
        "не проводилась",
    ),  # fmt: skip
    "a grade that does not sit it": (
        "a.csv",
        lambda: csv([["ОГЭ 2022 Математика 5 класс"], HEAD, ["131001", 1, 1, 0, 0, 0]]),
        "в 5 классе не бывает",
    ),  # fmt: skip
    "a name against the content": ("ОГЭ 2021 Математика.csv", lambda: csv(GOOD), "Не понять процедуру"),
    "nothing said of the subject": (
        "a.csv",
        lambda: csv([["ВПР 2021 5 класс"], HEAD, ["131001", 1, 1, 0, 0, 0]]),
        "Не понять предмет",
    ),  # fmt: skip
    "a head alone": ("a.csv", lambda: csv([[VPR], HEAD]), "строк с результатами"),
    "a renamed head": ("a.csv", lambda: csv([[VPR], ["Что", "Где", "Когда"], ["131001", 1, 1]]), "не узнана"),
    "a sum that is not the sum": ("a.csv", lambda: csv([[VPR], HEAD, ["131001", 10, 1, 1, 1, 1]]), "сумма не равна"),
    "percents of more than all": (
        "a.csv",
        lambda: csv([[VPR], HEAD, ["131001", 10, "30,5", "40,1", "20,2", "30,4"]]),
        "сумма не равна|в сумме 100",
    ),  # fmt: skip
    "one school twice": ("a.csv", lambda: csv([*GOOD, GOOD[-1]]), "уже была в строке 3"),
    "a total of rows that are missing": (
        "a.csv",
        lambda: csv([*GOOD, ["Итого", 20, 2, 4, 6, 8]]),
        "итог не равен сумме",
    ),  # fmt: skip
    "words for numbers": ("a.csv", lambda: csv([[VPR], HEAD, ["131001", "десять", 1, 2, 3, 4]]), "не число"),
    "a code and a login that disagree": (
        "a.csv",
        lambda: csv([[VPR], ["Логин", *HEAD], ["edu240621", "131002", 1, 1, 0, 0, 0]]),
        "разным школам",
    ),
}
ALL = {f"{group}: {name}": case for group, cases in {
    "archive": ARCHIVES, "markup": MARKUP, "kind": KINDS, "text": TEXTS, "content": CONTENT,
}.items() for name, case in cases.items()}  # fmt: skip


@pytest.fixture
def place(procedures):
    """A region of one municipality with two schools."""
    region = make_region()
    municipality = make_municipality(region, "131", "Кежемский район")
    make_school(municipality, "131001", "edu240621", "Тагарская СОШ")
    make_school(municipality, "131002", "edu240622", "Имбинская СОШ")
    return region


def counted() -> tuple[int, ...]:
    kept = (Load, AssessmentLoad, Assessment, SchoolResult, ResultRow, Upload)
    return tuple(model.objects.count() for model in kept)


@pytest.mark.parametrize("name", ALL)
def test_taken_or_refused_in_one_sentence(place, data_dir, now, name):
    file_name, build, expected = ALL[name]
    given = {"unit": place, "hints": Hints(), "actor": system_user(), "now": now}
    try:
        load = import_file(file=ResultFile(file_name, build()), **given)
    except Refused as refusal:
        said = str(refusal)
        assert expected is not None, said
        assert re.search(expected, said), said
        assert re.fullmatch(r"[А-ЯЁ«][^\n]{20,400}\.", said), said
        assert "сообщите об этом оператору" not in said
        assert counted() == (0,) * 6
    except FileHasProblems as refusal:
        said = "; ".join(f"{one['what']}, {one['remedy']}" for one in refusal.summary["problems"])
        assert expected is not None, said
        assert re.search(expected, said), said
        assert counted() == (0,) * 6
    else:
        assert expected is None, f"taken: {load.summary['assessments']}"
        assert SchoolResult.objects.get().unit.code == "131001"
    assert left_on_disk(data_dir) == []


@pytest.mark.parametrize("name", ["markup: two far cells", "archive: sixty megabytes of blanks", "kind: nothing"])
def test_a_worker_outlives_what_it_is_given(place, data_dir, now, name, django_capture_on_commit_callbacks):
    file_name, build, _ = ALL[name]
    with django_capture_on_commit_callbacks(execute=True):
        job = hand_in(name=file_name, content=[build()], unit=place, hints=Hints(), actor=system_user(), now=now)
        run_pending(kinds={reading.JOB_KIND})
    job = Job.objects.get(pk=job.pk)

    assert job.state == JobState.FAILED
    assert re.fullmatch(r"[А-ЯЁ«][^\n]{20,400}\.", job.failure)
    assert (Load.objects.count(), left_on_disk(data_dir)) == (0, [])


@pytest.mark.parametrize("count", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_bent_samples_are_read_or_refused_in_a_sentence(place, data_dir, now, count):
    chance = random.Random(count)
    names = ["fisoko-vpr-mat5-individual.xlsx", "rcoi-ege-2022.csv", "kdr4-reading-2022.xlsx", "rcoi-oge-2022.csv"]
    for number in range(count):
        name = names[number % len(names)]
        file = ResultFile(name, bad.bent_sample((SAMPLES / name).read_bytes(), chance))
        try:
            preview_file(file=file, unit=place, hints=Hints(), actor=system_user(), now=now)
        except Refused as refusal:
            assert "сообщите об этом оператору" not in str(refusal), (count, number)
    assert left_on_disk(data_dir) == []


def test_there_are_enough_of_them():
    assert len(ALL) >= 100
