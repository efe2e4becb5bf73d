"""
The same pupils in two works, from files as centres send them, through the confined child to the sums of schools.

Every sum is compared with one that the test counts itself from the people it has drawn.
"""

import logging
import random
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Permission
from monitoring.models import AssessmentLoad, MarkScale, Procedure, ResultRow, SamePupils, SchoolResult, Subject
from monitoring.services.codes import CodesRefused, withdraw_lasting_codes
from monitoring.services.procedures import OwnProcedure, add_procedure
from monitoring.services.undoing import undo_load
from tests.monitoring.loads.codes import declare
from tests.monitoring.loads.files import csv, fisoko, kdr
from tests.monitoring.loads.test_personal_data import in_database, shown
from tests.roles import acting_as

FORMER, LATER = "ВПР 2019 Математика 4 класс", "ВПР 2022 Математика 7 класс"
LEVELS = ("недостаточный", "ниже базового", "базовый", "выше базового")


@dataclass(frozen=True)
class Pupil:
    """Somebody invented: a code that lasts, and where and how each of two works was written, if at all."""

    code: str
    school: str
    mark: int | None = None
    later_school: str | None = None
    later_mark: int | None = None


def drawn(schools: list[str], each: int = 30) -> list[Pupil]:
    """A class or two of each school: most write both works, some move, some come, some leave."""
    chance = random.Random(20221115)
    codes = iter(chance.sample(range(1_000_000, 9_999_999), each * len(schools)))
    people = []
    for school in schools:
        for _ in range(each):
            code, luck = f"{next(codes):08d}", chance.random()
            mark, later = chance.choice((2, 3, 3, 4, 4, 5)), chance.choice((2, 3, 3, 4, 5))
            where = chance.choice(schools) if luck > 0.9 else school
            if luck < 0.1:
                people.append(Pupil(code, school, mark))
            elif luck < 0.2:
                people.append(Pupil(code, school, None, school, later))
            else:
                people.append(Pupil(code, school, mark, where, later))
    return people


def line(login: str, code: str, mark: int) -> list:
    return [login, "Район", "Школа", code, "7А", 1, 2, 1, 12, mark, 4]


def former_file(centre, people: list[Pupil], logins: dict[str, str]) -> bytes:
    rows = [line(logins[one.school], one.code, one.mark) for one in people if one.mark]
    return fisoko(rows, FORMER)


def later_file(centre, people: list[Pupil], logins: dict[str, str]) -> bytes:
    # A table drops the noughts before a code, and another one keeps it as a number.
    rows = [line(logins[one.later_school], int(one.code), one.later_mark) for one in people if one.later_mark]
    return fisoko(rows, LATER)


def reference(people: list[Pupil]) -> dict[str, tuple[int, ...]]:
    """Count by schools: participants, both, only now, risen, kept, fallen."""
    found: dict[str, Counter] = {}
    for one in people:
        if one.later_mark is None:
            continue
        sums = found.setdefault(one.later_school, Counter())
        sums["n"] += 1
        if one.mark is None:
            sums["only_now"] += 1
            continue
        sums["both"] += 1
        way = "risen" if one.later_mark > one.mark else "kept" if one.later_mark == one.mark else "fallen"
        sums[way] += 1
    names = ("n", "both", "only_now", "risen", "kept", "fallen")
    return {school: tuple(sums[name] for name in names) for school, sums in found.items()}


def sums(**of) -> dict[str, tuple[int, ...]]:
    rows = SamePupils.objects.filter(**of).values_list(
        "unit__code", "n", "wrote_both", "only_now", "risen", "kept", "fallen"
    )
    return {code: tuple(rest) for code, *rest in rows}


@pytest.fixture
def logins(centre):
    return {code: unit.school.fisoko_login for code, unit in centre.schools.items()}


@pytest.fixture
def people(centre):
    return drawn(sorted(centre.schools))


@pytest.fixture
def both(centre, people, logins):
    """Both works of the region, the earlier one loaded first."""
    declare(centre, "vpr")
    first = centre.take("впр4.xlsx", former_file(centre, people, logins))
    second = centre.take("впр7.xlsx", later_file(centre, people, logins))
    return first, second


def test_sums_equal_a_count_of_the_people_themselves(centre, people, both):
    wanted = reference(people)

    assert sums() == wanted
    assert sum(one.later_school != one.school for one in people if one.mark and one.later_mark) > 5
    assert sum(row[1] for row in wanted.values()) > 100
    pair = SamePupils.objects.first()
    assert (pair.assessment.grade, pair.before.grade, pair.assessment.academic_year, pair.before.academic_year) == (
        7, 4, 2021, 2018,
    )  # fmt: skip
    assert [one.coded for one in AssessmentLoad.objects.order_by("load")] == [load.rows for load in both]


def test_the_order_of_loads_does_not_matter_and_twice_is_once(centre, people, logins):
    declare(centre, "vpr")
    later = centre.take("впр7.xlsx", later_file(centre, people, logins))
    assert sums() == {}
    centre.take("впр4.xlsx", former_file(centre, people, logins))
    assert sums() == reference(people)
    centre.accept(later)
    assert sums() == reference(people)


@pytest.mark.parametrize("which", [0, 1])
def test_undoing_either_work_takes_the_sums_away(centre, people, logins, both, which):
    with acting_as("web"):
        undo_load(load=both[which], actor=centre.operator, now=centre.now)
    assert sums() == {}

    make = (former_file, later_file)[which]
    centre.take(("впр4.xlsx", "впр7.xlsx")[which], make(centre, people, logins))
    assert sums() == reference(people)


def test_a_correction_of_either_work_is_counted_and_undone(centre, people, logins, both):
    schools = sorted(centre.schools)
    better = [replace(one, later_mark=5) if one.later_school == schools[0] else one for one in people]
    only = [one for one in better if one.later_school == schools[0]]
    corrected = centre.take("впр7 исправлено.xlsx", later_file(centre, only, logins))
    assert sums() == reference(better)

    worse = [replace(one, mark=2) if one.mark and one.school == schools[1] else one for one in better]
    only = [one for one in worse if one.school == schools[1]]
    centre.take("впр4 исправлено.xlsx", former_file(centre, only, logins))
    assert sums() == reference(worse)
    undo_load(load=corrected, actor=centre.operator, now=centre.now)
    assert sums() == reference(
        [replace(one, later_mark=old.later_mark) for one, old in zip(worse, people, strict=True)]
    )


def test_whoever_moved_counts_where_the_later_work_was_written(centre, logins):
    declare(centre, "vpr")
    one, two = sorted(centre.schools)[:2]
    moved = [Pupil("10001", one, 3, two, 5), Pupil("10002", one, 3, one, 3)]
    centre.take("впр4.xlsx", former_file(centre, moved, logins))
    centre.take("впр7.xlsx", later_file(centre, moved, logins))

    assert sums() == {one: (1, 1, 0, 0, 1, 0), two: (1, 1, 0, 1, 0, 0)}


def test_a_code_that_stands_twice_is_told_and_left_out(centre, logins):
    declare(centre, "vpr")
    one, two = sorted(centre.schools)[:2]
    people = [Pupil("10001", one, 3, one, 5), Pupil("10002", one, 3, one, 4), Pupil("10003", one, 3, one, 4)]
    former = [*people, Pupil("10002", two, 5)]  # somebody else bears the code of another
    later = [*people, Pupil("10003", one, None, two, 5), Pupil("", one, None, one, 5), Pupil("нет", one, None, one, 5)]
    first = centre.take("впр4.xlsx", former_file(centre, former, logins))
    rows = [line(logins[each.later_school], each.code, each.later_mark) for each in later]
    second = centre.take("впр7.xlsx", fisoko(rows, LATER))

    warnings = [*first.summary["warnings"], *second.summary["warnings"]]
    assert [said for said in warnings if "код" in said.lower()] == [
        "Кодов, которые стоят больше чем у одного участника: 1 (Математика, 4 класс). "
        "Чьи они, неизвестно: с прежними работами не сравнятся.",
        "Без кода участника: 2 (Математика, 7 класс); с прежними работами не сравнятся.",
        "Кодов, которые стоят больше чем у одного участника: 1 (Математика, 7 класс). "
        "Чьи они, неизвестно: с прежними работами не сравнятся.",
    ]
    assert sums() == {one: (5, 1, 0, 1, 0, 0), two: (1, 0, 0, 0, 0, 0)}
    assert SamePupils.objects.values_list("doubled", "uncoded").get(unit__code=one) == (2, 2)
    assert SamePupils.objects.values_list("doubled", "uncoded").get(unit__code=two) == (1, 0)


def test_levels_are_steps_and_count_two_years_apart(centre):
    declare(centre, "kdr")
    school = sorted(centre.schools)[0]
    ways = [(0, 0), (0, 1), (1, 0), (2, 3), (3, 3), (3, 1), (1, 3)]
    former = [[school, 500 + number, "4А", 1, 9, LEVELS[was]] for number, (was, _) in enumerate(ways)]
    later = [[school, 500 + number, "6А", 1, 3, LEVELS[now]] for number, (_, now) in enumerate(ways)]
    centre.take("кдр4.xlsx", kdr(former, "КДР Читательская грамотность 4 класс 2019/20 учебный год"))
    centre.take("кдр6.xlsx", kdr(later, "КДР Читательская грамотность 6 класс 2021/22 учебный год"))
    other = kdr(later, "КДР Читательская грамотность 8 класс 2021/22 учебный год")  # other children: two years too old
    centre.take("кдр8.xlsx", other)

    assert sums(assessment__grade=6) == {school: (7, 7, 0, 3, 2, 2)}
    assert sums(assessment__grade=8) == {}


def test_scores_are_compared_on_one_scale_only(centre, logins):
    math = Subject.objects.get(code="mathematics")
    own = OwnProcedure("МКР", "score", (4, 7), ("Математика",), max_score=20, passing_score=8)
    procedure = add_procedure(described=own, owner=centre.kezhma, actor=centre.coordinator, now=centre.now)
    declare(centre, procedure.code, actor=centre.coordinator, keeper="Управление образования")
    school = sorted(code for code in centre.schools if code.startswith("131"))[0]

    def file(year: int, grade: int, scores: list[int]) -> bytes:
        pupils = [[school, 100 + place, f"{grade}А", 1, score] for place, score in enumerate(scores)]
        title = f"МКР Математика {grade} класс {year}/{year + 1 - 2000} учебный год"
        return _scores(title, pupils)

    centre.take("мкр4.csv", file(2018, 4, [8, 10, 12]), actor=centre.coordinator)
    later = centre.take("мкр7.csv", file(2021, 7, [9, 10, 3]), actor=centre.coordinator)
    assert sums() == {school: (3, 3, 0, 1, 1, 1)}

    MarkScale.objects.filter(procedure=procedure, subject=math, grade=7).update(max_score=30)
    centre.accept(later)
    undo_load(load=later, actor=centre.coordinator, now=centre.now)
    centre.take("мкр7.csv", file(2021, 7, [9, 10, 3]), actor=centre.coordinator)
    assert sums() == {}


def _scores(title: str, pupils: list) -> bytes:
    return csv([[title], ["Код ОО", "Код участника", "Класс", "1 (20б)", "Первичный балл"], *(
        [*row[:3], row[4], row[4]] for row in pupils)])  # fmt: skip


def test_two_procedures_are_joined_only_where_they_share_their_codes(centre, logins):
    own = OwnProcedure("Микроисследование", "marks", (5,))
    study = add_procedure(described=own, owner=centre.kezhma, actor=centre.coordinator, now=centre.now)
    declare(centre, "vpr")
    school = sorted(code for code in centre.schools if code.startswith("131"))[0]
    rows = [line(logins[school], 700 + number, 3) for number in range(4)]
    centre.take("впр4.xlsx", fisoko(rows, FORMER))
    title = "Микроисследование Математика 5 класс 2019/20 учебный год"
    declare(centre, study.code, actor=centre.coordinator)
    apart = centre.take("микро.xlsx", fisoko([[*row[:9], 4, ""] for row in rows], title), actor=centre.coordinator)
    assert sums() == {}
    undo_load(load=apart, actor=centre.coordinator, now=centre.now)
    withdraw_lasting_codes(procedure=study, reason="коды общие", actor=centre.coordinator, now=centre.now)

    declare(centre, study.code, actor=centre.coordinator, codes_of=Procedure.objects.get(code="vpr"))
    centre.take("микро.xlsx", fisoko([[*row[:9], 4, ""] for row in rows], title), actor=centre.coordinator)
    assert sums() == {school: (4, 4, 0, 4, 0, 0)}
    with pytest.raises(CodesRefused, match="Эти же коды у процедур «Микроисследование»"):
        withdraw_lasting_codes(
            procedure=Procedure.objects.get(code="vpr"), reason="проба", actor=centre.operator, now=centre.now
        )


def test_rows_of_before_the_declaration_stay_without(centre, people, logins):
    first = centre.take("впр4.xlsx", former_file(centre, people, logins))
    declare(centre, "vpr")
    centre.take("впр7.xlsx", later_file(centre, people, logins))
    assert (sums(), ResultRow.objects.filter(load_id=first.pk).exclude(pupil=None).count()) == ({}, 0)

    undo_load(load=first, actor=centre.operator, now=centre.now)
    centre.take("впр4.xlsx", former_file(centre, people, logins))
    assert sums() == reference(people)


def test_hashes_of_another_key_are_joined_with_none(centre, people, logins, settings):
    declare(centre, "vpr")
    first = centre.take("впр4.xlsx", former_file(centre, people, logins))
    settings.PUPIL_KEY = "a key that was made anew"
    centre.take("впр7.xlsx", later_file(centre, people, logins))
    assert sums() == {}

    undo_load(load=first, actor=centre.operator, now=centre.now)
    centre.take("впр4.xlsx", former_file(centre, people, logins))
    assert sums() == reference(people)


def test_withdrawing_takes_the_sums_and_declaring_again_brings_them_back(centre, people, both):
    vpr = Procedure.objects.get(code="vpr")
    with acting_as("web"):
        withdraw_lasting_codes(procedure=vpr, reason="коды выданы заново", actor=centre.operator, now=centre.now)
    assert (sums(), SchoolResult.objects.filter(is_current=True).exists()) == ({}, True)
    event = AuditEvent.objects.get(action="procedure.codes_withdrawn")
    assert (event.reason, event.before["keeper"]) == ("коды выданы заново", "Центр оценки качества")

    declare(centre, "vpr")
    assert sums() == reference(people)


def test_the_database_refuses_codes_without_a_keeper_and_sums_that_do_not_add_up(centre, both):
    with pytest.raises(IntegrityError, match="keeper_and_document"), transaction.atomic():
        Procedure.objects.filter(code="vpr").update(codes_keeper="")
    with pytest.raises(IntegrityError, match="are_all_who_wrote"), transaction.atomic():
        SamePupils.objects.update(only_now=1000)
    with pytest.raises(IntegrityError, match="rose_kept_or_fell"), transaction.atomic():
        SamePupils.objects.update(risen=1000)


@pytest.mark.parametrize("role", ["web", "worker"])
def test_nobody_writes_the_sums_but_the_database_and_pages_read_no_rows(centre, both, role):
    with acting_as(role):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            SamePupils.objects.update(risen=0)
        if role == "web":
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                ResultRow.objects.first()


def test_a_neighbour_sees_no_sums_of_others(client, centre, both):
    mine = SamePupils.objects.visible_to(centre.neighbour, Permission.RESULT_VIEW)

    assert {one.unit.code[:3] for one in mine} == {"147"}
    foreign = SchoolResult.objects.filter(unit=centre.schools["131001"], assessment__grade=7).get()
    client.force_login(centre.neighbour)
    assert client.get(reverse("monitoring:result", args=[foreign.pk])).status_code == 404


def test_the_hash_leaves_its_row_nowhere(client, centre, people, logins, caplog, capfd, data_dir):
    caplog.set_level(logging.DEBUG)
    declare(centre, "vpr")
    loads = [
        centre.take("впр4.xlsx", former_file(centre, people, logins)),
        centre.take("впр7.xlsx", later_file(centre, people, logins)),
    ]
    hashes = [bytes(one).hex() for one in ResultRow.objects.exclude(pupil=None).values_list("pupil", flat=True)]
    secrets = {*hashes, *(one.code for one in people)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM monitoring_resultrow WHERE pupil IS NOT NULL")
        assert cursor.fetchone()[0] == len(hashes) > 200
        cursor.execute("UPDATE monitoring_resultrow SET pupil = NULL")  # so that only other places are looked at
    text = in_database()
    assert [one for one in secrets if one in text] == []

    client.force_login(centre.operator)
    result = SchoolResult.objects.filter(is_current=True, assessment__grade=7).first()
    pages = [reverse("monitoring:result", args=[result.pk]), reverse("monitoring:result-list")]
    pages += [f"{page}?file={kind}" for page in pages for kind in ("csv", "xlsx")]
    pages += [reverse("monitoring:load", args=[one.pk]) for one in loads]
    pages += [f"/api/v1/loads/{one.pk}/recognised/" for one in loads]
    pages += ["/api/v1/results/", reverse("monitoring:procedure-list") + "?procedure=vpr"]
    for page in pages:
        content = client.get(page)
        assert content.status_code == 200, page
        body = shown(b"".join(content.streaming_content) if content.streaming else content.content)
        assert [one for one in secrets if one in body] == [], page
    said = capfd.readouterr()
    told = caplog.text + said.out + said.err
    assert [one for one in secrets if one in told] == []
    assert [path.name for path in data_dir.rglob("*.copy")] == []
