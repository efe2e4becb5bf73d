"""The page that explains the API says what the schema says."""

import pytest
from django.urls import reverse

from accounts.permissions import Role
from config.api import router
from config.api_docs import sections
from tests.factories.schools import make_region, make_user

pytestmark = pytest.mark.django_db


def test_every_resource_is_explained():
    explained = {section.path for section in sections()}

    # Addresses beside those of the router.
    blocks = {f"/api/v1/observations/{name}/" for name in ("bulk", "waiting", "accept", "return")}
    assert explained == {f"/api/v1/{prefix}/" for prefix, _, _ in router.registry} | blocks
    assert [section.path for section in sections() if not section.title or not section.fields] == []


def test_a_filter_is_explained_with_its_choices():
    schools = next(section for section in sections() if section.path == "/api/v1/schools/")
    level = next(item for item in schools.operations[0].parameters if item.name == "level")

    assert (level.place, level.text) == ("в адресе", "Уровень.")
    assert level.choices == [("primary", "НОО"), ("basic", "ООО"), ("secondary", "СОО")]


def test_the_page_needs_no_script_of_another_host(client):
    client.force_login(make_user("analyst", Role.MINISTRY_ANALYST, make_region()))
    response = client.get(reverse("api:docs"))

    page = response.content.decode()
    assert response.status_code == 200
    assert "/api/v1/school-years/" in page
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page


def test_strangers_are_sent_to_sign_in(client):
    assert client.get(reverse("api:docs")).status_code == 302
