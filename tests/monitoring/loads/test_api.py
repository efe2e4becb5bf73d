"""Files over the API: handed in, read by a worker, accepted; refused where the pages refuse."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from rest_framework.test import APIClient

from jobs.models import Job
from jobs.services.running import run_pending
from monitoring.enums import LoadState
from monitoring.models import Load, SchoolResult
from monitoring.services import accepting, reading
from tests.monitoring.loads.files import counts, fisoko, pupil

KINDS = {reading.JOB_KIND, accepting.JOB_KIND}
UPLOADS = "/api/v1/uploads/"


@pytest.fixture
def api(centre):
    """A client of the API for a person."""

    def client_of(user) -> APIClient:
        client = APIClient()
        client.force_login(user)
        return client

    return client_of


def file(data: bytes, name: str = "mat5.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_file_is_handed_in_read_accepted_and_undone(centre, api, django_capture_on_commit_callbacks):
    client = api(centre.operator)
    data = fisoko([pupil(mark=2), pupil()])
    with django_capture_on_commit_callbacks(execute=True):
        handed = client.post(UPLOADS, {"file": file(data)})
        run_pending(kinds=KINDS)
    load = Load.objects.get()
    assert (handed.status_code, handed.json()["id"]) == (202, str(Job.objects.order_by("pk").first().pk))
    recognised = client.get(f"/api/v1/loads/{load.pk}/recognised/").json()
    assert recognised["recognised"]["schools"] == {"131001": {"n": 2, "2": 1, "3": 0, "4": 1, "5": 0}}
    assert (recognised["problems_total"], recognised["dropped_columns"]) == (0, ["Код участника"])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/api/v1/loads/{load.pk}/accept/").status_code == 202
        run_pending(kinds=KINDS)
    assert client.get(f"/api/v1/loads/{load.pk}/").json()["state"] == LoadState.IN_FORCE
    again = client.post(UPLOADS, {"file": file(data)})
    assert (again.status_code, "ничего не изменилось" in again.json()["detail"]) == (409, True)
    assert client.post(f"/api/v1/loads/{load.pk}/accept/").status_code == 409
    undone = client.post(f"/api/v1/loads/{load.pk}/undo/", {"reason": "проба"})
    assert (undone.status_code, undone.json()["state"]) == (200, LoadState.UNDONE)
    assert SchoolResult.objects.filter(is_current=True).count() == 0


def test_what_is_wrong_is_said(centre, api):
    client = api(centre.operator)
    data = counts([["131001", 1, 0, 1, 0, 0]])

    assert client.post(UPLOADS, {}).status_code == 400
    assert client.post(UPLOADS, {"file": file(data), "year": "завтра"}).status_code == 400
    assert client.post(UPLOADS, {"file": file(data), "unit": "нет"}).status_code == 400
    assert client.post(UPLOADS, {"file": file(data), "procedure": "выдумка"}).status_code == 400
    assert Job.objects.count() == 0


def test_nobody_loads_for_another_place(centre, api):
    data = counts([["147001", 1, 0, 1, 0, 0]])
    load = centre.take("oge.csv", data)
    for user, refusal in ((centre.coordinator, 400), (centre.school_editor, 403)):
        client = api(user)
        foreign, missing = (client.post(UPLOADS, {"file": file(data), "unit": unit}) for unit in ("147", "999"))
        assert (foreign.status_code, foreign.content) == (refusal, missing.content.replace(b"999", b"147"))
        for verb in ("accept", "cancel", "undo"):
            assert client.post(f"/api/v1/loads/{load.pk}/{verb}/").status_code == 404
        assert client.get(f"/api/v1/loads/{load.pk}/recognised/").status_code == 404
    assert APIClient().post(UPLOADS, {"file": file(data)}).status_code in (401, 403)
    assert Job.objects.filter(kind__in=KINDS).count() == 0
    assert reverse("api:upload-list") == UPLOADS
