"""Health, as a balancer asks it: no session, any host name, no TLS."""

import pytest
from django.db import connection


def test_livez_needs_nothing(client):
    response = client.get("/livez", HTTP_HOST="10.0.0.7")

    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_readyz_names_each_thing_that_a_page_needs(client):
    response = client.get("/readyz", HTTP_HOST="10.0.0.7")

    assert response.json() == {"database": True, "migrations": True, "broker": True}
    assert response.status_code == 200


@pytest.mark.django_db
def test_readyz_refuses_a_schema_of_another_version(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reports'")

    response = client.get("/readyz")

    assert response.json() == {"database": True, "migrations": False, "broker": True}
    assert response.status_code == 503
