"""Addresses of indicators."""

from django.urls import path

from indicators.views import entry, passports

app_name = "indicators"
urlpatterns = [
    path("entry/", entry.entry_page, name="entry"),
    path("entry/<int:pk>/", entry.observation_page, name="history"),
    path("schools/<int:pk>/passport/<int:year>/", passports.passport, name="passport"),
]
