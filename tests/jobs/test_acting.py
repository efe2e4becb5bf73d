"""Work ordered with a key of the API: done by its rights, seen with it and by its person, and by no other key."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from jobs import registry
from jobs.enums import JobState, Queue
from jobs.models import Job, Upload
from jobs.services.changing import NotYours, cancel_job
from jobs.services.orders import order_job
from jobs.services.running import run_pending
from jobs.services.uploads import store_upload
from schools.access import can
from schools.models import Unit
from schools.services.tokens import create_token, revoke_token
from tests.factories.schools import make_municipality, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def kezhma():
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def analyst(kezhma):
    return make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent)


def made_key(analyst, unit) -> tuple[ApiToken, str]:
    last = timezone.localdate() + timedelta(days=30)
    return create_token(
        title="Выгрузка",
        units=[unit],
        permissions=ROLE_PERMISSIONS[Role.SYSTEM],
        expires_on=last,
        actor=analyst,
        now=timezone.now(),
    )


@pytest.fixture
def key(analyst, kezhma) -> tuple[ApiToken, str]:
    return made_key(analyst, kezhma)


@pytest.fixture
def reach():
    """Register `tests.reach`, whose handler notes at which of the given units the one who acts may look."""
    seen: list[list[str]] = []

    def handler(job: Job, progress: registry.Progress) -> dict[str, str]:
        units = Unit.objects.order_by("path")
        seen.append([unit.code for unit in units if can(job.ordered_by, Permission.UNIT_VIEW, at=unit)])
        return {"text": "готово"}

    registry.register("tests.reach", title="Проверка", queue=Queue.SHORT, handler=handler)
    yield seen
    registry.forget("tests.reach")


def ordered(actor, token=None) -> Job:
    if token is not None:
        actor.acting_token = token
    return order_job(kind="tests.reach", payload={}, actor=actor, now=timezone.now())


def titles(client, key: str, resource: str, field: str) -> list[str]:
    answer = client.get(f"/api/v1/{resource}/", headers={"Authorization": f"Token {key}"})
    return [row[field] for row in answer.json()["results"]]


def test_work_is_done_by_the_rights_of_its_key(analyst, key, reach):
    ordered(analyst)
    ordered(analyst, key[0])

    run_pending()

    assert reach == [["24", "131"], ["131"]]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("revoked", "Ключ «Выгрузка», которым заказана работа, отозван."),
        ("expired", "Срок ключа «Выгрузка», которым заказана работа, истёк."),
        ("left", "Учётная запись владельца ключа «Выгрузка», которым заказана работа, закрыта."),
    ],
)
def test_work_of_a_key_that_opens_nothing_any_more_is_not_done(analyst, key, reach, change, reason):
    job = ordered(analyst, key[0])
    if change == "revoked":
        revoke_token(token=key[0], actor=analyst, now=timezone.now())
    elif change == "left":
        User.objects.update(is_active=False)
    else:
        ApiToken.objects.update(expires_at=timezone.now())

    run_pending()

    job.refresh_from_db()
    assert (job.state, job.failure, reach) == (JobState.FAILED, reason, [])


def test_a_key_sees_what_was_ordered_with_it_and_its_person_sees_all(client, analyst, key, reach, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    other, other_text = made_key(analyst, analyst.appointments.get().unit)
    for title, token in (("сам", None), ("ключ", key[0]), ("другой ключ", other)):
        analyst.acting_token = token
        order_job(kind="tests.reach", payload={}, actor=analyst, now=timezone.now(), title=title)
        store_upload(name=f"{title}.csv", pieces=[b"1"], actor=analyst, now=timezone.now())

    assert titles(client, key[1], "jobs", "title") == ["ключ"]
    assert titles(client, key[1], "uploads", "name") == ["ключ.csv"]
    assert titles(client, other_text, "jobs", "title") == ["другой ключ"]
    client.force_login(analyst)
    assert [row["title"] for row in client.get("/api/v1/jobs/").json()["results"]] == ["другой ключ", "ключ", "сам"]
    assert client.get("/api/v1/uploads/").json()["count"] == 3


def test_work_ordered_otherwise_answers_a_key_as_missing_work_does(client, analyst, key, reach, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    foreign = {
        "jobs": ordered(analyst).pk,
        "uploads": store_upload(name="а.csv", pieces=[b"1"], actor=analyst, now=timezone.now()).pk,
    }
    missing = "01890000-0000-7000-8000-000000000000"
    head = {"Authorization": f"Token {key[1]}"}

    for resource, pk in foreign.items():
        answers = [client.get(f"/api/v1/{resource}/{one}/", headers=head) for one in (pk, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content


def test_a_key_does_not_cancel_what_its_person_ordered(analyst, key, reach):
    job = ordered(analyst)
    analyst.acting_token = key[0]

    with pytest.raises(NotYours):
        cancel_job(job=job, actor=analyst, now=timezone.now())

    assert Job.objects.get().state == JobState.QUEUED
    assert Upload.objects.count() == 0
