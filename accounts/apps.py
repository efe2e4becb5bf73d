from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from common.grants import give_rights
from common.journalling import attach_journal
from common.row_security import attach_net
from common.session_facts import tell_new_connection


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Люди"
    unjournalled = {
        "AuditEvent": "сам журнал: в него только добавляют",
        "RowChange": "сам журнал: его пишет база",
        "SignInLimit": "счётчик попыток: о неудачах и закрытии говорят события",
        "OpenSession": "сеансы: о входе и завершении говорят события",
    }
    passing_columns = {
        "User": ["last_login"],  # told by the events of signing in
        "SecondFactor": ["last_step"],
        "ApiToken": ["last_used_at"],
    }
    secret_columns = {
        "User": ["password"],
        "ApiToken": ["digest"],
        "Invitation": ["digest"],
        "FormerPassword": ["password"],
        "SecondFactor": ["secret"],
        "RecoveryCode": ["digest"],
    }

    def ready(self) -> None:
        from accounts.services.sessions import forget_session, note_session

        user_logged_in.connect(note_session)
        user_logged_out.connect(forget_session)
        # Any app would do: all tables are made before the first app is told.
        post_migrate.connect(give_rights, sender=self)
        post_migrate.connect(attach_journal, sender=self)
        post_migrate.connect(attach_net, sender=self)
        connection_created.connect(tell_new_connection)
