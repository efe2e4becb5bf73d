"""Addresses of schools; `people` are those of pages about oneself, which stand under `accounts/`."""

from django.urls import URLPattern, path

from schools.views import people as views

app_name = "schools"
urlpatterns: list[URLPattern] = []
people = [
    path("profile/", views.profile, name="profile"),
    path("tokens/", views.token_list, name="token-list"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
]
