"""Jobs: claimed once, kept by a lease, given back, ended with a reason."""

from datetime import timedelta

import psycopg2
import pytest
from django.db import OperationalError

from jobs import registry
from jobs.enums import JobState, Queue
from jobs.models import Job
from jobs.services.leases import LEASE, LeaseLost
from jobs.services.orders import order_job
from jobs.services.reaping import reap
from jobs.services.running import claim, fence, run_next, run_now, run_pending

pytestmark = pytest.mark.django_db


def state(job):
    job.refresh_from_db()
    return job.state


def test_waiting_jobs_are_done_oldest_first(order, work, now):
    jobs = [order(number=number) for number in (1, 2, 3)]

    assert run_pending(clock=lambda: now) == 3
    assert work == [{"number": 1}, {"number": 2}, {"number": 3}]
    assert [state(job) for job in jobs] == [JobState.DONE] * 3
    assert jobs[0].result == {"text": "готово"}
    assert jobs[0].lease_until is None


def test_a_queue_is_done_by_its_own_workers_only(order, work, now):
    job = order(number=1)

    assert run_next(queue=Queue.LONG, clock=lambda: now) == 0
    assert state(job) == JobState.QUEUED
    assert run_next(queue=Queue.SHORT, clock=lambda: now) == 1


def test_a_claimed_job_is_not_claimed_again(order, now):
    job = order(number=1)

    assert claim(now).pk == job.pk
    assert claim(now) is None
    assert state(job) == JobState.RUNNING
    assert (job.attempt, job.lease_until) == (1, now + LEASE)


def test_progress_is_written_and_prolongs_the_lease(person, now):
    seen = []

    def handler(job, progress):
        progress(3, 10, "третья")
        job.refresh_from_db()
        seen.append((job.progress_done, job.progress_total, job.progress_text, job.lease_until))
        return {}

    registry.register("tests.slow", title="Долго", queue=Queue.LONG, handler=handler)
    order_job(kind="tests.slow", payload={}, actor=person, now=now)
    moments = iter([now, now + timedelta(seconds=20), now + timedelta(seconds=21)])
    run_pending(clock=lambda: next(moments, now), kinds=["tests.slow"])
    registry.forget("tests.slow")

    assert seen == [(3, 10, "третья", now + timedelta(seconds=20) + LEASE)]


@pytest.mark.parametrize(
    ("raised", "failure"),
    [
        (registry.JobRefused("В файле нет строк."), "В файле нет строк."),
        (
            KeyError("x"),
            "Внутренняя ошибка портала (KeyError): работа не закончена. Данные не изменены. Запустите ещё раз; если "
            "повторится — сообщите администратору портала.",
        ),
    ],
)
def test_a_failure_says_why(person, now, raised, failure):
    def handler(job, progress):
        raise raised

    registry.register("tests.bad", title="Плохо", queue=Queue.SHORT, handler=handler)
    job = order_job(kind="tests.bad", payload={}, actor=person, now=now)
    ended = run_now(job, clock=lambda: now)
    registry.forget("tests.bad")

    assert (ended.state, ended.failure) == (JobState.FAILED, failure)


@pytest.mark.parametrize("word", [OperationalError, psycopg2.OperationalError, psycopg2.DatabaseError])
def test_a_job_whose_database_went_away_is_tried_again(person, now, word):
    tries = []

    def handler(job, progress):
        tries.append(job.attempt)
        if len(tries) == 1:
            raise word("server closed the connection")
        return {}

    registry.register("tests.lost", title="Обрыв", queue=Queue.SHORT, handler=handler)
    job = order_job(kind="tests.lost", payload={}, actor=person, now=now)
    run_now(job, clock=lambda: now)
    reap(now=now)
    run_now(job, clock=lambda: now)
    registry.forget("tests.lost")

    assert tries == [1, 2]
    assert state(job) == JobState.DONE


def test_the_reaper_gives_a_dead_workers_job_back(order, work, now):
    job = order(number=1)
    claim(now)

    assert reap(now=now + LEASE - timedelta(seconds=1)) == 0
    assert reap(now=now + LEASE + timedelta(seconds=1)) == 1
    assert state(job) == JobState.QUEUED
    assert run_pending(clock=lambda: now) == 1
    assert (state(job), job.attempt) == (JobState.DONE, 2)


def test_the_reaper_gives_up_after_the_last_attempt(order, now):
    job = order(number=1)
    for number in range(3):
        claim(now + timedelta(minutes=number))
        reap(now=now + timedelta(minutes=number, seconds=31))

    assert state(job) == JobState.FAILED
    assert job.failure.startswith("Работа обрывалась 3 раз(а) подряд")


def test_a_slow_worker_cannot_write_after_its_job_was_given_away(order, now):
    order(number=1)
    first = claim(now)
    reap(now=now + timedelta(minutes=1))
    second = claim(now + timedelta(minutes=1))

    with pytest.raises(LeaseLost):
        fence(first)
    fence(second)


def test_an_unfinished_job_of_the_same_key_is_ordered_once(person, work, now):
    first = order_job(kind="tests.work", payload={}, actor=person, now=now, dedupe_key="k")
    second = order_job(kind="tests.work", payload={}, actor=person, now=now, dedupe_key="k")
    run_pending(clock=lambda: now)
    third = order_job(kind="tests.work", payload={}, actor=person, now=now, dedupe_key="k")

    assert first.pk == second.pk
    assert third.pk != first.pk
    assert Job.objects.count() == 2
