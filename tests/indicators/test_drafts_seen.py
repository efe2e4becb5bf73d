"""What is being prepared is told to whoever prepares it, wherever entries are shown: pages, the API, trails, papers."""

from decimal import Decimal

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import ApiToken, AuditEvent
from accounts.permissions import Permission, Role
from accounts.services.token_use import beginning_of, digest_of, generate_key
from indicators.enums import ElementType, EntryStatus
from indicators.models import Observation, Period, SourceSystem, SystemKey
from indicators.selectors.evidence import observations_by_document
from indicators.services.elements import define_element
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observations
from indicators.services.reviewing import return_observations, submit_observations
from schools.enums import Kind
from schools.models import Appointment
from tests.indicators.territory import LONG_AGO, person

PROOF = Evidence(url="https://kezhma.example.ru/prikaz.pdf")
REMARK = "Приложите приказ управления"
# Longer than any key of a row: a page holds those too.
WORDS = {EntryStatus.DRAFT: "43210987", EntryStatus.SUBMITTED: "54321098", EntryStatus.RETURNED: "65432109"}


@pytest.fixture
def people(place, coordinator, analyst, neighbour):
    return {
        "coordinator": coordinator,
        "head": person("head", Role.MUNICIPAL_HEAD, place["131"]),
        "curator": person("curator", Role.DISTRICT_CURATOR, place["severny"]),
        "analyst": analyst,
        "approver": person("approver", Role.MINISTRY_APPROVER, place["24"]),
        "operator": person("operator", Role.CENTRE_OPERATOR, place["24"]),
        "observer": person("observer", Role.OBSERVER, place["131"]),
        "editor": person("editor", Role.SCHOOL_EDITOR, place["131001"]),
        "neighbour": neighbour,
    }


@pytest.fixture
def entries(place, people, years, system, now):
    """Of one municipality: a draft, what waits, what was returned."""
    period, rows = Period.objects.get(code="2021"), {}
    for status, value in WORDS.items():
        element = define_element(
            code=f"учителя_{status}",
            name=f"Учителя {status}",
            type=ElementType.COUNT,
            level=Kind.MUNICIPALITY,
            actor=system,
            now=now,
        )
        entry = Entry(element, place["131"], period, Decimal(value), PROOF, comment=f"из тетради {value}")
        outcome = enter_observations(
            entries=[entry],
            actor=people["coordinator"],
            now=now,
            status=EntryStatus.DRAFT if status == EntryStatus.DRAFT else EntryStatus.SUBMITTED,
        )
        rows[status] = outcome.saved[0][1]
    return_observations(observations=[rows["returned"]], remark=REMARK, actor=people["approver"], now=now)
    return rows


def text_of(response) -> str:
    """An answer as it is read, numbers without their gaps."""
    whole = b"".join(response) if response.streaming else response.content
    return whole.decode().replace("\xa0", "")


def told_of(user) -> set[str]:
    return {row.status for row in Observation.objects.told_to(user)}


PREPARING, REVIEWING, OTHERS = {"draft", "submitted", "returned"}, {"submitted", "returned"}, {"submitted"}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("coordinator", PREPARING),
        ("head", PREPARING),
        ("curator", PREPARING),
        ("analyst", PREPARING),
        ("approver", REVIEWING),
        ("operator", OTHERS),
        ("observer", OTHERS),
        ("editor", set()),
        ("neighbour", set()),
    ],
)
def test_who_is_told_of_what(people, entries, who, expected):
    assert told_of(people[who]) == expected
    assert {row.status for row in Observation.objects.told_to(people[who]) if row.is_draft} == expected & {"draft"}


def test_who_answers_for_a_municipality_answers_for_no_draft_of_its_schools(place, people, years, system, now):
    element = define_element(
        code="ученики", name="Ученики", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    entry = Entry(element, place["131001"], Period.objects.get(code="2021"), Decimal(700))
    enter_observations(entries=[entry], actor=people["editor"], now=now, status=EntryStatus.DRAFT)

    assert {name for name, user in people.items() if told_of(user)} == {"coordinator", "curator", "analyst", "editor"}


def test_of_a_key_it_is_asked_what_the_key_may(place, people, entries, now):
    def told(user, permissions, system=None):
        text = generate_key()
        token = ApiToken.objects.create(
            user=user, title="Ключ", digest=digest_of(text), prefix=beginning_of(text), created_at=now,
            permissions=permissions, expires_at=now.replace(year=2030),
        )  # fmt: skip
        Appointment.objects.create(token=token, unit=place["131"], starts_on=LONG_AGO)
        if system is not None:
            SystemKey.objects.create(token=token, system=system)
        answer = APIClient(HTTP_AUTHORIZATION=f"Token {text}").get("/api/v1/observations/")
        return {row["status"] for row in answer.json()["results"]}

    reading, entering = Permission.INDICATOR_VIEW, Permission.OBSERVATION_ENTER
    assert told(people["coordinator"], [reading]) == {"submitted"}
    assert told(people["coordinator"], [reading, entering]) == {"draft", "submitted", "returned"}
    navigator = SourceSystem.objects.create(code="навигатор", name="АИС «Навигатор»")
    assert told(people["coordinator"], [reading, entering], navigator) == {"submitted"}


@pytest.mark.parametrize(("who", "statuses"), [("coordinator", [200, 200, 200]), ("observer", [404, 200, 404])])
@pytest.mark.parametrize("page", ["history", "trail", "api"])
def test_pages_open_what_their_reader_is_told_of(client, people, entries, who, statuses, page):
    client.force_login(people[who])
    address = {
        "history": lambda row: reverse("indicators:history", args=[row.pk]),
        "trail": lambda row: reverse("reports:history", args=["observation", row.pk]),
        "api": lambda row: f"/api/v1/observations/{row.pk}/",
    }[page]

    assert [client.get(address(entries[status])).status_code for status in WORDS] == statuses


@pytest.fixture
def mended(people, entries, now):
    """What was returned is typed anew: a draft; then that is sent."""
    row = entries["returned"]
    entry = Entry(row.element, row.unit, row.period, Decimal(7654), PROOF)
    outcome = enter_observations(entries=[entry], actor=people["coordinator"], now=now, status=EntryStatus.DRAFT)
    return outcome.saved[0][1]


def test_a_cell_says_to_others_that_something_was_not_sent_and_not_what(client, people, entries, now):
    sent = entries["submitted"]
    return_observations(observations=[sent], remark=REMARK, actor=people["approver"], now=now)
    submit_observations(observations=[sent], actor=people["coordinator"], now=now)
    entry = Entry(sent.element, sent.unit, sent.period, Decimal(7654), PROOF)
    Observation.objects.filter(pk=sent.pk).update(replaced_at=now)
    enter_observations(entries=[entry], actor=people["coordinator"], now=now, status=EntryStatus.DRAFT)
    shown = {}
    for who in ("observer", "coordinator"):
        client.force_login(people[who])
        shown[who] = text_of(client.get(reverse("indicators:history", args=[sent.pk])))

    words = ("7654", "не отправлено", WORDS[EntryStatus.SUBMITTED], REMARK)
    assert [word in shown["observer"] for word in words] == [False, True, True, False]
    assert [word in shown["coordinator"] for word in words] == [True, False, True, True]


def test_what_was_missing_is_told_to_who_mends_it_and_to_who_has_said_it(client, people, entries, mended, now):
    submit_observations(observations=[mended], actor=people["coordinator"], now=now)
    remarks, pages = {}, {}
    for who in ("coordinator", "head", "approver", "observer", "operator"):
        client.force_login(people[who])
        remarks[who] = client.get(f"/api/v1/observations/{mended.pk}/").json()["remark"]
        trail = reverse("reports:history", args=["observation", mended.pk])
        answers = [
            client.get(reverse("indicators:history", args=[mended.pk])),
            client.get(trail),
            client.get(trail, {"file": "csv"}),
        ]
        pages[who] = [
            tuple(word in text_of(one) for word in (REMARK, WORDS[EntryStatus.RETURNED], "7654")) for one in answers
        ]

    assert remarks == {"coordinator": REMARK, "head": REMARK, "approver": REMARK, "observer": "", "operator": ""}
    assert pages["coordinator"] == pages["head"] == pages["approver"] == [(True, True, True)] * 3
    assert pages["observer"] == pages["operator"] == [(False, False, True)] * 3


def test_the_trail_of_actions_says_that_somebody_typed_and_what_only_once_it_is_sent(people, entries, mended, now):
    def written():
        rows = AuditEvent.objects.filter(target_id=str(mended.pk)).order_by("pk")
        return [(event.action, event.before, event.after) for event in rows]

    typed = ("observation.entered", {"status": "returned"}, {"status": "draft"})
    assert written() == [typed]

    submit_observations(observations=[mended], actor=people["coordinator"], now=now)

    told = {"value": "7654.0000", "document": "Учителя returned", "comment": "", "status": "submitted"}
    sent = told | {"signatory": "Head, руководитель муниципального органа, Кежемский район"}
    assert written() == [typed, ("observation.submitted", {"status": "draft"}, sent)]


def test_the_journal_of_rows_holds_what_its_reader_is_told_of(client, people, entries):
    shown = {}
    for who in ("approver", "head", "analyst"):
        client.force_login(people[who])
        journal = reverse("reports:row-journal")
        texts = [text_of(client.get(journal, query)) for query in ({"page_size": 200}, {"file": "csv"})]
        shown[who] = [[status for status in WORDS if WORDS[status] in text] for text in texts]

    assert shown == {
        "approver": [["submitted", "returned"]] * 2,
        "head": [["draft", "submitted", "returned"]] * 2,
        "analyst": [["draft", "submitted", "returned"]] * 2,
    }


def test_a_document_names_the_values_of_which_its_reader_is_told(people, entries):
    document = entries["draft"].document
    Observation.objects.update(document=document)
    named = {
        who: sorted(usage.title.split()[1] for usage in observations_by_document(document, people[who]))
        for who in ("coordinator", "approver", "observer")
    }

    assert named == {
        "coordinator": ["draft", "returned", "submitted"],
        "approver": ["returned", "submitted"],
        "observer": ["submitted"],
    }


def test_whoever_reviews_is_answered_of_a_draft_as_of_nothing(client, people, entries):
    client.force_login(people["approver"])
    address = f"{reverse('indicators:review')}?unit={entries['draft'].unit_id}&year=2021"

    answers = [
        client.post(address, {"act": act, "remark": REMARK, "entry": [key]}).status_code
        for act in ("accept", "return")
        for key in (entries["draft"].pk, 79_999_999)
    ]
    assert answers == [404, 404, 404, 404]
    queue = client.get(reverse("indicators:review-list"), {"year": 2021}).context["queue"]
    assert [(one.waiting, one.returned) for one in queue] == [(1, 1)]
