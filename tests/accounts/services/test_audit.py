"""Events of the trail are written one way, whoever acts and whatever about."""

import pytest

from accounts.models import AuditEvent
from accounts.services.audit import record, record_export, record_unknown, written_together
from tests.factories.schools import make_user

pytestmark = pytest.mark.django_db


def test_who_takes_data_out_for_somebody_else_is_written_down_as_such(now):
    anna = make_user("anna")
    anna.acting_for = "замещает: Зайцев В. С."

    record_export(actor=anna, action="export.downloaded", title="Школы.csv", unit_path="/24/", after={}, now=now)

    assert AuditEvent.objects.get().reason == "замещает: Зайцев В. С."


def test_events_of_every_kind_wait_for_the_end_of_the_block(now, django_assert_num_queries):
    anna = make_user("anna")

    with django_assert_num_queries(1), written_together():
        record(actor=anna, action="user.created", target=anna, now=now)
        record_export(actor=anna, action="export.read", title="/api/units/", unit_path="", after={}, now=now)
        record_unknown(action="sign_in.failed", target_kind="accounts.user", now=now)

    assert list(AuditEvent.objects.order_by("pk").values_list("actor_name", "target_kind", "target_title")) == [
        (anna.full_name, "accounts.user", str(anna)),
        (anna.full_name, "file", "/api/units/"),
        ("неизвестный", "accounts.user", "неизвестный"),
    ]
