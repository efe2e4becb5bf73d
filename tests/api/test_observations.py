"""Values sent over the API: entered by the form's own service, once a key, within the reach of the token."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.permissions import Permission, Role
from accounts.services.people import system_user
from indicators.enums import CollectionMethod, ElementType
from indicators.models import Observation, RecalculationRequest, SentEntry
from indicators.services.definitions import set_basis
from indicators.services.elements import Breakdown, Collecting, Rules, define_element, define_system
from schools.enums import Kind
from schools.services.tokens import create_token
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/observations/"
PROOF = {"number": "112-п", "dated_on": "2021-09-10", "url": "https://kezhma.example.ru/prikaz.pdf"}


@pytest.fixture
def kezhma(now):
    kezhma = make_municipality(make_region(), "131", "Кежемский район")
    make_municipality(kezhma.parent, "109", "город Канск")
    make_school(kezhma, "131001")
    set_basis(year=2021, academic_year=2020, cohort_year=2021, actor=system_user(), now=now)
    given = {"actor": system_user(), "now": now}
    define_element(
        code="группа", name="Группа", type=ElementType.YES_NO, level=Kind.MUNICIPALITY, needs_evidence=True, **given
    )
    define_element(code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, **given)
    return kezhma


@pytest.fixture
def coordinator(kezhma):
    return make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)


def key_for(
    person, *units, permissions=(Permission.UNIT_VIEW, Permission.INDICATOR_VIEW, Permission.OBSERVATION_ENTER)
) -> str:
    last = timezone.localdate() + timedelta(days=30)
    return create_token(
        title="АИС", units=units, permissions=permissions, expires_on=last, actor=person, now=timezone.now()
    )[1]


@pytest.fixture
def send(client, kezhma, coordinator):
    """Send a value with the coordinator's key, or another; what is not given is that of the working group."""
    own = key_for(coordinator, kezhma)

    def post(token: str = own, key: str = "", **said):
        body = {"element": "группа", "unit": "131", "period": "2021", "value": 1, **PROOF, **said}
        headers = {"Authorization": f"Token {token}", **({"Idempotency-Key": key} if key else {})}
        return client.post(ADDRESS, body, content_type="application/json", headers=headers)

    return post


def test_a_value_is_entered_with_its_proof_and_leaves_a_note(send, coordinator, kezhma):
    RecalculationRequest.objects.all().delete()

    answer = send(comment="по решению совета")

    entry = Observation.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "id": entry.pk, "element": "группа", "unit": kezhma.pk, "unit_code": "131", "period": "2021",
            "category": "", "value": "1.0000", **PROOF, "comment": "по решению совета", "via": "api",
            "system": "", "is_over_system": False, "signatory": None, "signed_as": "",
            "status": "submitted", "submitted_at": None, "reviewed_at": None, "remark": "",
            "entered_at": timezone.localtime(entry.entered_at).isoformat(),
            "replaced_at": None,
        },
    )  # fmt: skip
    assert (entry.entered_by, entry.via, entry.document.unit) == (coordinator, "api", kezhma)
    assert RecalculationRequest.objects.filter(fulfilled_at=None).exists()


def test_the_same_key_enters_once(send):
    first, again = send(key="мсо-1"), send(key="мсо-1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (Observation.objects.count(), SentEntry.objects.get().observation_id) == (1, first.json()["id"])


def test_a_repetition_is_answered_even_when_the_entry_was_replaced_since(send):
    first = send(key="мсо-1")
    send(value=0)

    again = send(key="мсо-1")

    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert again.json()["replaced_at"] is not None
    assert Observation.objects.get(replaced_at=None).value == 0


def test_the_same_key_for_another_value_is_refused(send):
    send(key="мсо-1")

    other = send(key="мсо-1", value=0)

    assert (other.status_code, other.json()) == (
        409,
        {
            "detail": "Под ключом «мсо-1» уже передано другое значение: дайте новому значению новый ключ, а прежнее "
            "повторите без изменений."
        },
    )
    assert Observation.objects.get().value == 1


def test_a_key_in_russian_letters_is_told_as_it_was_sent(send):
    """A server hands a head over as Latin letters, one for each of its bytes."""
    wire = "мсо-1".encode().decode("latin-1")
    send(key=wire)

    other = send(key=wire, value=0)

    assert SentEntry.objects.get().key == "мсо-1"
    assert other.json()["detail"].startswith("Под ключом «мсо-1» уже передано другое значение")


@pytest.mark.parametrize("key", ["а\0б", "\ud800", "а\u202eб"])
def test_a_key_of_signs_that_nobody_sees_is_refused(send, key):
    said = "В ключе есть знаки, которых не видно. Составьте его из букв, цифр и дефисов."

    answer = send(key=key)

    assert (answer.status_code, answer.json()) == (400, {"Idempotency-Key": [said]})
    assert not Observation.objects.exists()


def test_a_refused_value_leaves_its_key_free(send):
    refused = send(key="мсо-1", url="", number="", dated_on=None)
    mended = send(key="мсо-1")

    assert refused.status_code == 400
    assert refused.json()["value"][0].startswith("«да» без доказательства не сохраняется")
    assert mended.status_code == 201


def test_without_a_key_the_same_value_changes_nothing(send):
    assert [send().status_code, send().status_code] == [201, 200]
    assert Observation.objects.count() == 1


def test_an_entry_that_was_replaced_since_is_not_overwritten(send):
    first = send(replaces=None)
    send(value=0, replaces=first.json()["id"])

    late = send(replaces=first.json()["id"])

    assert late.status_code == 409
    assert late.json()["detail"].startswith("Пока вы правили, ")
    assert Observation.objects.get(replaced_at=None).value == 0


@pytest.mark.parametrize("said", [{}, {"element": "никакой"}, {"period": "1999"}, {"value": 7}])
def test_a_foreign_unit_answers_as_a_missing_one(send, said):
    foreign, missing = send(unit="109", **said), send(unit="999", **said)

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content
    assert Observation.objects.count() == 0


def test_a_key_of_one_school_does_not_reach_its_municipality(send, kezhma, coordinator):
    school = kezhma.children.get()
    narrow = key_for(coordinator, school)

    above = send(token=narrow)
    below = send(token=narrow, unit="131001", element="учителя", value=12)

    assert (above.status_code, above.json()) == (404, {"detail": "Единицы с таким кодом среди ваших нет."})
    assert (below.status_code, below.json()["unit_code"]) == (201, "131001")


def test_a_key_that_may_only_read_is_refused(send, kezhma, coordinator):
    reading = key_for(coordinator, kezhma, permissions=(Permission.INDICATOR_VIEW,))

    answer = send(token=reading)

    assert (answer.status_code, answer.json()) == (403, {"detail": "Нет права «вносить значения»: Кежемский район."})
    assert Observation.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"element": "никакой"}, 404),
        ({"period": "1999"}, 404),
        ({"value": "много"}, 400),
        ({"value": None}, 400),
        ({"value": 7}, 400),
        ({"element": "учителя"}, 400),
        ({"dated_on": "2030-01-01"}, 400),
        ({"url": "kezhma"}, 400),
        ({"key": "к" * 101}, 400),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_left(send, said, status):
    assert send(**said).status_code == status
    assert (Observation.objects.count(), SentEntry.objects.count()) == (0, 0)


def test_keys_of_two_people_do_not_meet(send, kezhma):
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent)
    send(key="1")

    other = send(token=key_for(analyst, kezhma.parent), key="1", value=0)

    assert other.status_code == 201


@pytest.mark.parametrize("count", [1, 3])
def test_list_shows_own_entries_in_constant_queries(
    client, send, kezhma, coordinator, django_assert_num_queries, count
):
    for number in range(count):
        make_school(kezhma, f"13101{number}")
        send(unit=f"13101{number}", element="учителя", value=number)
    kansk = make_school(kezhma.parent.children.get(code="109"), "109001")
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent)
    send(token=key_for(analyst, kansk), unit="109001", element="учителя", value=1)
    client.force_login(coordinator)

    with django_assert_num_queries(5):  # session, user, whether at the root, count, entries
        answer = client.get(f"{ADDRESS}?in_force=true&period=2021")

    assert {row["unit_code"] for row in answer.json()["results"]} == {f"13101{number}" for number in range(count)}


def test_what_is_asked_can_be_read(client, kezhma, coordinator):
    client.force_login(coordinator)

    answer = client.get("/api/v1/data-elements/").json()["results"]

    assert [(one["code"], one["type"], one["level"], one["needs_evidence"]) for one in answer] == [
        ("группа", "yes_no", "municipality", True),
        ("учителя", "count", "school", False),
    ]


def test_schema_tells_of_the_key(client, coordinator):
    client.force_login(coordinator)

    post = client.get("/api/schema/?format=json").json()["paths"]["/api/v1/observations/"]["post"]

    assert [(one["name"], one["in"]) for one in post["parameters"]] == [("Idempotency-Key", "header")]
    assert set(post["responses"]) == {"200", "201", "400", "403", "404", "409"}


def test_what_is_asked_says_who_keeps_it_and_what_it_must_keep_to_and_the_api_holds_to_it(send, client, kezhma, now):
    given = {"actor": system_user(), "now": now}
    navigator = define_system(code="навигатор", name="АИС «Навигатор»", **given)
    define_element(
        code="охвачено", name="Охвачено", type=ElementType.COUNT, level=Kind.SCHOOL, rules=Rules(most=Decimal(100)),
        collecting=Collecting(navigator, CollectionMethod.SYSTEM, due=(12, 20)), **given,
    )  # fmt: skip
    client.force_login(make_user("reader", Role.OBSERVER, kezhma))

    said = {one["code"]: one for one in client.get("/api/v1/data-elements/").json()["results"]}["охвачено"]
    refused = send(element="охвачено", unit="131001", value=101)

    assert {key: said[key] for key in ("code", "system", "collection", "due_month", "due_day", "most")} == {
        "code": "охвачено", "system": "навигатор", "collection": "system", "due_month": 12, "due_day": 20,
        "most": "100.0000",
    }  # fmt: skip
    assert (refused.status_code, refused.json()) == (
        400, {"value": ["Здесь нужно число не больше 100, а внесено 101. Исправьте число."]},
    )  # fmt: skip


@pytest.fixture
def staff(kezhma, now):
    """Posts of schools by kind of specialist."""
    return define_element(
        code="ставки", name="Ставки", type=ElementType.AMOUNT, level=Kind.SCHOOL, actor=system_user(), now=now,
        breakdown=Breakdown("по видам", (("психолог", "Педагог-психолог"), ("логопед", "Логопед"))),
    )  # fmt: skip


def test_what_is_asked_by_categories_says_them_in_order(client, staff, coordinator):
    client.force_login(coordinator)

    said = {one["code"]: one for one in client.get("/api/v1/data-elements/").json()["results"]}

    assert (said["ставки"]["breakdown"], said["ставки"]["categories"]) == (
        "по видам",
        [{"code": "психолог", "name": "Педагог-психолог"}, {"code": "логопед", "name": "Логопед"}],
    )
    assert (said["учителя"]["breakdown"], said["учителя"]["categories"]) == ("", [])


def test_a_category_is_sent_once_under_a_key_and_another_one_is_another_value(client, send, staff, coordinator):
    given = {"element": "ставки", "unit": "131001", "url": "", "number": "", "dated_on": None}
    first = send(key="к-1", category="логопед", value="1.5", **given)
    again = send(key="к-1", category="логопед", value="1.5", **given)
    other = send(key="к-1", category="психолог", value="1.5", **given)
    seen = send(category="психолог", value=2, replaces=None, **given)

    assert [one.status_code for one in (first, again, other, seen)] == [201, 200, 409, 201]
    assert first.json()["category"] == "логопед"
    client.force_login(coordinator)
    narrowed = client.get(f"{ADDRESS}?category=психолог").json()["results"]
    assert [(row["category"], row["value"]) for row in narrowed] == [("психолог", "2.0000")]


def test_a_block_has_a_row_for_each_category(client, kezhma, staff, coordinator):
    def post(*rows, key):
        body = {"rows": [{"element": "ставки", "unit": "131001", "period": "2021", **row} for row in rows]}
        headers = {"Authorization": f"Token {key_for(coordinator, kezhma)}", "Idempotency-Key": key}
        return client.post(f"{ADDRESS}bulk/", body, content_type="application/json", headers=headers)

    both = [{"category": "логопед", "value": 1}, {"category": "психолог", "value": 2}]
    entered = post(*both, key="а")
    wrong = post(both[0], both[0], {"value": 3}, {"category": "повар", "value": 1}, key="б")
    refused = post(both[0], {"value": 3}, {"category": "повар", "value": 1}, key="в")

    assert (entered.status_code, entered.json()["entered"]) == (201, 2)
    assert wrong.json() == {"rows": [{"row": 2, "errors": {"value": ["Это значение уже передано строкой 1."]}}]}
    whole = "«Ставки» вносят по видам, итог складывается сам. Внесите каждую категорию: Педагог-психолог, Логопед."
    cook = "«Ставки» вносят по видам, а категории «повар» среди них нет. Есть: Педагог-психолог, Логопед."
    assert refused.json() == {
        "rows": [{"row": 2, "errors": {"value": [whole]}}, {"row": 3, "errors": {"value": [cook]}}]
    }
    assert sorted(Observation.objects.in_force().values_list("category", "value")) == [("логопед", 1), ("психолог", 2)]


def test_what_is_entered_whole_takes_no_category(send, kezhma):
    answer = send(element="учителя", unit="131001", value=5, category="логопед")

    said = "«Учителя» вносят одним числом: категории у него нет, а названа «логопед». Уберите её."
    assert (answer.status_code, answer.json()) == (400, {"value": [said]})
