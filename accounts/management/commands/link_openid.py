"""Say by hand who a person is to the OpenID Connect server, where no claim of it equals the login."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.who import actor_of, add_actor, person_of
from accounts.services.openid import OpenIdRefused, is_offered, link_identity, unlink_identity


class Command(BaseCommand):
    help = "Связать человека с его учётной записью на сервере OpenID Connect или разорвать связь (--remove)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="Кого связать.")
        parser.add_argument("subject", nargs="?", help="Как его называет сервер (sub).")
        parser.add_argument("--remove", action="store_true", help="Разорвать связь.")
        parser.add_argument("--reason", required=True, help="Почему; записывается в журнал.")
        add_actor(parser)

    def handle(
        self, *, login: str, subject: str | None, remove: bool, reason: str, actor: str | None, **_: Any
    ) -> None:
        if not is_offered():
            raise CommandError("Сервер не задан: укажите OIDC_SERVER_URL и OIDC_CLIENT_ID.")
        if bool(subject) == remove:
            raise CommandError("Укажите либо имя человека на сервере (sub), либо --remove.")
        told = {"user": person_of(login), "actor": actor_of(actor), "now": timezone.now(), "reason": reason}
        if remove:
            self.stdout.write("Связь разорвана." if unlink_identity(**told) else "Связи не было.")
            return
        try:
            link_identity(subject=subject, **told)
        except OpenIdRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("Связан.")
