"""Cancelling a job and having it done again, by the one who ordered it."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, User
from jobs import registry
from jobs.enums import JobState, Queue
from jobs.selectors import Instead
from jobs.services.changing import NotYours, TooLate, cancel_job, run_again
from jobs.services.leases import LeaseLost
from jobs.services.orders import order_job
from jobs.services.running import claim, fence, run_pending

pytestmark = pytest.mark.django_db


def test_a_waiting_job_is_cancelled_and_ordered_again(order, work, person, now):
    job = order(number=1)
    cancel_job(job=job, actor=person, now=now)

    assert run_pending(clock=lambda: now) == 0
    again = run_again(job=job, actor=person, now=now)
    assert run_pending(clock=lambda: now) == 1
    again.refresh_from_db()
    assert (again.state, work) == (JobState.DONE, [{"number": 1}])
    assert list(AuditEvent.objects.values_list("action", flat=True).order_by("pk")) == [
        "job.cancelled",
        "job.ordered_again",
    ]


def test_a_running_job_that_is_cancelled_writes_nothing(order, person, now):
    job = order(number=1)
    claimed = claim(now)
    cancel_job(job=job, actor=person, now=now)

    with pytest.raises(LeaseLost):
        fence(claimed)


def test_a_done_job_is_neither_cancelled_nor_repeated(order, work, person, now):
    job = order(number=1)
    run_pending(clock=lambda: now)

    with pytest.raises(TooLate, match="Задание уже завершено: выполнено"):
        cancel_job(job=job, actor=person, now=now)
    with pytest.raises(TooLate, match="а это — выполнено"):
        run_again(job=job, actor=person, now=now)


def test_a_job_of_somebody_else_is_left_alone(order, now):
    other = User.objects.create(login="other", full_name="Другой")

    with pytest.raises(NotYours):
        cancel_job(job=order(number=1), actor=other, now=now)


@pytest.fixture
def refused(person, now):
    """A job that failed for good: its file is gone."""

    def handler(job, progress):
        raise registry.JobRefused("В файле нет строк.", remedy=registry.Remedy("Загрузить файл", ("jobs:job-list",)))

    registry.register("tests.refused", title="Чтение", queue=Queue.SHORT, handler=handler)
    job = order_job(kind="tests.refused", payload={}, actor=person, now=now)
    run_pending(clock=lambda: now)
    registry.forget("tests.refused")
    job.refresh_from_db()
    return job


def test_a_job_that_would_fail_again_just_so_is_not_repeated(refused, person, now):
    with pytest.raises(TooLate, match="^Повтор не поможет: В файле нет строк. Что сделать: загрузить файл.$"):
        run_again(job=refused, actor=person, now=now)

    refused.refresh_from_db()
    assert refused.state == JobState.FAILED


def test_the_page_offers_the_remedy_instead_of_a_repetition(refused, person, client):
    client.force_login(person)

    page = client.get(reverse("jobs:job", args=[refused.pk]))

    assert page.context["instead"] == Instead("Загрузить файл", reverse("jobs:job-list"))
    assert "Запустить ещё раз" not in page.text
    assert f'href="{reverse("jobs:job-list")}">Загрузить файл</a>' in page.text
