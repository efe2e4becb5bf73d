from django.apps import AppConfig
from django.db.models.signals import post_migrate

from common.grants import give_rights


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Люди"

    def ready(self) -> None:
        # Any app would do: all tables are made before the first app is told.
        post_migrate.connect(give_rights, sender=self)
