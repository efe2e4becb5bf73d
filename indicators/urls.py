"""Addresses of indicators."""

from django.urls import path

from indicators.views import entry

app_name = "indicators"
urlpatterns = [
    path("entry/", entry.entry_page, name="entry"),
    path("entry/<int:pk>/", entry.observation_page, name="history"),
]
