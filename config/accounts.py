"""Everything about oneself under one root: coming in belongs to accounts, roles and keys to schools, above it."""

from accounts.urls import urlpatterns as own
from schools.urls import people

app_name = "accounts"
urlpatterns = [*own, *people]
