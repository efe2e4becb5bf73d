"""Acceptance and return over the API: by the page's services, named by keys, and a repeat changes nothing."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import Permission, Role
from accounts.services.people import system_user
from indicators.enums import ElementType
from indicators.models import DataElement, Observation, Period, SourceSystem
from indicators.services.definitions import set_basis
from indicators.services.elements import define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observations
from indicators.services.systems import create_system_key
from schools.enums import Kind
from schools.models import Unit
from tests.api.test_observations import key_for
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
LIST = "/api/v1/observations/"
REMARK = "Приложите приказ"
REVIEWING = (Permission.UNIT_VIEW, Permission.INDICATOR_VIEW, Permission.OBSERVATION_ACCEPT)


@pytest.fixture
def kezhma(now):
    kezhma = make_municipality(make_region(), "131", "Кежемский район")
    make_municipality(kezhma.parent, "109", "город Канск")
    given = {"actor": system_user(), "now": now}
    set_basis(year=2021, academic_year=2020, cohort_year=2021, **given)
    define_element(code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, **given)
    return kezhma


@pytest.fixture
def entries(kezhma, now):
    """What two schools have sent."""
    make_school(kezhma, "131001")
    make_school(kezhma, "131002")
    rows = []
    for code in ("131001", "131002"):
        unit = Unit.objects.get(code=code)
        editor = make_user(f"editor-{code}", Role.SCHOOL_EDITOR, unit)
        entry = Entry(DataElement.objects.get(code="учителя"), unit, Period.objects.get(code="2021"), Decimal(12))
        rows.append(enter_observations(entries=[entry], actor=editor, now=now).saved[0][1])
    return rows


@pytest.fixture
def head(kezhma):
    return make_user("head", Role.MUNICIPAL_COORDINATOR, kezhma)


@pytest.fixture
def ask(client, head, kezhma):
    """Ask with a key of the coordinator that may accept, or with another."""
    own = key_for(head, kezhma, permissions=REVIEWING)

    def post(what: str, rows, token: str = own, **said):
        body = {"entries": [getattr(row, "pk", row) for row in rows], **said}
        headers = {"Authorization": f"Token {token}"}
        return client.post(f"{LIST}{what}/", body, content_type="application/json", headers=headers)

    post.own = own
    return post


def states():
    return [row.status for row in Observation.objects.in_force().order_by("pk")]


def test_named_entries_are_accepted_once_however_often_that_is_asked(ask, entries, head):
    first = ask("accept", entries[:1])

    assert (first.status_code, states()) == (200, ["accepted", "submitted"])
    assert first.json() == {"done": [{"id": entries[0].pk, "status": "accepted"}], "refused": []}
    row = Observation.objects.get(pk=entries[0].pk)
    again = ask("accept", entries[:1])

    assert (again.status_code, again.json()) == (200, first.json())
    assert AuditEvent.objects.filter(action="observation.accepted").count() == 1
    assert (row.reviewed_by, row.reviewed_at) == (head, Observation.objects.get(pk=row.pk).reviewed_at)


def test_entries_are_returned_with_what_was_missing_and_a_repeat_says_so(ask, entries):
    ask("accept", entries[:1])
    first = ask("return", entries, remark=REMARK)

    told = [{"id": row.pk, "status": "returned"} for row in entries]
    assert (first.status_code, first.json()) == (200, {"done": told, "refused": []})
    assert (states(), {row.remark for row in Observation.objects.all()}) == (["returned"] * 2, {REMARK})
    assert ask("return", entries, remark=REMARK).json() == first.json()
    assert AuditEvent.objects.filter(action="observation.returned").count() == 2

    other = ask("return", entries[:1], remark="Иное")
    assert (other.status_code, other.json()) == (
        409,
        {"done": [], "refused": [{"id": entries[0].pk, "why": "Возвращать нечего: «возвращено»."}]},
    )


def test_what_cannot_be_accepted_says_why_and_the_rest_is(ask, entries, now):
    mended = Entry(entries[0].element, entries[0].unit, entries[0].period, Decimal(13))
    enter_observations(entries=[mended], actor=entries[0].entered_by, now=now)

    answer = ask("accept", entries)

    assert answer.status_code == 200
    assert answer.json() == {
        "done": [{"id": entries[1].pk, "status": "accepted"}],
        "refused": [
            {
                "id": entries[0].pk,
                "why": "Пока вы смотрели, значение исправили или убрали. Сверьте то, что внесено теперь.",
            }
        ],
    }


@pytest.mark.parametrize(
    ("what", "said", "status", "field"),
    [
        ("accept", {"entries": []}, 400, "entries"),
        ("accept", {"entries": ["первая"]}, 400, "entries"),
        ("return", {}, 400, "remark"),
        ("return", {"remark": "  "}, 400, "remark"),
    ],
)
def test_what_is_not_said_is_asked_for(ask, entries, what, said, status, field):
    answer = ask(what, entries, **said)

    assert (answer.status_code, list(answer.json()), states()) == (status, [field], ["submitted"] * 2)


def test_foreign_entries_are_answered_as_missing_ones_and_nothing_is_done(ask, entries, kezhma):
    kansk = make_user("kansk", Role.MUNICIPAL_COORDINATOR, Unit.objects.get(code="109"))
    token = key_for(kansk, Unit.objects.get(code="109"), permissions=REVIEWING)

    for what, said in (("accept", {}), ("return", {"remark": REMARK})):
        foreign, missing = ask(what, entries, token, **said), ask(what, [999_999_999], token, **said)
        assert (foreign.status_code, foreign.content) == (404, missing.content)
        assert ask(what, [entries[0], 999_999_999], **said).status_code == 404
    assert states() == ["submitted"] * 2


def test_a_key_without_the_right_is_refused_though_its_person_may(ask, entries, head, kezhma):
    entering = key_for(head, kezhma)

    assert ask("accept", entries, entering).status_code == 403
    assert ask("return", entries, entering, remark=REMARK).status_code == 403
    assert states() == ["submitted"] * 2


def test_the_key_of_a_system_accepts_nothing(ask, entries, kezhma):
    system = SourceSystem.objects.create(code="навигатор", name="АИС «Навигатор»")
    methodist = make_user("methodist", Role.INSTITUTE_METHODIST, kezhma.parent)
    last = timezone.localdate().replace(month=12, day=31)
    _token, key = create_system_key(system=system, units=[kezhma], expires_on=last, actor=methodist, now=timezone.now())

    assert ask("accept", entries, key).status_code == 403
    assert ask("return", entries, key, remark=REMARK).status_code == 403
    assert states() == ["submitted"] * 2


def test_nobody_accepts_by_a_key_what_he_has_sent_himself(ask, entries, head, now):
    mended = Entry(entries[0].element, entries[0].unit, entries[0].period, Decimal(13))
    row = enter_observations(entries=[mended], actor=head, now=now).saved[0][1]

    answer = ask("accept", [row])

    assert (answer.status_code, answer.json()["refused"]) == (
        409,
        [{"id": row.pk, "why": "Принимает не тот, кто отправил. Попросите другого."}],
    )


@pytest.mark.parametrize("count", [1, 2])
def test_what_waits_is_listed_for_whoever_reviews_it(client, ask, entries, head, count, django_assert_num_queries):
    if count == 1:
        ask("accept", entries[1:])
    headers = {"Authorization": f"Token {ask.own}"}
    client.get(f"{LIST}waiting/", headers=headers)

    with django_assert_num_queries(4):
        rows = client.get(f"{LIST}waiting/", headers=headers).json()["results"]

    assert sorted(row["id"] for row in rows) == [row.pk for row in entries[:count]]
    narrowed = client.get(f"{LIST}waiting/", {"unit_code": "131002"}, headers=headers).json()["results"]
    assert [row["unit_code"] for row in narrowed] == ["131002"] * (count - 1)
    client.force_login(entries[0].entered_by)
    assert client.get(f"{LIST}waiting/").json()["results"] == []
