"""Addresses of documents."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="register"),
    path("<int:pk>/", views.document_page, name="document"),
]
