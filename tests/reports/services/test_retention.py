"""Files of reports are kept for a time; the order stays, says so, and is made again."""

import os
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from jobs.models import Job
from jobs.services.running import run_pending
from reports.models import ReportOrder
from reports.services.orders import JOB_KIND, order_report
from reports.services.retention import erase_leftovers, erase_old_files
from reports.tasks import erase_old_files as task


@pytest.fixture
def region(place, settings, tmp_path):
    settings.DATA_DIR, settings.REPORT_FILES_KEPT_DAYS = tmp_path, 30
    return place


def made(region, days_ago: int, year: int = 2021) -> ReportOrder:
    order = order_report(
        name="identification", unit=region.kezhma, year=year, file_format="xlsx", actor=region.coordinator,
        now=region.now,
    )  # fmt: skip
    run_pending(kinds=[JOB_KIND])
    Job.objects.filter(report_order=order).update(finished_at=timezone.now() - timedelta(days=days_ago))
    order.refresh_from_db()
    return order


def test_old_files_are_erased_and_newer_ones_kept(region):
    old, new = made(region, 31), made(region, 29)
    now = timezone.now()

    assert (erase_old_files(now=now), erase_old_files(now=now)) == (1, 0)

    old.refresh_from_db()
    assert (old.has_file, old.file_erased_at, old.path.exists()) == (False, now, False)
    new.refresh_from_db()
    assert (new.has_file, new.path.exists()) == (True, True)


def test_leftovers_are_erased_after_a_day(region, tmp_path):
    order = made(region, 1)
    day_ago = timezone.now().timestamp() - 90_000
    half, fresh = tmp_path / "files" / ".being-written-1", tmp_path / "files" / ".being-written-2"
    for path in (half, fresh):
        path.write_bytes(b"1")
    for path in (half, order.path):
        os.utime(path, (day_ago, day_ago))

    assert erase_leftovers(now=timezone.now()) == 1

    assert [path.exists() for path in (half, fresh, order.path)] == [False, True, True]


def test_order_of_an_erased_file_says_so_and_is_made_again(region, client):
    order = made(region, 31)
    task()
    client.force_login(region.coordinator)
    today = f"{timezone.localdate():%d.%m.%Y}"

    row = client.get(reverse("reports:order-list")).text
    page = client.get(reverse("reports:order", args=[order.pk])).text
    file = client.get(reverse("reports:file", args=[order.pk]))
    api = APIClient()
    api.force_login(region.coordinator)
    told = api.get(f"/api/v1/reports/{order.pk}/").json()
    again = client.post(reverse("reports:order-again", args=[order.pk]))

    assert f"файл удалён {today}" in row
    assert f"удалён {today}: файлы отчётов хранятся 30 дней." in page
    assert file.status_code == 404
    assert (told["is_ready"], told["erased_at"] is None) == (False, False)
    fresh = ReportOrder.objects.exclude(pk=order.pk).get()
    assert (again.status_code, again.url) == (302, reverse("reports:order", args=[fresh.pk]))
    assert (fresh.name, fresh.unit, fresh.year, fresh.format) == (order.name, order.unit, order.year, order.format)
    run_pending(kinds=[JOB_KIND])
    made_again = client.get(reverse("reports:file", args=[fresh.pk]))
    assert b"".join(made_again.streaming_content).startswith(b"PK")


def test_another_s_order_is_not_made_again(region, client):
    order = made(region, 1)
    client.force_login(region.neighbour)

    assert client.post(reverse("reports:order-again", args=[order.pk])).status_code == 404
    assert ReportOrder.objects.count() == 1


def test_a_file_that_was_never_made_cannot_be_erased(region):
    order = made(region, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReportOrder.objects.filter(pk=order.pk).update(file_sha256="", file_erased_at=timezone.now())
