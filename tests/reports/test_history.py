"""The history of a thing: in words, for whoever may see it; what was approved and what has changed since."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.services.audit import record
from common.journalling import our_models, why_not
from common.session_facts import acting
from indicators.models import DataElement, Observation, Period
from monitoring.models import Load
from programmes.models import Target
from reports.models import ReportOrder
from reports.selectors.trail import acts
from reports.selectors.trail.objects import OBJECTS
from reports.selectors.trail.words import ROWS, TECHNICAL, field_word
from reports.views import history
from roadmap.models import Activity, Execution, ExpectedResult
from schools.models import Appointment
from tests.factories.schools import make_user
from tests.refusals import bare

pytestmark = pytest.mark.django_db


def address(kind: str, thing, name: str = "history", query: str = "") -> str:
    return reverse(f"reports:{name}", args=[kind, thing.pk]) + query


def words(response) -> list[str]:
    """Every change that the page writes out: «имя: было → стало»."""
    lines = [line for act in response.context["acts"] for line in act.lines]
    return [f"{change.name}: {change.before} → {change.after}" for line in lines for change in line.changes]


def amend(place, request: str = "r-1", title: str = "Программа, изменённая приказом") -> None:
    """Change the approved programme past the services, as another request would."""
    with acting(actor=place.centre.pk, door="page", request=request):
        type(place.programme).objects.filter(pk=place.programme.pk).update(title=title)


def lines_of_file(content: bytes, file_format: str) -> list[list[str]]:
    """Read the table of a file: the rows of the first sheet, or the lines."""
    if file_format == "csv":
        return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    rows = [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if any(row)]


@pytest.fixture
def target(place) -> Target:
    return Target.objects.filter(programme_indicator__programme=place.programme, value__isnull=False).first()


def test_every_row_and_column_that_is_written_down_has_russian_words():
    models = [model for model in our_models() if not why_not(model)]

    assert {model.__name__ for model in models} - set(ROWS) == set()
    unsaid = {
        f"{model.__name__}.{field.name}"
        for model in models
        for field in model._meta.concrete_fields
        if field.name not in TECHNICAL and not field_word(model, field)
    }
    assert unsaid == set()


def test_a_change_is_told_in_words_with_who_where_from_and_why(client, place, target, now):
    was = target.value
    with acting(actor=place.centre.pk, signatory=place.ministry.pk, door="page", request="r-2", reason="Приказ № 7"):
        Target.objects.filter(pk=target.pk).update(value=was + 5)
        record(actor=place.centre, action="programme.amended", target=place.programme, now=now + timedelta(days=9000))
    client.force_login(place.ministry)

    response = client.get(address("programme", place.programme))

    act = response.context["acts"][0]
    assert (act.who, act.signatory, act.door) == (place.centre.full_name, place.ministry.full_name, "страница")
    assert (act.what, act.reasons) == (["программа изменена"], ["Приказ № 7"])
    assert len(act.lines) == 1
    (change,) = act.lines[0].changes
    assert (change.name, change.before) == ("цель", f"{was:.2f}".rstrip("0").rstrip(".").replace(".", ","))
    assert act.lines[0].words.startswith("Цель показателя «")
    text = response.content.decode()
    assert f"цель: было {change.before}, стало {change.after}" in text


@pytest.mark.parametrize("kind", sorted(OBJECTS))
def test_every_sort_of_thing_has_a_history_in_few_queries(client, place, kind, django_assert_max_num_queries):
    thing = thing_of(place, kind)
    client.force_login(User.objects.get(pk=thing.ordered_by_id) if kind == "order" else place.ministry)
    client.get(address(kind, thing))

    with django_assert_max_num_queries(12):
        response = client.get(address(kind, thing))

    assert response.status_code == 200
    assert response.context["acts"]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_file_holds_what_is_filtered_and_is_an_export(client, place, target, file_format):
    amend(place)
    with acting(actor=place.centre.pk, signatory=place.ministry.pk, door="page", request="r-2", reason="Приказ № 7"):
        Target.objects.filter(pk=target.pk).update(value=99)
    client.force_login(place.ministry)
    asked = f"?field={Target._meta.db_table}.value&person={place.centre.pk}"

    answer = client.get(address("programme", place.programme, query=f"{asked}&file={file_format}"))

    rows = lines_of_file(answer.content, file_format)
    assert rows[0] == ["Когда", "Кто", "За кого", "Что сделано", "Что изменено", "Основание", "Как"]
    assert len(rows) == 2
    who, signatory, done, changed, reason, door = rows[1][1:]
    assert (who, signatory, done) == (place.centre.full_name, place.ministry.full_name, "")
    assert (reason, door) == ("Приказ № 7", "страница")
    assert changed.startswith("Цель показателя «")
    assert changed.endswith("стало 99")
    taken = AuditEvent.objects.get(action="export.downloaded")
    assert (taken.actor_id, taken.target_title) == (place.ministry.pk, f"История, программа.{file_format}")


def test_the_file_holds_every_page_in_the_order_of_the_list(client, place, monkeypatch):
    monkeypatch.setattr(history, "BATCH", 2)
    for number in range(5):
        amend(place, f"r-{number}", f"Программа {number}")
    client.force_login(place.ministry)

    def last_words(query: str) -> list[str]:
        answer = client.get(address("programme", place.programme, query=query))
        return [row[4].split("стало ")[-1] for row in lines_of_file(answer.content, "csv")[1:]]

    newest_first = last_words("?file=csv&page_size=25")
    assert newest_first[:5] == [f"Программа {number}" for number in (4, 3, 2, 1, 0)]
    assert last_words("?file=csv&sort=when") == newest_first[::-1]


def test_what_is_asked_for_is_found_however_old_it_is(client, place, monkeypatch):
    monkeypatch.setattr(acts, "READ_AT_MOST", 4)
    with acting(actor=place.coordinator.pk, door="page", request="r-old"):
        type(place.programme).objects.filter(pk=place.programme.pk).update(title="Прежнее название")
    for number in range(5):
        amend(place, f"r-{number}", f"Программа {number}")
    client.force_login(place.ministry)

    newest = client.get(address("programme", place.programme))
    assert [line.split(" → ")[1] for line in words(newest)] == [f"Программа {number}" for number in (4, 3, 2, 1)]
    assert "Более ранние покажет отбор по дням" in newest.text

    old = client.get(address("programme", place.programme, query=f"?person={place.coordinator.pk}"))
    assert [line.split(" → ")[1] for line in words(old)] == ["Прежнее название"]
    assert "Более ранние" not in old.text


@pytest.mark.parametrize("count", [1, 3])
def test_a_longer_history_costs_no_more(client, place, count, django_assert_num_queries):
    for number in range(count):
        amend(place, f"r-{number}", f"Программа {number}")
    client.force_login(place.ministry)
    client.get(address("programme", place.programme))

    with django_assert_num_queries(11):
        response = client.get(address("programme", place.programme))

    assert [act.lines[0].changes[0].after for act in response.context["acts"][:count]] == [
        f"Программа {number}" for number in reversed(range(count))
    ]


def test_a_neighbours_rows_are_not_in_it(client, place):
    other = place.kezhma_programme
    type(other).objects.filter(pk=other.pk).update(title="Чужая программа")
    client.force_login(place.ministry)

    assert "Чужая программа" not in client.get(address("programme", place.programme)).content.decode()


def test_what_one_may_not_see_has_no_history(client, place):
    foreign, missing = (
        address("programme", place.kezhma_programme),
        reverse("reports:history", args=["programme", 10**9]),
    )
    client.force_login(make_user("minusinsk-2", Role.MUNICIPAL_COORDINATOR, place.minusinsk))
    answers = [client.get(one) for one in (foreign, missing)]

    assert answers[0].status_code == 404
    assert bare(answers[0], place.kezhma_programme.pk) == bare(answers[1], 10**9)
    for odd in ("nothing/1", "programme/abc", "programme/99999999999999999999999", "order/1"):
        assert client.get(f"/history/{odd}/").status_code == 404


def test_a_school_reads_the_regions_programme_but_not_its_history(client, place):
    client.force_login(place.editor)

    assert client.get(reverse("programmes:programme", args=[place.programme.pk])).status_code == 200
    assert client.get(address("programme", place.programme)).status_code == 404
    assert client.get(address("programme", place.school_programme)).status_code == 200


def test_a_person_reads_the_own_history_and_secrets_are_in_nobodys(client, place):
    place.editor.set_password("новый-секрет-42")
    place.editor.save()
    client.force_login(place.editor)

    text = client.get(address("person", place.editor)).content.decode()
    assert "пароль: было скрыто, стало скрыто" in text
    assert "pbkdf2" not in text and "md5" not in text
    assert client.get(address("person", place.coordinator)).status_code == 404


def test_it_is_narrowed_by_column_person_and_days(client, place, target):
    amend(place)
    with acting(actor=place.coordinator.pk, door="page", request="r-9"):
        Target.objects.filter(pk=target.pk).update(value=99)
    client.force_login(place.ministry)

    def told(query: str) -> list[str]:
        return words(client.get(address("programme", place.programme, query=query)))

    assert len(told("?field=programmes_programme.title&person=")) >= 1
    assert all(
        line.startswith("название:") for line in told(f"?field=programmes_programme.title&person={place.centre.pk}")
    )
    assert [line.split(":")[0] for line in told(f"?person={place.coordinator.pk}")] == ["цель"]
    assert told("?until=2001-01-01") == []
    assert told("?field=nothing&person=abc&since=вчера") == told("")


def test_whose_work_is_elsewhere_too_is_not_read_by_one_of_the_places(client, place, now):
    expert = make_user("expert-of-two", Role.EXPERT, place.schools[0])
    reader = make_user("director-of-one", Role.SCHOOL_DIRECTOR, place.schools[0])
    client.force_login(reader)
    assert client.get(address("person", expert)).status_code == 200

    Appointment.objects.create(user=expert, unit=place.schools[1], role=Role.EXPERT, starts_on=date(2020, 1, 1))

    assert client.get(address("person", expert)).status_code == 404


def test_a_deleted_row_stays_in_the_history_of_what_it_belonged_to(client, place, target):
    indicator = target.programme_indicator
    with acting(actor=place.centre.pk, request="r-3"):
        target.delete()
    with acting(actor=place.centre.pk, request="r-4"):
        Target.objects.filter(programme_indicator=indicator).delete()
        indicator.delete()
    client.force_login(place.ministry)

    acts = client.get(address("programme", place.programme)).context["acts"]
    assert [line.done for line in acts[1].lines] == ["удалено"]
    assert {line.done for line in acts[0].lines} == {"удалено"}
    assert len(acts[0].lines) >= 1


def test_what_changed_after_approval_is_counted_by_acts(client, place, target):
    client.force_login(place.ministry)

    def shown() -> str:
        return client.get(address("programme", place.programme, "since-approval")).content.decode()

    assert "Не изменялось после утверждения" in shown()
    amend(place)
    with acting(actor=place.centre.pk, request="r-2"):
        Target.objects.filter(programme_indicator__programme=place.programme, value__isnull=False).update(value=1)
    type(place.programme).objects.filter(pk=place.programme.pk).update(search_key="ничего, что читают")
    assert "Изменено после утверждения: 2" in shown()


def test_what_was_approved_is_shown_as_it_was(client, place, target):
    title, value = place.programme.title, target.value
    amend(place)
    with acting(actor=place.centre.pk, request="r-2"):
        Target.objects.filter(pk=target.pk).update(value=value + 1)
        Target.objects.filter(pk=target.pk).update(value=value + 2)
    gone = Target.objects.filter(programme_indicator__programme=place.programme).exclude(pk=target.pk).first()
    with acting(actor=place.centre.pk, request="r-3"):
        gone.delete()
    client.force_login(place.ministry)

    response = client.get(address("programme", place.programme, "as-approved"))

    tables = {table.title: table.rows for table in response.context["tables"]}
    cells = {cell.name: cell for cell in tables["Программа"][0].cells}
    assert (cells["название"].then, cells["название"].now) == (title, "Программа, изменённая приказом")
    assert (cells["по"].now, tables["Программа"][0].state) == (None, "изменено позже")
    states = [row.state for row in tables["Цель показателя"]]
    assert (states.count("изменено позже"), states.count("удалено позже")) == (1, 1)
    (changed,) = [row for row in tables["Цель показателя"] if row.state == "изменено позже"]
    (cell,) = [one for one in changed.cells if one.now is not None]
    assert (cell.name, cell.now) == ("цель", f"{value + 2:.2f}".rstrip("0").rstrip(".").replace(".", ","))


def test_it_costs_few_queries_to_show_what_was_approved(client, place, django_assert_max_num_queries):
    amend(place)
    client.force_login(place.ministry)
    for name in ("as-approved", "since-approval"):
        client.get(address("programme", place.programme, name))
        with django_assert_max_num_queries(12):
            assert client.get(address("programme", place.programme, name)).status_code == 200


def test_what_was_never_approved_says_so(client, place):
    client.force_login(place.ministry)
    reported = make_thing(place, "execution")
    for name in ("as-approved", "since-approval"):
        assert client.get(address("execution", reported, name)).status_code == 200
    text = client.get(address("execution", reported, "as-approved")).content.decode()
    assert "ещё не утверждено" in text


def thing_of(place, kind: str):
    """Return a thing of each sort, made where the region has none."""
    made = {
        "unit": place.schools[0],
        "programme": place.programme,
        "activity": place.programme.activities.first(),
        "indicator": place.programme.programme_indicators.first().indicator,
        "method": place.drafted.run.edition.methodology,
        "list": place.drafted,
        "load": Load.objects.first(),
        "document": place.kezhma_programme.document,
        "person": place.coordinator,
        "observation": Observation.objects.first(),
        "execution": Execution.objects.first(),
        "order": ReportOrder.objects.first(),
    }
    return made.get(kind) or make_thing(place, kind)


def make_activity(place) -> Activity:
    return Activity.objects.create(programme=place.programme, number=1, title="Семинар")


def make_thing(place, kind: str):
    at = datetime(2021, 11, 15, tzinfo=UTC)
    element = DataElement.objects.first() or DataElement.objects.create(
        code="e", name="Первичный", type="count", level="municipality"
    )
    if kind == "element":
        return element
    if kind == "activity":
        return make_activity(place)
    if kind == "observation":
        period = Period.objects.first()
        return Observation.objects.create(
            element=element, unit=place.kezhma, period=period, value=1, entered_by=place.coordinator, entered_at=at
        )
    if kind == "execution":
        result = ExpectedResult.objects.create(activity=make_activity(place), year=2021, number=1, title="Отчёт")
        return Execution.objects.create(
            result=result, unit=place.kezhma, state="reported", reported_by=place.coordinator, reported_at=at
        )
    return ReportOrder.objects.create(
        name="passport", unit=place.kezhma, year=2021, format="pdf", ordered_by=place.coordinator, ordered_at=at
    )


def test_what_several_people_did_in_one_transaction_is_told_apart(client, place, now):
    unit = place.school_programme.unit
    with acting(actor=place.centre.pk, request="r-5"):
        type(unit).objects.filter(pk=unit.pk).update(name="Школа, как её назвали потом")
        for number, person in enumerate((place.coordinator, place.centre), start=1):
            at = now + timedelta(days=9000 + number)
            record(actor=person, action="unit.changed", target=unit, now=at, reason=f"причина {number}")
    client.force_login(place.ministry)

    last, first = client.get(address("unit", unit)).context["acts"][:2]
    assert (last.who, last.reasons, len(last.lines)) == (place.centre.full_name, ["причина 2"], 1)
    assert (first.who, first.reasons, first.lines) == (place.coordinator.full_name, ["причина 1"], [])
