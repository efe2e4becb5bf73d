"""Whatever leaves the portal is in the trail: files of every sort, and lists that a key of the API reads."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import READING, Role
from accounts.services.audit import record
from schools.models import Unit
from schools.services.tokens import create_token
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


def exports() -> list[tuple]:
    found = AuditEvent.objects.filter(action__startswith="export.").order_by("pk")
    return [(one.action, one.actor_name, one.target_title, one.after["address"], one.after["query"]) for one in found]


@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_a_saved_table_is_written_down_with_its_filter(client, kezhma, file):
    make_school(kezhma, "131001")
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, kezhma)
    client.force_login(analyst)
    client.get("/schools/?q=131")
    assert exports() == []
    client.get(f"/schools/?q=131&file={file}")

    ((action, who, title, address, query),) = exports()
    assert (action, who, address, query) == ("export.downloaded", analyst.full_name, "/schools/", f"q=131&file={file}")
    assert title.endswith(f".{file}")
    assert AuditEvent.objects.latest("pk").unit_path == kezhma.path


def test_the_journal_itself_leaves_a_trace_when_it_is_saved(client, kezhma):
    client.force_login(make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent))
    client.get("/journal/?file=csv")

    assert [title for _, _, title, *_ in exports()] == ["Журнал действий.csv"]


def test_what_a_formula_would_be_is_harmless_in_the_saved_journal(client, kezhma):
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent)
    record(actor=analyst, action="unit.changed", target=kezhma, now=timezone.now(), reason='=HYPERLINK("http://a")')
    client.force_login(analyst)

    assert "'=HYPERLINK" in client.get("/journal/?file=csv").content.decode("utf-8-sig")


def test_a_list_read_by_a_key_is_written_down_and_one_read_on_a_page_is_not(client, kezhma):
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)
    made = {"title": "Выгрузка", "units": [kezhma], "permissions": READING, "expires_on": timezone.localdate()}
    token, key = create_token(**made, actor=coordinator, now=timezone.now())
    headers = {"Authorization": f"Token {key}"}
    client.get("/api/v1/schools/?page=1", headers=headers)
    client.get(f"/api/v1/units/{kezhma.pk}/", headers=headers)
    client.force_login(coordinator)
    client.get("/api/v1/schools/")

    assert exports() == [("export.read", coordinator.full_name, "/api/v1/schools/", "/api/v1/schools/", "page=1")]
    assert AuditEvent.objects.latest("pk").unit_path == kezhma.path


def test_a_stranger_leaves_nothing(client, kezhma):
    client.get("/schools/?file=csv")

    assert exports() == []
