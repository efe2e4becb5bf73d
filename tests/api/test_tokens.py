"""The API with a key: whom it lets in, as whom, and what it answers to others."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent
from accounts.permissions import READING, Role
from accounts.services.people import system_user
from monitoring.catalogue.method_files import method_files
from monitoring.services.identification_methods import load_methods
from schools.models import Appointment
from schools.services.tokens import create_token, revoke_token
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
SCHOOLS = "/api/v1/schools/"


@pytest.fixture
def kezhma():
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def key(kezhma) -> str:
    now = timezone.now()
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)
    expires_on = timezone.localdate() + timedelta(days=30)
    return create_token(
        title="Выгрузка", units=[kezhma], permissions=READING, expires_on=expires_on, actor=coordinator, now=now
    )[1]


def get(client, key: str, address: str = SCHOOLS):
    return client.get(address, headers={"Authorization": f"Token {key}"})


def test_a_key_is_asked_for_no_second_factor(client, kezhma, key, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    coordinator = ApiToken.objects.get().user
    Appointment.objects.create(user=coordinator, unit=kezhma, role=Role.MUNICIPAL_HEAD, starts_on=date(2020, 1, 1))

    assert get(client, key).status_code == 200
    client.force_login(coordinator)
    assert client.get(SCHOOLS).status_code == 403


def test_a_key_sees_its_own_territory(client, kezhma, key):
    make_school(kezhma, "131001")
    make_school(make_municipality(kezhma.parent, "109", "город Канск"), "109001")

    response = get(client, key)

    assert response.status_code == 200
    assert [school["code"] for school in response.json()["results"]] == ["131001"]
    assert ApiToken.objects.get().last_used_at is not None


def test_a_key_is_a_key_of_the_api_only(client, key):
    assert get(client, key, "/accounts/profile/").status_code == 302


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "Нужен вход"),
        ("Token", "Заголовок записывается так"),
        ("Token opora_none", "Такого ключа нет"),
        ("Basic YTpi", "Нужен вход"),
    ],
)
def test_whoever_is_not_known_is_told_how_to_come_in(client, header, reason):
    response = client.get(SCHOOLS, headers={"Authorization": header} if header else {})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Token realm="opora"'
    assert reason in response.json()["detail"]


def test_a_revoked_key_is_refused_at_once(client, key):
    token = ApiToken.objects.get()
    revoke_token(token=token, actor=token.user, now=timezone.now())

    assert get(client, key).status_code == 401
    assert get(client, key).json() == {"detail": "Ключ отозван: создайте новый в профиле."}


def test_a_session_still_opens_the_api(client, kezhma):
    client.force_login(make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent))

    assert client.get(SCHOOLS).status_code == 200


def test_the_page_makes_a_key_shows_it_once_and_takes_it_back(client, kezhma):
    analyst = make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent)
    client.force_login(analyst)
    address = reverse("accounts:token-list")
    expires_on = (timezone.localdate() + timedelta(days=30)).isoformat()
    form = {"title": "Выгрузка", "units": [kezhma.parent.pk], "permissions": ["unit_view"], "expires_on": expires_on}

    key = client.post(address, form).context["key"]
    assert get(client, key).status_code == 200
    assert key not in client.get(address).content.decode()

    token = ApiToken.objects.get()
    client.post(reverse("accounts:token-revoke", args=[token.pk]))
    assert get(client, key).status_code == 401


def test_a_key_of_another_is_not_seen(client, kezhma, key):
    client.force_login(make_user("analyst", Role.MINISTRY_ANALYST, kezhma.parent))

    assert list(client.get(reverse("accounts:token-list")).context["tokens"]) == []
    assert client.post(reverse("accounts:token-revoke", args=[ApiToken.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("change", [{"units": "region"}, {"permissions": ["method_edit"]}, {"permissions": []}])
def test_a_place_or_a_permission_that_was_not_offered_is_not_taken(client, kezhma, change):
    coordinator = make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)
    client.force_login(coordinator)
    expires_on = (timezone.localdate() + timedelta(days=30)).isoformat()
    form = {"title": "Выгрузка", "units": [kezhma.pk], "permissions": ["unit_view"], "expires_on": expires_on} | change
    if form["units"] == "region":
        form["units"] = [kezhma.parent.pk]

    assert client.post(reverse("accounts:token-list"), form).status_code == 422
    assert not ApiToken.objects.exists()


def test_the_page_says_what_a_key_may_and_where(client, kezhma, key):
    client.force_login(ApiToken.objects.get().user)

    page = client.get(reverse("accounts:token-list")).text
    assert "только чтение: Кежемский район" in page


def test_a_key_opens_nothing_once_its_person_is_no_longer_appointed(client, kezhma, key):
    make_school(kezhma, "131001")
    assert len(get(client, key).json()["results"]) == 1

    ApiToken.objects.get().user.appointments.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert get(client, key).json()["results"] == []


def test_a_refusal_is_answered_in_words_and_remembered_with_its_door(client, kezhma, key, now):
    load_methods(written=method_files(), actor=system_user(), now=now)
    order = {"method": "federal", "academic_year": 2021}
    headers = {"Authorization": f"Token {key}"}

    response = client.post("/api/v1/identification/runs/", order, content_type="application/json", headers=headers)

    assert (response.status_code, response.json()) == (
        403,
        {"detail": "Нет права «проводить идентификацию»: Красноярский край."},
    )
    denied = AuditEvent.objects.get(action="access.denied")
    assert (denied.via, denied.after) == ("api", {"method": "POST", "path": "/api/v1/identification/runs/"})
