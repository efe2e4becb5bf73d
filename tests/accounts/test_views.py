"""The pages of coming in, going out and changing the password."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from tests.factories.schools import make_region, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "переправа-1982"
SIGN_IN = "/accounts/sign-in/"


@pytest.fixture
def anna() -> User:
    return make_user("anna", Role.MINISTRY_ANALYST, make_region(), password=PASSWORD)


def test_a_stranger_is_sent_to_sign_in_and_back(client, anna):
    response = client.get("/accounts/profile/")
    assert response.headers["Location"] == f"{SIGN_IN}?next=/accounts/profile/"

    response = client.post(
        response.headers["Location"], {"login": "anna", "password": PASSWORD, "next": "/accounts/profile/"}
    )
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/profile/")
    assert client.get("/accounts/profile/").status_code == 200
    assert AuditEvent.objects.get(action="sign_in.succeeded").via == "page"


@pytest.mark.parametrize(
    "following", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""]
)
def test_nobody_is_sent_to_another_site(client, anna, following):
    response = client.post(SIGN_IN, {"login": "anna", "password": PASSWORD, "next": following})

    assert response.headers["Location"] == "/"


def test_a_wrong_password_is_said_on_the_page_and_the_login_is_kept(client, anna):
    response = client.post(SIGN_IN, {"login": "anna", "password": "не тот"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Логин или пароль не подходят" in page
    assert 'value="anna"' in page
    assert "не тот" not in page


def test_the_session_changes_its_key_at_sign_in(client, anna):
    client.get(SIGN_IN)
    client.post(SIGN_IN, {"login": "anna", "password": PASSWORD})
    first = client.session.session_key
    client.post("/accounts/sign-out/")
    client.post(SIGN_IN, {"login": "anna", "password": PASSWORD})

    assert client.session.session_key != first


def test_signing_out_needs_a_post_and_ends_the_session(client, anna):
    client.force_login(anna)

    assert client.get("/accounts/sign-out/").status_code == 405
    assert client.post("/accounts/sign-out/").headers["Location"] == SIGN_IN
    assert client.get("/accounts/profile/").status_code == 302
    assert AuditEvent.objects.filter(action="sign_in.ended", actor_id=anna.pk).count() == 1


def test_a_part_of_a_page_asked_after_the_session_sends_the_whole_page_to_sign_in(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/schools/?level=basic"}
    response = client.get("/accounts/profile/", headers=headers, follow=True)

    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == f"{SIGN_IN}?next=%2Fschools%2F%3Flevel%3Dbasic"


def test_who_is_in_already_goes_on(client, anna):
    client.force_login(anna)

    assert client.get(f"{SIGN_IN}?next=/jobs/").headers["Location"] == "/jobs/"


def test_a_new_password_is_taken_and_keeps_this_session(client, anna):
    client.force_login(anna)
    form = {"current": PASSWORD, "new": "берег-енисея-5", "again": "берег-енисея-5"}

    assert client.post(reverse("accounts:password"), form).headers["Location"] == "/accounts/profile/"
    assert client.get("/accounts/profile/").status_code == 200
    anna.refresh_from_db()
    assert anna.check_password("берег-енисея-5")


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"current": "не тот", "new": "берег-енисея-5", "again": "берег-енисея-5"}, "Пароль не подошёл"),
        ({"current": PASSWORD, "new": "берег-енисея-5", "again": "берег"}, "Пароли не совпали"),
        ({"current": PASSWORD, "new": "12345", "again": "12345"}, "слишком короткий"),
    ],
)
def test_a_password_that_cannot_be_taken_is_refused_beside_its_field(client, anna, form, reason):
    client.force_login(anna)
    response = client.post(reverse("accounts:password"), form)

    assert response.status_code == 422
    assert reason in response.content.decode()
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
