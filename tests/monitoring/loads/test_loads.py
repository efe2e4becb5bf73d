"""What a load changes and what it leaves: the same file twice, a revised file, undoing, which results outrank which."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from indicators.models import RecalculationRequest
from jobs.enums import JobState, UploadState
from jobs.models import Job, Upload
from jobs.selectors import Instead, offered_instead
from jobs.services.orders import order_job
from jobs.services.running import run_pending
from jobs.services.uploads import store_upload
from monitoring.enums import LoadState, Source
from monitoring.layouts.identity import Hints
from monitoring.models import Assessment, Load, ResultRow, SchoolResult
from monitoring.selectors.loads import standing_twin
from monitoring.selectors.results import with_journal
from monitoring.services import accepting, reading
from monitoring.services.accepting import HasProblems, NotWaiting, RowsGone, order_acceptance
from monitoring.services.importing import FileHasProblems
from monitoring.services.reading import AlreadyLoaded, hand_in, order_load
from monitoring.services.undoing import NotAccepted, NotPreviewed, cancel_load, undo_load
from schools.access import NotAllowed
from tests.monitoring.loads.conftest import left_on_disk
from tests.monitoring.loads.files import counts, csv, fisoko, pupil

KINDS = {reading.JOB_KIND, accepting.JOB_KIND}


def in_force() -> dict[str, tuple]:
    """Who failed of how many by school, as is in force."""
    results = SchoolResult.objects.filter(is_current=True).select_related("unit", "load")
    return {one.unit.code: (one.n, one.failed, one.load_id) for one in results}


@pytest.fixture
def read(centre, now, django_capture_on_commit_callbacks):
    """Hand a file in and let the worker read it; return the job as it ended."""

    def hand(name, data, unit=None, actor=None, hints=None):
        with django_capture_on_commit_callbacks(execute=True):
            job = hand_in(
                name=name, content=[data], unit=unit or centre.region, hints=hints or Hints(),
                actor=actor or centre.operator, now=now,
            )  # fmt: skip
            run_pending(kinds=KINDS)
        return Job.objects.get(pk=job.pk)

    return hand


def test_a_file_waits_for_a_decision_and_is_taken_whole(
    centre, read, now, data_dir, django_capture_on_commit_callbacks
):
    job = read("mat5.xlsx", fisoko([pupil(mark=2), pupil(), pupil("edu240622", mark=5, journal=4)]))
    load = Load.objects.get(pk=job.result["load"])

    assert (job.state, job.result["page"]) == (JobState.DONE, ["monitoring:load", load.pk])
    assert (load.state, load.rows, load.upload.state) == (LoadState.PREVIEWED, 3, UploadState.PARSED)
    assert (ResultRow.objects.count(), SchoolResult.objects.count(), Assessment.objects.count()) == (0, 0, 0)
    assert left_on_disk(data_dir) == [f"staging/{job.pk}-1/1.copy", f"staging/{job.pk}-1/summary.json"]

    with django_capture_on_commit_callbacks(execute=True):
        order_acceptance(load=load, actor=centre.operator, now=now)
        run_pending(kinds=KINDS)
    load.refresh_from_db()

    assert load.state == LoadState.IN_FORCE
    assert in_force() == {"131001": (2, 1, load.pk), "131002": (1, 0, load.pk)}
    row = ResultRow.objects.get(load_id=load.pk, row_no=7)
    assert (row.academic_year, row.class_name, row.variant, row.task_scores) == (2020, "5А", "1", [2, 1])
    assert (row.score, row.mark, row.journal_mark, row.pupil) == (12, 2, 4, None)
    first = SchoolResult.objects.get(unit__code="131001")
    assert (first.row_no, first.last_row_no, first.raised, first.confirmed, first.lowered) == (7, 8, 0, 1, 1)
    event = AuditEvent.objects.get(action="load.accepted")
    assert (event.after["sha256"], event.after["rows"]) == (load.upload.sha256, 3)
    note = RecalculationRequest.objects.get()
    assert (note.unit_ids, "динамика" in note.facts) == (sorted([first.unit_id, centre.schools["131002"].pk]), True)
    assert left_on_disk(data_dir) == []


def test_the_same_file_twice_changes_nothing_and_says_so(centre, read, data_dir):
    data = fisoko([pupil(mark=2), pupil()])
    load = centre.take("mat5.xlsx", data)

    with pytest.raises(AlreadyLoaded, match=f"загрузка № {load.pk}.: ничего не изменилось"):
        centre.take("другое имя.xlsx", data)
    with pytest.raises(AlreadyLoaded):
        read("mat5.xlsx", data)
    assert (Load.objects.count(), Upload.objects.count(), ResultRow.objects.count()) == (1, 1, 2)


def test_results_of_the_portal_are_not_gone_through_for_a_file_that_is_new(centre, django_assert_num_queries):
    centre.take("mat5.xlsx", fisoko([pupil()]))

    with django_assert_num_queries(1) as asked:
        assert standing_twin("0" * 64, centre.region) is None

    assert "schoolresult" not in asked[0]["sql"]


def test_one_file_handed_in_twice_is_read_once(centre, now, django_capture_on_commit_callbacks, data_dir):
    given = {"name": "mat5.xlsx", "unit": centre.region, "hints": Hints(), "actor": centre.operator, "now": now}
    data = fisoko([pupil()])
    with django_capture_on_commit_callbacks(execute=True):
        first = hand_in(content=[data], **given)
        second = hand_in(content=[data], **given)

    assert first.pk == second.pk
    assert Upload.objects.count() == 1
    assert len(left_on_disk(data_dir)) == 1


def test_a_job_done_twice_leaves_one_load(centre, read, now):
    data = fisoko([pupil()])
    first = read("mat5.xlsx", data)
    again = order_job(kind=reading.JOB_KIND, payload=first.payload, actor=centre.operator, now=now)
    load = Load.objects.get()
    centre.accept(load)
    twice = order_job(kind=accepting.JOB_KIND, payload={"load": load.pk}, actor=centre.operator, now=now)
    run_pending(kinds=KINDS)

    assert {Job.objects.get(pk=job.pk).state for job in (again, twice)} == {JobState.DONE}
    assert Job.objects.get(pk=again.pk).result["load"] == load.pk
    assert (Load.objects.count(), ResultRow.objects.count(), SchoolResult.objects.count()) == (1, 1, 1)
    assert AuditEvent.objects.filter(action="load.accepted").count() == 1


def test_a_revised_file_replaces_school_by_school_and_undoing_brings_back(centre, now):
    first = centre.take("mat5.xlsx", fisoko([pupil(mark=2), pupil(), pupil("edu240622", mark=2)]))
    revised = centre.take("mat5-апелляции.xlsx", fisoko([pupil(mark=3), pupil()]))

    assert in_force() == {"131001": (2, 0, revised.pk), "131002": (1, 1, first.pk)}
    assert ResultRow.objects.count() == 5
    again = centre.take("mat5-снова.xlsx", fisoko([pupil(mark=5), pupil("edu240622", mark=3)]))
    states = dict(Load.objects.values_list("pk", "state"))
    assert states == {
        first.pk: LoadState.SUPERSEDED, revised.pk: LoadState.SUPERSEDED, again.pk: LoadState.IN_FORCE,
    }  # fmt: skip

    undo_load(load=again, actor=centre.operator, now=now, reason="не тот файл")

    assert in_force() == {"131001": (2, 0, revised.pk), "131002": (1, 1, first.pk)}
    assert dict(Load.objects.values_list("pk", "state")) == {
        first.pk: LoadState.IN_FORCE, revised.pk: LoadState.IN_FORCE, again.pk: LoadState.UNDONE,
    }  # fmt: skip
    assert AuditEvent.objects.get(action="load.undone").reason == "не тот файл"
    undo_load(load=revised, actor=centre.operator, now=now)
    undo_load(load=first, actor=centre.operator, now=now)
    assert in_force() == {}
    assert RecalculationRequest.objects.count() == 6


def test_a_file_that_was_replaced_may_be_taken_again_after_the_other_is_undone(centre, now):
    data = fisoko([pupil(mark=2)])
    first = centre.take("mat5.xlsx", data)
    second = centre.take("mat5-2.xlsx", fisoko([pupil(mark=3)]))
    back = centre.take("mat5.xlsx", data)

    assert in_force() == {"131001": (1, 1, back.pk)}
    undo_load(load=back, actor=centre.operator, now=now)
    assert in_force() == {"131001": (1, 0, second.pk)}
    undo_load(load=second, actor=centre.operator, now=now)
    assert in_force() == {"131001": (1, 1, first.pk)}


TITLE = "ВПР 2021 Математика 5 класс"
PERCENTS = csv([[TITLE], ["Код ОО", "Кол-во участников", "2", "3", "4", "5"], ["131001", 10, "30,0", "40", "20", "10"]])
PROTOCOL = csv(
    [[TITLE], ["логин школы", "класс", "номер обучающегося", "вариант", "балл за 1", "балл за 2", "всего баллов"]]
    + [["edu240621", "5А", number, 1, 1, 0, 7] for number in range(12)]
)


def test_finer_results_outrank_coarser_ones_whichever_came_last(centre, now):
    rows = centre.take("rows.xlsx", fisoko([pupil(mark=2), pupil()]))
    counted = centre.take("counts.csv", counts([["131001", 4, 1, 1, 1, 1]], TITLE))
    percents = centre.take("percents.csv", PERCENTS)

    assert in_force() == {"131001": (2, 1, rows.pk)}
    assert set(Load.objects.exclude(pk=rows.pk).values_list("state", flat=True)) == {LoadState.SUPERSEDED}
    with pytest.raises(AlreadyLoaded):  # outranked, but nothing has replaced it
        centre.take("percents.csv", PERCENTS)
    undo_load(load=rows, actor=centre.operator, now=now)
    assert in_force() == {"131001": (4, 1, counted.pk)}
    undo_load(load=counted, actor=centre.operator, now=now)
    assert in_force() == {"131001": (10, 3, percents.pk)}
    assert SchoolResult.objects.get(load=percents).marks == [3, 4, 2, 1]


def test_the_centre_outranks_what_a_municipality_brings_itself(centre, now):
    own = centre.take("свои.xlsx", fisoko([pupil(mark=5)] * 3), actor=centre.coordinator)
    official = centre.take("percents.csv", PERCENTS)
    assert in_force() == {"131001": (10, 3, official.pk)}
    later = centre.take("свои-2.xlsx", fisoko([pupil(mark=5)] * 4), actor=centre.coordinator)
    assert in_force() == {"131001": (10, 3, official.pk)}
    undo_load(load=official, actor=centre.operator, now=now)
    assert in_force() == {"131001": (4, 0, later.pk)}
    assert own.pk < later.pk


def test_scores_without_marks_never_hide_who_failed(centre):
    protocol = centre.take("протокол.csv", PROTOCOL)
    assert in_force() == {"131001": (12, None, protocol.pk)}
    counted = centre.take("counts.csv", counts([["131001", 4, 1, 1, 1, 1]], TITLE))

    assert in_force() == {"131001": (4, 1, counted.pk)}


def test_a_comparison_with_the_journal_stands_until_there_are_marks(centre):
    rows = [["Понизили (Отметка < Отметка по журналу)", 2, 20], ["Подтвердили (Отметка = Отметка по журналу)", 7, 70]]
    rows += [["Повысили (Отметка > Отметка по журналу)", 1, 10], ["Всего", 10, 100]]
    head = [[TITLE], ["Группы участников", "Кол-во участников", "%"]]
    journal = centre.take("журнал.csv", csv([*head, ["МБОУ Тагарская СОШ (edu240621)"], *rows]))
    found = SchoolResult.objects.get(load=journal)

    assert (found.source, found.is_current, found.n) == (Source.JOURNAL, True, 10)
    assert (found.raised, found.confirmed, found.lowered, found.failed) == (1, 7, 2, None)
    counted = centre.take("counts.csv", counts([["131001", 4, 1, 1, 1, 1]], TITLE))
    assert in_force() == {"131001": (4, 1, counted.pk)}
    known = with_journal(SchoolResult.objects.filter(is_current=True)).get()
    assert (known.journal_raised, known.journal_confirmed, known.journal_lowered) == (1, 7, 2)
    undo_load(load=journal, actor=centre.operator, now=centre.now)
    assert with_journal(SchoolResult.objects.filter(is_current=True)).get().journal_raised is None


def test_cancelling_erases_the_rows(centre, read, now, data_dir, django_capture_on_commit_callbacks):
    job = read("mat5.xlsx", fisoko([pupil()]))
    load = Load.objects.get(pk=job.result["load"])
    with django_capture_on_commit_callbacks(execute=True):
        cancel_load(load=load, actor=centre.operator, now=now)

    assert left_on_disk(data_dir) == []
    load.refresh_from_db()
    with pytest.raises(NotWaiting):
        centre.accept(load)
    with pytest.raises(NotAccepted):
        undo_load(load=load, actor=centre.operator, now=now)
    accepted = centre.take("mat5.xlsx", fisoko([pupil()]))
    with pytest.raises(NotPreviewed):
        cancel_load(load=accepted, actor=centre.operator, now=now)


def test_a_file_with_problems_is_shown_and_cannot_be_taken(centre, read, now):
    job = read("mat5.xlsx", fisoko([pupil(mark=7), pupil("edu249999")]))
    load = Load.objects.get(pk=job.result["load"])

    assert [(one["row"], one["column"], one["value"], one["what"]) for one in load.summary["problems"]] == [
        (7, "Отметка", "7", "не отметка от 2 до 5"),
        (8, "ОО", "edu249999", "такой школы нет в реестре"),
    ]
    with pytest.raises(HasProblems):
        order_acceptance(load=load, actor=centre.operator, now=now)
    with pytest.raises(HasProblems):
        centre.accept(load)
    with pytest.raises(FileHasProblems):
        centre.take("mat5-2.xlsx", fisoko([pupil(mark=7)]))
    assert (ResultRow.objects.count(), Assessment.objects.count()) == (0, 0)


def test_rows_that_changed_after_they_were_shown_are_not_taken(centre, read, data_dir):
    job = read("mat5.xlsx", fisoko([pupil()]))
    load = Load.objects.get(pk=job.result["load"])
    staged = data_dir / "staging" / load.staging / "1.copy"
    staged.write_bytes(staged.read_bytes().replace(b"\t4\t4\t", b"\t5\t4\t"))

    with pytest.raises(RowsGone):
        centre.accept(load)
    assert Assessment.objects.count() == 0


def test_a_refused_file_is_erased_with_a_sentence(centre, read, data_dir):
    job = read("список.csv", csv([["Имя", "Возраст"], ["а", "1"]]))

    assert (job.state, job.failure.split(":")[0]) == (JobState.FAILED, "Таблица не узнана")
    assert offered_instead(job) == Instead("Загрузить исправленный файл", reverse("monitoring:load-upload"))
    assert Upload.objects.get().state == UploadState.REFUSED
    assert Load.objects.count() == 0
    assert left_on_disk(data_dir) == []


def test_a_coordinator_loads_own_schools_only(centre, read):
    foreign = read("mat5.xlsx", fisoko([pupil("edu240630")]), unit=centre.kezhma, actor=centre.coordinator)
    load = Load.objects.get(pk=foreign.result["load"])
    assert [one["what"] for one in load.summary["problems"]] == ["такой школы нет в реестре"]
    coded = counts([["147001", 1, 0, 1, 0, 0]])
    by_code = read("oge.csv", coded, unit=centre.kezhma, actor=centre.coordinator)
    load = Load.objects.get(pk=by_code.result["load"])
    assert [one["what"] for one in load.summary["problems"]] == ["школа другого муниципалитета"]
    own = centre.take("mat5.xlsx", fisoko([pupil()]), actor=centre.coordinator)
    assert (own.unit, in_force()) == (centre.kezhma, {"131001": (1, 0, own.pk)})


@pytest.mark.parametrize("who", ["coordinator", "neighbour", "school_editor"])
def test_only_who_may_load_there_hands_in_and_decides(centre, now, who, data_dir):
    actor = getattr(centre, who)
    load = centre.take("mat5.xlsx", fisoko([pupil()]))
    given = {"hints": Hints(), "unit": centre.region, "actor": actor, "now": now}

    with pytest.raises(NotAllowed):
        hand_in(name="a.csv", content=[b"a"], **given)
    upload = store_upload(name="a.csv", pieces=[b"a"], actor=centre.operator, now=now)
    with pytest.raises(NotAllowed):
        order_load(upload=upload, **given)
    for decide in (undo_load, cancel_load):
        with pytest.raises(NotAllowed):
            decide(load=load, actor=actor, now=now)
    with pytest.raises(NotAllowed):
        accepting.accept_load(load=load, actor=actor, now=now)
    with pytest.raises(NotAllowed):
        order_acceptance(load=load, actor=actor, now=now)
    assert in_force() == {"131001": (1, 0, load.pk)}


def test_rows_that_nobody_waits_for_are_swept(centre, read, now, data_dir):
    job = read("mat5.xlsx", fisoko([pupil()]))
    kept = Load.objects.get(pk=job.result["load"]).staging
    for name in ("1f0-1", "command-2"):
        folder = data_dir / "staging" / name
        folder.mkdir()
        (folder / "1.copy").write_text("1")
    soon, later = timezone.now(), timezone.now() + timedelta(hours=2)

    assert reading.sweep_staging(now=soon) == 0
    assert reading.sweep_staging(now=later) == 2
    assert [path.name for path in (data_dir / "staging").iterdir()] == [kept]
