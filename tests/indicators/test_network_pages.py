"""«Изменения сети»: the journal, a new change with its preview, and undoing, in the browser."""

from datetime import date

import pytest

from accounts.permissions import Role
from indicators.models import Period, RecalculationRequest
from schools.enums import OperationKind
from schools.models import Unit, UnitOperation
from tests.factories.schools import make_municipality, make_region, make_school, make_user
from tests.schools.services.test_operations import DAY, EVE, Land, do, okrug

pytestmark = pytest.mark.django_db
LIST = "/indicators/network/"
ORDER = {"on": "2025-06-19", "order": "закон № 9", "note": ""}


@pytest.fixture
def land() -> Land:
    return Land()


@pytest.fixture
def analyst(land):
    return make_user("analyst", Role.MINISTRY_ANALYST, land.region)


@pytest.mark.parametrize("count", [1, 3])
def test_a_coordinator_reads_the_own_changes_in_constant_queries(client, land, count, django_assert_num_queries):
    for number in range(count):
        do(OperationKind.CLOSE, make_school(land.dzer, f"12101{number}"))
    do(OperationKind.CLOSE, land.schools[4])
    client.force_login(make_user("coordinator", Role.MUNICIPAL_COORDINATOR, land.dzer))

    with django_assert_num_queries(6):  # session, person, at the root, count, rows, appointments
        page = client.get(LIST)

    assert len(page.context["page"].rows) == count
    assert "Школа 109001" not in page.content.decode()
    assert "Записать:" not in page.content.decode()


def test_a_change_is_shown_before_it_is_written(client, land, analyst):
    Period.objects.create(code="2024", kind="year", starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    Period.objects.create(code="2025", kind="year", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    client.force_login(analyst)
    form = ORDER | {
        "units": "121, 147",
        "new_kind": "municipality",
        "new_code": "162",
        "new_name": "Дзержинско-Тасеевский муниципальный округ",
        "new_parent": "vostochny",
        "new_type": "municipal_district",
        "new_locality": "rural",
    }

    shown = client.post(LIST + "new/join/", form | {"act": "show"})
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "закрывается Тасеевский район, последний день 18.06.2025" in text
    assert not UnitOperation.objects.exists()
    assert not Unit.objects.filter(code="162").exists()

    done = client.post(LIST + "new/join/", form | {"act": "apply"})
    operation = UnitOperation.objects.get()
    assert done.headers["Location"] == f"{LIST}{operation.pk}/"
    assert (operation.order, operation.made_by, operation.on) == ("закон № 9", analyst, DAY)
    assert RecalculationRequest.objects.get().years == [2025]
    assert "из «Дзержинский район»" in client.get(f"{LIST}{operation.pk}/").content.decode()


@pytest.mark.parametrize(
    ("kind", "said", "title"),
    [
        ("close", {"units": "121001"}, "Закрыта: Школа 121001"),
        ("move", {"units": "121001 121002", "parent": "147"},
         "Переведена: Школа 121001, Школа 121002 → Тасеевский район"),
        ("rename", {"units": "121001", "name": "Лицей", "short_name": "Лицей"}, "Переименована: Школа 121001 → Лицей"),
        ("change", {"units": "121001", "kind": "preschool"}, "Изменена: Школа 121001"),
        ("join", {"units": "121001", "into": "147001"}, "Объединены: Школа 121001 → Школа 147001"),
        ("split", {"units": "121", "members": "121001", "into": "109", "stays": "on"},
         "Разделена: Дзержинский район → город Канск (и сама остаётся)"),
        ("split", {"units": "121", "members": "121001", "into": "109", "rest": "147"},
         "Разделена: Дзержинский район → город Канск, Тасеевский район"),
        ("open", {"new_kind": "college", "new_code": "121900", "new_name": "Техникум", "new_parent": "121",
                  "new_locality": "rural"}, "Открыта: Техникум (Дзержинский район)"),
    ],
)  # fmt: skip
def test_each_kind_is_written_by_its_form(client, land, analyst, kind, said, title):
    client.force_login(analyst)
    assert client.get(f"{LIST}new/{kind}/").status_code == 200

    client.post(f"{LIST}new/{kind}/", ORDER | said | {"act": "apply"})

    assert UnitOperation.objects.get().title == title


def test_splitting_into_more_than_two_is_said_to_go_by_a_file(client, land, analyst):
    client.force_login(analyst)

    assert "<code>apply_operations</code>" in client.get(f"{LIST}new/split/").text
    assert "<code>apply_operations</code>" not in client.get(f"{LIST}new/join/").text


def test_nothing_typed_is_lost_and_a_foreign_code_is_one_that_is_not_there(client, land, analyst):
    other = make_school(make_municipality(make_region("54", "Новосибирская область"), "901"), "901001")
    client.force_login(analyst)

    def errors(codes: str) -> str:
        page = client.post(LIST + "new/close/", ORDER | {"units": codes, "act": "apply"})
        assert page.status_code == 422
        assert codes in page.content.decode()
        return str(page.context["form"].errors["units"])

    assert errors("901001").replace("901001", "X") == errors("777777").replace("777777", "X")
    assert Unit.objects.get(pk=other.pk).closed_on is None
    refused = client.post(LIST + "new/close/", ORDER | {"units": "121", "act": "show"})
    assert refused.status_code == 422
    assert "сначала закройте или переведите" in refused.content.decode()


def test_undoing_asks_a_reason_and_names_what_stands_in_the_way(client, land, analyst, django_assert_max_num_queries):
    operation = do(OperationKind.JOIN, land.dzer, land.tasey, new=okrug(land))
    page = f"{LIST}{operation.pk}/"
    client.force_login(analyst)
    head = make_user("head", Role.MUNICIPAL_COORDINATOR, Unit.objects.get(code="162"))

    with django_assert_max_num_queries(12):
        told = client.get(page).content.decode()
    assert "уже относятся: назначения (1)" in told
    head.appointments.all().delete()
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "закон отложен"}).status_code == 302
    assert "закон отложен" in client.get(page).content.decode()
    assert not Unit.objects.filter(code="162").exists()


def test_the_journal_is_narrowed_and_taken_as_a_file(client, land, analyst):
    do(OperationKind.CLOSE, land.schools[0])
    do(OperationKind.RENAME, land.schools[1], on=date(2020, 1, 1), said={"name": "Лицей", "short_name": "Лицей"})
    client.force_login(analyst)

    def found(query: str) -> list[str]:
        return [one.kind for one in client.get(LIST + query).context["page"]]

    assert found("") == ["close", "rename"]
    assert found("?kind=rename") == ["rename"]
    assert found("?code=121001") == ["close"]
    assert found(f"?since={EVE}") == ["close"]
    assert found("?undone=yes") == []
    lines = client.get(LIST + "?file=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3


def test_who_does_not_keep_the_register_reads_only(client, land):
    operation = do(OperationKind.CLOSE, land.schools[0])
    client.force_login(make_user("coordinator", Role.MUNICIPAL_COORDINATOR, land.dzer))

    assert "Отменить изменение" not in client.get(f"{LIST}{operation.pk}/").content.decode()
    assert client.post(f"{LIST}{operation.pk}/", {"reason": "так"}).status_code == 403
    assert client.post(LIST + "new/close/", ORDER | {"units": "121002", "act": "apply"}).status_code == 403
    client.force_login(make_user("other", Role.MUNICIPAL_COORDINATOR, land.kansk))
    assert client.get(f"{LIST}{operation.pk}/").status_code == 404
