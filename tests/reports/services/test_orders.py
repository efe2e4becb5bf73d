"""Ordering reports: who may, once while it waits, one whole file however often the work is begun."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from jobs.enums import JobState
from jobs.models import Job
from jobs.services.leases import LeaseLost
from jobs.services.running import claim, run_pending
from reports.models import ReportOrder
from reports.services.orders import JOB_KIND, ReportDoesNotFit, order_report, render_order
from schools.access import NotAllowed


@pytest.fixture
def order(place, now, settings, tmp_path):
    settings.DATA_DIR = tmp_path

    def ordered(**changes) -> ReportOrder:
        asked = {"name": "identification", "unit": place.kezhma, "year": 2021, "file_format": "xlsx"}
        return order_report(**{**asked, "actor": place.coordinator, "now": now, **changes})

    return ordered


def test_order_becomes_a_file(order, tmp_path):
    ordered = order()

    assert run_pending(kinds=[JOB_KIND]) == 1

    ordered.refresh_from_db()
    content = ordered.path.read_bytes()
    assert content.startswith(b"PK")
    assert ordered.file_name == "Аналитическая справка о результатах идентификации. Кежемский район, 2021.xlsx"
    assert (ordered.file_size, ordered.file_sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert [one.name for one in (tmp_path / "files").iterdir()] == [f"{ordered.pk}.xlsx"]
    assert ordered.job.result["page"] == ["reports:order", str(ordered.pk)]
    assert (ordered.job.state, ordered.job.queue) == (JobState.DONE, "long")


def test_order_is_audited(order, place):
    order()

    event = AuditEvent.objects.get(action="report.ordered")
    assert (event.actor_name, event.unit_path) == (place.coordinator.full_name, place.kezhma.path)
    assert event.after == {"name": "identification", "year": 2021, "format": "xlsx", "territories": "own"}


def test_same_order_waits_once_and_can_be_ordered_again_when_done(order, place):
    first = order()

    assert order() == first
    assert order(file_format="pdf") != first
    assert order(actor=place.ministry) != first
    Job.objects.filter(pk=first.job_id).update(state=JobState.DONE)
    assert order() != first
    assert ReportOrder.objects.count() == 4


def test_nobody_orders_of_a_neighbour_s_territory(order, place):
    with pytest.raises(NotAllowed):
        order(unit=place.minusinsk)

    assert ReportOrder.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "unit", "advice"),
    [
        ("school_passport", "kezhma", "выберите школу."),
        ("identification", "school", "выберите край, округ или муниципалитет."),
    ],
)
def test_report_of_a_unit_that_it_does_not_fit_is_refused(order, place, name, unit, advice):
    chosen = place.schools[0] if unit == "school" else place.kezhma

    with pytest.raises(ReportDoesNotFit, match=advice):
        order(name=name, unit=chosen)


def test_who_lost_the_right_meanwhile_gets_no_file(order, place, now):
    ordered = order()
    place.coordinator.appointments.update(ends_on=timezone.localdate() - timedelta(days=1))

    run_pending(kinds=[JOB_KIND])

    ordered.refresh_from_db()
    assert (ordered.job.state, ordered.has_file, ordered.path.exists()) == (JobState.FAILED, False, False)
    assert ordered.job.failure == "Кежемский район: у вас больше нет права заказывать отчёты этой территории."


def test_nothing_to_report_is_said_and_not_tried_again(order):
    ordered = order(year=2022)

    run_pending(kinds=[JOB_KIND])

    job = Job.objects.get(pk=ordered.job_id)
    assert (job.state, job.attempt) == (JobState.FAILED, 1)
    assert job.failure.startswith("Кежемский район: идентификация школ для 2022 года программы не проведена.")


def test_worker_that_lost_its_lease_puts_no_file_in_place(order, now):
    ordered = order()
    slow = claim(timezone.now(), pk=ordered.job_id)
    Job.objects.filter(pk=slow.pk).update(attempt=2)  # the reaper gave the job to another worker

    with pytest.raises(LeaseLost):
        render_order(slow, lambda done, total, text="": None)

    ordered.refresh_from_db()
    assert (ordered.has_file, ordered.path.exists()) == (False, False)


def test_doing_it_twice_leaves_one_file(order, tmp_path):
    ordered = order()
    run_pending(kinds=[JOB_KIND])
    Job.objects.filter(pk=ordered.job_id).update(state=JobState.QUEUED)

    run_pending(kinds=[JOB_KIND])

    ordered.refresh_from_db()
    assert hashlib.sha256(ordered.path.read_bytes()).hexdigest() == ordered.file_sha256
    assert len(list((tmp_path / "files").iterdir())) == 1
