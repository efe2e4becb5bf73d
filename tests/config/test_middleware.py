"""The programme year of a request: from the address if it makes sense, else as chosen last."""

import pytest

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "year"), [("2021", 2021), ("1999", 2022), ("", 2022), ("²", 2022), ("٢٠٢١", 2022), ("2021.0", 2022)]
)
def test_the_year_of_the_address(client, asked, year):
    client.force_login(User.objects.create(login="ivanova", full_name="Иванова Анна"))

    assert client.get("/jobs/", {"year": asked}).context["programme_year"] == year


def test_the_year_chosen_last_is_kept(client):
    client.force_login(User.objects.create(login="ivanova", full_name="Иванова Анна"))
    client.get("/jobs/", {"year": "2020"})

    assert client.get("/jobs/").context["programme_year"] == 2020


@pytest.mark.parametrize("path", ["/schools/?q=a%00b", "/monitoring/runs/?method=%00", "/search/?q=abc%00d"])
def test_a_nul_in_the_address_is_refused_and_breaks_nothing(client, path):
    client.force_login(User.objects.create(login="ivanova", full_name="Иванова Анна"))

    assert client.get(path).status_code == 400


def test_a_nul_in_a_form_is_refused_and_breaks_nothing(client):
    body = "login=a%00b&password=c"

    answer = client.post("/accounts/sign-in/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


@pytest.mark.parametrize("sent", [{"login": "a\0b", "password": "c"}, {"login": "a", "password": "c", "x\0y": "z"}])
def test_a_nul_in_a_form_that_may_carry_files_is_refused_and_breaks_nothing(client, sent):
    assert client.post("/accounts/sign-in/", sent).status_code == 400
