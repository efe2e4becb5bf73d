"""Addresses of the portal: one line an app."""

from django.urls import URLPattern, URLResolver, include, path

from config.sight import sight
from schools.urls import staff_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("reports.urls")),
    path("accounts/", include("config.accounts")),
    path("people/", include((staff_pages, "people"))),
    path("jobs/", include("jobs.urls")),
    path("schools/", include("schools.urls")),
    path("documents/", include("documents.urls")),
    path("indicators/", include("indicators.urls")),
    path("programmes/", include("programmes.urls")),
    path("roadmap/", include("roadmap.urls")),
    path("monitoring/", include("monitoring.urls")),
    path("api/", include("config.api")),
    path("sight/", sight, name="sight"),
]
