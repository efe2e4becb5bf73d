"""«Люди»: who sees whom, what can be done with an appointment and an account, in constant queries."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from schools.models import Appointment, Unit
from tests.factories.schools import make_municipality, make_region, make_school, make_user
from tests.refusals import bare

pytestmark = pytest.mark.django_db
LIST = "/people/"
TODAY = timezone.localdate()


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def kansk(kezhma) -> Unit:
    return make_municipality(kezhma.parent, "109", "город Канск")


@pytest.fixture
def administrator(kezhma) -> User:
    return make_user("accounts", Role.ACCOUNT_ADMINISTRATOR, kezhma.parent, full_name="Быкова Юлия Олеговна")


@pytest.fixture
def head(kezhma) -> User:
    return make_user("head", Role.MUNICIPAL_HEAD, kezhma, full_name="Зайцев Виктор Степанович")


@pytest.fixture
def coordinator(kezhma) -> User:
    return make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma, full_name="Фролова Мария Сергеевна")


def logins(response) -> list[str]:
    return [one.login for one in response.context["page"]]


@pytest.mark.parametrize("count", [1, 3])
def test_a_head_sees_the_own_territory_in_constant_queries(
    client, head, kezhma, kansk, count, django_assert_num_queries
):
    for number in range(count):
        person = make_user(f"a{number}", Role.SCHOOL_EDITOR, make_school(kezhma, f"13100{number}"))
        Appointment.objects.create(user=person, unit=kansk, role=Role.EXPERT, starts_on=date(2020, 1, 1))
    make_user("neighbour", Role.MUNICIPAL_COORDINATOR, kansk)
    make_user("nowhere")
    client.force_login(head)

    with django_assert_num_queries(6):  # session, person, appointments of who looks, count, rows, their appointments
        response = client.get(LIST)

    assert set(logins(response)) == {"head", *(f"a{number}" for number in range(count))}
    assert "город Канск" not in response.text  # an appointment elsewhere is not told


def test_the_administrator_sees_everybody_and_no_data(client, administrator, coordinator, kansk):
    make_user("nowhere")
    school = make_school(kansk)
    client.force_login(administrator)

    assert set(logins(client.get(LIST))) == {"accounts", "coordinator", "nowhere"}
    assert client.get(reverse("reports:unit", args=[kansk.pk])).status_code == 404
    assert client.get(reverse("reports:school", args=[school.pk])).status_code == 404
    assert list(client.get("/schools/").context["page"]) == []


@pytest.mark.parametrize("role", [Role.MUNICIPAL_COORDINATOR, Role.MINISTRY_ANALYST, Role.OBSERVER])
def test_whoever_does_not_manage_people_is_refused(client, kezhma, role):
    client.force_login(make_user("other", role, kezhma))

    for name in ("list", "invite", "sheet", "hygiene"):
        assert client.get(reverse(f"people:{name}")).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "фролова"}, ["coordinator"]),
        ({"q": "ФРОЛОВ мария"}, ["coordinator"]),
        ({"role": "municipal_head"}, ["deputy", "head"]),
        ({"within": "131"}, ["coordinator", "deputy", "head"]),
        ({"within": "Кежемский"}, ["coordinator", "deputy", "head"]),
        ({"within": "999"}, []),
        ({"state": "idle"}, ["left"]),
        ({"state": "closed"}, ["gone"]),
        ({"state": "never", "q": "фролова"}, ["coordinator"]),
        ({"state": "absent"}, ["asleep"]),
        ({"state": "substitute"}, ["deputy"]),
        ({"role": "что-то", "state": "никакая"}, None),
    ],
)
def test_the_list_is_narrowed(client, administrator, head, coordinator, kansk, query, found):
    make_user("left", Role.OBSERVER, kansk, full_name="Ящук", ends_on=TODAY - timedelta(days=1))
    for login, change in (
        ("gone", {"is_active": False}),
        ("asleep", {"last_login": timezone.now() - timedelta(days=200)}),
    ):
        user = make_user(login, Role.OBSERVER, kansk, full_name="Ященко")
        User.objects.filter(pk=user.pk).update(**change)
    deputy = make_user("deputy", full_name="Ёлкина")
    Appointment.objects.create(
        user=deputy,
        unit=head.appointments.get().unit,
        role=Role.MUNICIPAL_HEAD,
        starts_on=TODAY,
        ends_on=TODAY,
        substitutes=head.appointments.get(),
    )
    client.force_login(administrator)

    response = client.get(LIST, query)
    everybody = ["accounts", "asleep", "coordinator", "deputy", "gone", "head", "left"]
    assert sorted(logins(response)) == (everybody if found is None else found)


def test_names_are_sorted_as_a_russian_reader_expects(client, administrator):
    for login, name in (("c", "Жуков"), ("a", "Ёлкина"), ("b", "Егоров")):
        make_user(login, full_name=name)
    client.force_login(administrator)

    assert logins(client.get(LIST)) == ["accounts", "b", "a", "c"]
    assert logins(client.get(LIST, {"sort": "-name"})) == ["c", "a", "b", "accounts"]
    assert client.get(LIST, {"file": "csv"}).content.decode("utf-8-sig").splitlines()[2].startswith("Егоров;")


def test_a_person_out_of_reach_answers_as_one_that_there_is_not(client, head, kansk):
    stranger = make_user("stranger", Role.MUNICIPAL_COORDINATOR, kansk)
    theirs = stranger.appointments.get()
    client.force_login(head)

    pages = [(name, stranger.pk) for name in ("person", "appoint", "change")]
    for name, key in [*pages, ("end", theirs.pk), ("substitute", theirs.pk)]:
        foreign, missing = (client.get(reverse(f"people:{name}", args=[one])) for one in (key, 999_999))
        assert (foreign.status_code, bare(foreign, key)) == (404, bare(missing, 999_999))
    for name in ("close", "reopen", "link"):
        assert client.post(reverse(f"people:{name}", args=[stranger.pk]), {"reason": "так"}).status_code == 404
    assert User.objects.get(login="stranger").is_active


def test_a_person_is_appointed_to_several_places_at_once(client, administrator, coordinator, kezhma):
    schools = [make_school(kezhma, code) for code in ("131001", "131002")]
    client.force_login(administrator)
    form = {"role": "expert", "units": "131001; Школа 131002", "order": "№ 5 от 01.09.2026", "starts_on": TODAY}

    response = client.post(reverse("people:appoint", args=[coordinator.pk]), form, follow=True)

    assert "эксперт, мест: 2" in response.text
    made = coordinator.appointments.filter(role=Role.EXPERT)
    assert {(one.unit, one.order) for one in made} == {(school, "№ 5 от 01.09.2026") for school in schools}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"units": "131777"}, "Места «131777» среди ваших нет"),
        ({"units": "109"}, "Места «109» среди ваших нет"),
        ({"units": "Школа"}, "это несколько мест. Впишите код: 131001 — Школа 131001; 131002 — Школа 131002"),
        ({"role": "municipal_head"}, "Выберите корректный вариант"),
        ({"order": ""}, "Обязательное поле"),
        ({"ends_on": "2020-01-01"}, "раньше, чем начинается"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, head, coordinator, kezhma, kansk, change, reason):
    for code in ("131001", "131002"):
        make_school(kezhma, code)
    client.force_login(head)
    form = {"role": "expert", "units": "131001", "order": "№ 5", "starts_on": TODAY} | change

    response = client.post(reverse("people:appoint", args=[coordinator.pk]), form)

    assert response.status_code == 422
    assert reason in response.text.replace("&quot;", '"')
    assert f'value="{form["units"]}"' in response.text
    assert coordinator.appointments.count() == 1


def test_an_appointment_is_ended_and_substituted_on_its_pages(client, administrator, head, coordinator):
    client.force_login(administrator)
    mine = head.appointments.get()
    form = {"user": "coordinator", "order": "№ 12-к", "starts_on": TODAY, "ends_on": TODAY + timedelta(days=5)}

    page = client.post(reverse("people:substitute", args=[mine.pk]), form, follow=True)
    assert "Фролова Мария Сергеевна: замещает: Зайцев В. С." in page.text
    assert "замещает Фролова М. С." in client.get(reverse("people:person", args=[head.pk])).text

    client.post(reverse("people:end", args=[mine.pk]), {"on": TODAY, "reason": "уволен"}, follow=True)
    assert set(Appointment.objects.filter(role=Role.MUNICIPAL_HEAD).values_list("ends_on", flat=True)) == {TODAY}
    assert AuditEvent.objects.get(action="appointment.ended").reason == "уволен"


def test_the_substitute_is_named_so_in_the_top_bar_and_the_profile(client, head, coordinator):
    mine = head.appointments.get()
    Appointment.objects.create(
        user=coordinator, unit=mine.unit, role=mine.role, starts_on=TODAY, ends_on=TODAY, substitutes=mine
    )
    client.force_login(coordinator)

    page = client.get(reverse("accounts:profile")).text
    assert "руководитель муниципального органа, Кежемский район, замещает: Зайцев В. С." in page
    assert '<span class="tag">замещает: Зайцев В. С.</span>' in page


def test_an_account_is_closed_with_a_reason_and_opened_again(client, administrator, coordinator):
    browser = type(client)()
    browser.force_login(coordinator)
    client.force_login(administrator)
    address = reverse("people:close", args=[coordinator.pk])

    assert client.post(address, {"reason": " "}).status_code == 422
    client.post(address, {"reason": "перешла в другую школу"})
    assert browser.get(reverse("accounts:profile")).status_code == 302  # the open session is over
    assert AuditEvent.objects.get(action="user.closed").reason == "перешла в другую школу"

    client.post(reverse("people:reopen", args=[coordinator.pk]))
    assert User.objects.get(pk=coordinator.pk).is_active


def test_nobody_closes_himself_the_last_administrator_or_somebody_elses_person(
    client, administrator, head, coordinator, kansk
):
    Appointment.objects.create(user=coordinator, unit=kansk, role=Role.EXPERT, starts_on=date(2020, 1, 1))
    client.force_login(head)
    said = client.post(reverse("people:close", args=[coordinator.pk]), {"reason": "так"})
    assert (said.status_code, "назначение не в вашем ведении. Учётную запись" in said.text) == (422, True)

    client.force_login(administrator)
    said = client.post(reverse("people:close", args=[administrator.pk]), {"reason": "так"})
    assert "Свою учётную запись закрывает" in said.text or said.status_code == 422
    assert set(User.objects.filter(is_system=False).values_list("is_active", flat=True)) == {True}


@pytest.mark.parametrize("count", [1, 3])
def test_a_persons_page_takes_constant_queries(client, administrator, kezhma, count, django_assert_max_num_queries):
    person = make_user("anna")
    for number in range(count):
        school = make_school(kezhma, f"13100{number}")
        Appointment.objects.create(user=person, unit=school, role=Role.EXPERT, starts_on=date(2020, 1, 1))
    client.force_login(administrator)

    with django_assert_max_num_queries(11):
        response = client.get(reverse("people:person", args=[person.pk]))

    assert len(response.context["present"]) == count


def test_names_are_corrected(client, administrator, coordinator):
    client.force_login(administrator)
    form = {"full_name": "Фролова-Ким Мария Сергеевна", "position": "начальник отдела", "email": "a@example.ru"}

    client.post(reverse("people:change", args=[coordinator.pk]), form)

    coordinator.refresh_from_db()
    assert (coordinator.full_name, coordinator.email) == (form["full_name"], form["email"])
    assert AuditEvent.objects.get(action="user.changed").before["full_name"] == "Фролова Мария Сергеевна"
