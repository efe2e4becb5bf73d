"""Recalculations that nobody works on any more are taken up again by the clock, not by the next change."""

from datetime import timedelta

import pytest
from django.urls import reverse

from indicators.models import IndicatorValue, RecalculationRequest
from indicators.selectors.run_journal import JOB_KIND, PART_KIND
from indicators.services.checking import CHECKING_KIND
from indicators.services.long_runs import lay_out, unfinished_runs
from indicators.services.recalculation import current_editions, request_recalculation
from indicators.services.runs import Wish
from indicators.services.sweeping import take_up_what_was_left
from jobs.enums import JobState
from jobs.models import Job
from jobs.services.changing import cancel_job
from jobs.services.orders import order_job
from jobs.services.reaping import reap
from jobs.services.running import claim, run_pending

MINUTE = timedelta(minutes=1)


@pytest.fixture
def run(rural, group_order, system, now):
    """A long run, laid out; what asked for its indicators is done with."""
    RecalculationRequest.objects.all().delete()
    Job.objects.all().delete()
    note = request_recalculation(facts={"*"}, actor=system, now=now, reason="всё")
    Job.objects.all().delete()
    return lay_out([Wish(edition) for edition in current_editions()], notes=[note], reason="всё", now=now)


def given_up(now):
    """Both workers die of every attempt."""
    while claim(now, kinds=[PART_KIND]):
        pass
    Job.objects.filter(kind=PART_KIND).update(attempt=3, lease_until=now - MINUTE)
    reap(now=now)


def test_what_its_workers_gave_up_is_finished_without_a_new_note(run, now):
    given_up(now)

    assert set(Job.objects.values_list("state", flat=True)) == {JobState.FAILED}
    assert take_up_what_was_left(now=now + MINUTE) == 0  # two jobs ended in vain: two minutes
    assert take_up_what_was_left(now=now + 2 * MINUTE) == 1
    run_pending(clock=lambda: now + 2 * MINUTE)

    assert unfinished_runs() == []
    assert RecalculationRequest.objects.get().fulfilled_at is not None
    assert IndicatorValue.objects.exists()


GONE = "Работа обрывалась 3 раз(а) подряд: процесс останавливался, не закончив её. "
ADMINISTRATOR = "если не кончится и тогда — сообщите администратору портала."


def test_what_is_said_of_a_given_up_run_is_what_happens_to_it(client, run, analyst, now):
    given_up(now)

    said = f"{GONE}Посчитанное не пропало, остальное портал повторит сам; {ADMINISTRATOR}"
    assert set(Job.objects.values_list("failure", flat=True)) == {said}
    client.force_login(analyst)
    page = client.get(reverse("indicators:recalculation", args=[run.pk])).content.decode()
    assert f"Прошлая попытка не удалась: {said}</p>" in page
    assert take_up_what_was_left(now=now + 2 * MINUTE) == 1


def test_a_cancelled_worker_says_that_the_work_is_taken_up_all_the_same(run, system, now):
    for job in Job.objects.filter(kind=PART_KIND):
        cancel_job(job=job, actor=system, now=now)

    said = "Отменено заказавшим. Посчитанное не пропало, за остальное портал возьмётся сам."
    assert set(Job.objects.values_list("failure", flat=True)) == {said}
    assert take_up_what_was_left(now=now + 2 * MINUTE) == 1


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (JOB_KIND, f"Прежние значения на месте, портал повторит её сам; {ADMINISTRATOR}"),
        (CHECKING_KIND, "Данные не изменены. Запустите ещё раз; если повторится — сообщите администратору портала."),
    ],
)
def test_a_given_up_job_says_whether_somebody_has_to_order_it_again(system, now, kind, said):
    job = order_job(kind=kind, payload={}, actor=system, now=now, title="Работа")
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=3, lease_until=now - MINUTE)
    reap(now=now)

    assert Job.objects.get(pk=job.pk).failure == f"{GONE}{said}"


def test_a_change_meanwhile_does_not_wake_what_kills_its_workers(run, system, now):
    given_up(now)
    request_recalculation(facts={"сельская"}, years={2021}, actor=system, now=now, reason="ответ")
    run_pending(clock=lambda: now, kinds=[JOB_KIND])

    assert RecalculationRequest.objects.get(reason="ответ").fulfilled_at is not None
    assert not Job.objects.filter(kind=PART_KIND, state=JobState.QUEUED).exists()


def test_a_worker_that_still_holds_its_lease_is_left_alone(run, now):
    claim(now, kinds=[PART_KIND])

    assert take_up_what_was_left(now=now + timedelta(hours=2)) == 0
    assert Job.objects.count() == 2


def test_after_each_vain_attempt_it_waits_longer_but_an_hour_at_most(run, now):
    template = {"kind": PART_KIND, "ordered_by": Job.objects.first().ordered_by, "ordered_at": now}
    Job.objects.all().delete()
    Job.objects.bulk_create(
        Job(state=JobState.FAILED, finished_at=now, dedupe_key=f"{PART_KIND}:{run.pk}:0", **template)
        for _ in range(100)
    )

    assert take_up_what_was_left(now=now + timedelta(minutes=59)) == 0
    assert take_up_what_was_left(now=now + timedelta(minutes=60)) == 1


def test_notes_whose_job_was_given_up_are_fulfilled(rural, system, now):
    RecalculationRequest.objects.all().delete()
    Job.objects.all().delete()
    request_recalculation(facts={"сельская"}, actor=system, now=now, reason="ответ")
    Job.objects.update(state=JobState.FAILED, finished_at=now)

    assert take_up_what_was_left(now=now) == 0
    assert take_up_what_was_left(now=now + MINUTE) == 1
    assert take_up_what_was_left(now=now + MINUTE) == 0
    run_pending(clock=lambda: now + MINUTE, kinds=[JOB_KIND])

    assert RecalculationRequest.objects.get().fulfilled_at is not None


def test_where_nothing_is_left_nothing_is_ordered(rural, now):
    RecalculationRequest.objects.all().delete()
    Job.objects.all().delete()

    assert take_up_what_was_left(now=now + timedelta(days=1)) == 0
    assert not Job.objects.exists()
