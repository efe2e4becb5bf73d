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
