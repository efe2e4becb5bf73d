"""
Names, passports and codes of pupils reach neither the database, nor the logs, nor the disk, nor any page.

Every table is read as text, every file under the data folder as bytes, at every stage of a load.
"""

import io
import logging
import random
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from jobs.models import Job
from jobs.services.running import run_pending
from monitoring.layouts.identity import Hints
from monitoring.models import Load, Procedure, ResultRow
from monitoring.services import accepting, reading
from monitoring.services.accepting import order_acceptance
from monitoring.services.reading import hand_in
from tests.monitoring.loads.codes import declare
from tests.monitoring.loads.files import PUPIL_HEAD, csv, fisoko, pupil, rcoi, xlsx

KINDS = {reading.JOB_KIND, accepting.JOB_KIND}
HOW_MANY = 40


@dataclass(frozen=True)
class Person:
    """Somebody invented, whose every part is unlike anything else in the portal."""

    surname: str
    name: str
    patronymic: str
    series: str
    passport: str
    code: str

    def secrets(self) -> tuple[str, ...]:
        return self.surname, self.name, self.patronymic, self.passport, self.code


def invented() -> list[Person]:
    chance = random.Random(20221115)

    def word() -> str:
        return "".join(chance.choice("бвгджзклмнпрст") + chance.choice("аеиоуыюя") for _ in range(6)).capitalize()

    def digits(count: int) -> str:
        return "".join(chance.choice("123456789") for _ in range(count))

    return [Person(word(), word(), word(), digits(4), digits(9), digits(9)) for _ in range(HOW_MANY)]


PEOPLE = invented()
SECRETS = [secret for person in PEOPLE for secret in person.secrets()]


def register(title: str = "01 - Русский язык 2022.05.30") -> bytes:
    """The exams' register with everybody's name and passport."""
    rows = [
        ("131001", "11А", one.surname, one.name, one.patronymic, one.series, one.passport, 20 + place)
        for place, one in enumerate(PEOPLE)
    ]
    return rcoi(rows, title)


def shifted() -> bytes:
    """The same with a column lost in some rows, so that surnames stand where codes and scores should."""
    head = ["№", "Код МСУ", "Код ОО", "Класс", "Фамилия", "Имя", "Отчество", "Номер", "Первичный балл", "Балл"]
    rows = [["01 - Русский язык 2022.05.30"], head]
    for place, one in enumerate(PEOPLE):
        row = [place, "131", "131001", "11А", one.surname, one.name, one.patronymic, one.passport, 30, 50]
        rows.append(row[place % 7 :] if place % 2 else [*row[: place % 9], one.surname, *row[place % 9 :]])
    return csv(rows, "cp1251")


def with_names_in_odd_places() -> bytes:
    """ФИС ОКО, where the class, the variant and a column that nobody knows hold names."""
    head = [*PUPIL_HEAD, PEOPLE[0].surname]
    rows = [["ВПР 2021 Математика 5 класс"], [PEOPLE[1].surname], head]
    for one in PEOPLE:
        row = pupil(code=one.code)
        row[4], row[5] = f"5А {one.surname}", one.name
        rows.append([*row, one.surname])
    return xlsx(rows, "Индивидуальные результаты")


def in_cells_that_are_judged() -> bytes:
    """Names in the cells of marks, scores, logins and names of schools: each is a problem, none may be shown."""
    rows = []
    for place, one in enumerate(PEOPLE):
        row = pupil(code=one.code)
        row[(0, 2, 6, 8, 9, 10)[place % 6]] = one.surname
        row[0] = one.surname if place % 4 == 0 else row[0]
        rows.append(row)
    return fisoko(rows)


def by_school_with_names() -> bytes:
    """Counts by school, where a name of a school is a person's."""
    head = ["Код ОО", "Школа", "Кол-во участников", "2", "3", "4", "5"]
    rows = [["ОГЭ Русский язык 9 класс 2020/21"], head]
    return csv(rows + [["", one.surname, one.name, 1, 1, 1, 1] for one in PEOPLE])


FILES = {
    "register": ("ЕГЭ.csv", register),
    "register of a nameless exam": ("свод.csv", lambda: register("Экзамен")),
    "shifted": ("ЕГЭ.csv", shifted),
    "odd places": ("mat5.xlsx", with_names_in_odd_places),
    "judged cells": ("mat5.xlsx", in_cells_that_are_judged),
    "by school": ("oge.csv", by_school_with_names),
}


def in_database() -> str:
    """Return everything that the database holds, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # noqa: S608 - names of tables come from the database itself
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def leaked(text: str) -> list[str]:
    """Return the secrets that a text holds: as they are, without case, or as bytes written in hex."""
    text = text.lower()
    return [one for one in SECRETS if one.lower() in text or one.encode().hex() in text]


def on_disk(folder: Path) -> list[str]:
    """Return the secrets that lie in any file of a folder, in any of the encodings of texts."""
    content = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    said = {one: [one.encode(code) for code in ("utf-8", "cp1251", "utf-16-le")] for one in SECRETS}
    return [one for one, forms in said.items() if any(form in data for form in forms for data in content)]


def shown(content: bytes) -> str:
    """Return what an answer shows, also where it is a workbook."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def test_the_scan_would_notice(centre, data_dir):
    """What looks for leaks finds one when there is one."""
    one = PEOPLE[0]
    Procedure.objects.create(code="leak", name="leak", measure="marks", terms={"aliases": [one.surname]})
    (data_dir / "leak").write_bytes(one.passport.encode())

    assert leaked(in_database()) == [one.surname]
    assert on_disk(data_dir) == [one.passport]


@pytest.mark.parametrize("kind", FILES)
def test_nothing_personal_gets_in(
    client, centre, now, kind, data_dir, caplog, capfd, django_capture_on_commit_callbacks
):
    name, build = FILES[kind]
    caplog.set_level(logging.DEBUG)
    data = build()
    with django_capture_on_commit_callbacks(execute=True):
        job = hand_in(name=name, content=[data], unit=centre.region, hints=Hints(), actor=centre.operator, now=now)
    assert (leaked(in_database()), on_disk(data_dir)) == ([], [])

    with django_capture_on_commit_callbacks(execute=True):
        run_pending(kinds=KINDS)
    assert (leaked(in_database()), on_disk(data_dir)) == ([], [])
    client.force_login(centre.operator)
    pages = [reverse("jobs:job", args=[job.pk])]
    load = Load.objects.first()
    if load is not None:
        pages += [reverse("monitoring:load", args=[load.pk]), reverse("monitoring:load-marked", args=[load.pk])]
        pages.append(f"/api/v1/loads/{load.pk}/recognised/")
        if not load.summary["problems_total"]:
            with django_capture_on_commit_callbacks(execute=True):
                order_acceptance(load=load, actor=centre.operator, now=now)
                run_pending(kinds=KINDS)
            assert ResultRow.objects.count() == HOW_MANY
    assert [one for page in pages for one in leaked(shown(client.get(page).content))] == []
    assert (leaked(in_database()), on_disk(data_dir)) == ([], [])
    said = capfd.readouterr()
    assert leaked(caplog.text + said.out + said.err) == []
    assert Job.objects.get(pk=job.pk).state in ("done", "failed")


def test_a_code_that_is_stable_becomes_a_keyed_hash(centre, settings, data_dir):
    declare(centre, "vpr")
    data = fisoko([pupil(code=one.code) for one in PEOPLE])
    load = centre.take("впр mat5.xlsx", data)
    hashes = [bytes(one) for one in ResultRow.objects.order_by("row_no").values_list("pupil", flat=True)]

    assert len(set(hashes)) == HOW_MANY
    assert {len(one) for one in hashes} == {16}
    assert (leaked(in_database()), on_disk(data_dir)) == ([], [])
    another = centre.take("впр mat5 2022.xlsx", fisoko([pupil(code=PEOPLE[0].code)], "ВПР 2022 Математика 5 класс"))
    assert bytes(ResultRow.objects.get(load_id=another.pk).pupil) == hashes[0]
    settings.PUPIL_KEY = "another key"
    foreign = centre.take("впр mat5 2019.xlsx", fisoko([pupil(code=PEOPLE[0].code)], "ВПР 2019 Математика 5 класс"))
    assert bytes(ResultRow.objects.get(load_id=foreign.pk).pupil) not in hashes
    assert settings.PUPIL_KEY not in in_database()
    assert load.pk != foreign.pk
