"""Addresses of monitoring: loads of results, identification, recommendations."""

from django.urls import URLPattern

app_name = "monitoring"
urlpatterns: list[URLPattern] = []
