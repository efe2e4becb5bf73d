"""Addresses of schools; `people` are pages about oneself, under `accounts/`, `staff_pages` those about others."""

from django.urls import path

from schools.views import files, invitations, partners, schools, staff
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
    path("invitation/", invitations.accept, name="invitation"),
    path("invitation/<str:key>/", invitations.follow_link, name="invitation-link"),
]
staff_pages = [
    path("", staff.person_list, name="list"),
    path("invite/", invitations.invite, name="invite"),
    path("sheet/", invitations.sheet, name="sheet"),
    path("sheet/apply/", invitations.sheet_apply, name="sheet-apply"),
    path("hygiene/", invitations.hygiene, name="hygiene"),
    path("<int:pk>/", staff.person_page, name="person"),
    path("<int:pk>/appoint/", staff.person_appoint, name="appoint"),
    path("<int:pk>/change/", staff.person_change, name="change"),
    path("<int:pk>/link/", invitations.new_link, name="link"),
    path("<int:pk>/coming-in/", staff.person_coming_in, name="coming-in"),
    path("<int:pk>/close/", staff.account_close, name="close"),
    path("<int:pk>/reopen/", staff.account_reopen, name="reopen"),
    path("appointments/<int:pk>/end/", staff.appointment_end, name="end"),
    path("appointments/<int:pk>/substitute/", staff.appointment_substitute, name="substitute"),
]
