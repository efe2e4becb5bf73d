"""Addresses of reports."""

from django.urls import URLPattern, path

from reports.views import search

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("search/", search.search, name="search"),
]
