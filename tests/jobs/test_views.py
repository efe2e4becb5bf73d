"""«Мои задания»: one's own jobs and nobody else's."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import User
from jobs.enums import JobState
from jobs.services.orders import order_job
from jobs.services.running import run_pending
from tests.refusals import bare

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def foreign(work, now):
    other = User.objects.create(login="other", full_name="Другой")
    return order_job(kind="tests.work", payload={}, actor=other, now=now)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_shows_own_jobs_in_constant_queries(signed_in, order, foreign, count, django_assert_num_queries):
    mine = [order(number=number) for number in range(count)]

    with django_assert_num_queries(5):
        response = signed_in.get(reverse("jobs:job-list"))

    assert {job.pk for job in response.context["page"].rows} == {job.pk for job in mine}


def test_the_list_is_narrowed_to_a_state(signed_in, order, now):
    done = order(number=1)
    run_pending(clock=lambda: now)
    order(number=2)

    response = signed_in.get(reverse("jobs:job-list"), {"state": "done"})

    assert [job.pk for job in response.context["page"].rows] == [done.pk]


@pytest.mark.parametrize(
    ("name", "method"), [("job", "get"), ("progress", "get"), ("cancel", "post"), ("again", "post")]
)
def test_a_foreign_job_is_as_one_that_does_not_exist(signed_in, foreign, name, method):
    missing = uuid.uuid4()
    there, nowhere = (getattr(signed_in, method)(reverse(f"jobs:{name}", args=[pk])) for pk in (foreign.pk, missing))
    foreign.refresh_from_db()

    assert there.status_code == 404
    assert bare(there, foreign.pk) == bare(nowhere, missing)
    assert foreign.state == JobState.QUEUED


def test_a_waiting_job_asks_again_and_a_finished_one_does_not(signed_in, order, now):
    job = order(number=1)
    waiting = signed_in.get(reverse("jobs:progress", args=[job.pk]))
    run_pending(clock=lambda: now)
    finished = signed_in.get(reverse("jobs:progress", args=[job.pk]))

    assert ("hx-trigger" in waiting.text, "hx-trigger" in finished.text) == (True, False)
    assert "готово" in finished.text


def test_a_job_is_cancelled_and_a_done_one_says_that_it_is_too_late(signed_in, order, now):
    job = order(number=1)
    signed_in.post(reverse("jobs:cancel", args=[job.pk]))
    job.refresh_from_db()
    late = signed_in.post(reverse("jobs:cancel", args=[job.pk]))

    assert job.state == JobState.CANCELLED
    assert (late.status_code, late.context["refusal"]) == (409, "Задание уже завершено: отменено.")
