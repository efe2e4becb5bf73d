"""Addresses of schools; `people` are those of pages about oneself, which stand under `accounts/`."""

from django.urls import path

from schools.views import files, partners, schools
from schools.views import people as views

app_name = "schools"
urlpatterns = [
    path("", schools.school_list_page, name="school-list"),
    path("partners/", partners.partner_list, name="partner-list"),
    path("partners/new/", partners.partner_new, name="partner-new"),
    path("partners/<int:pk>/", partners.partner_edit, name="partner"),
    path("import/", files.file_upload, name="import"),
    path("import/<uuid:pk>/", files.file_preview, name="import-preview"),
    path("import/<uuid:pk>/take/", files.file_take, name="import-take"),
    path("import/<uuid:pk>/drop/", files.file_drop, name="import-drop"),
]
people = [
    path("profile/", views.profile, name="profile"),
    path("tokens/", views.token_list, name="token-list"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
]
