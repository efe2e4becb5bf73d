"""Open what failed attempts to sign in had locked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.who import actor_of, add_actor, person_of
from accounts.services.sign_in import unlock_address, unlock_sign_in


class Command(BaseCommand):
    help = "Открыть вход, закрытый после неудачных попыток: человеку или целому адресу."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", nargs="?", help="Кому открыть вход по паролю и по кодам.")
        parser.add_argument("--address", help="Какой адрес открыть, например 203.0.113.7.")
        parser.add_argument("--reason", required=True, help="Почему; записывается в журнал.")
        add_actor(parser)

    def handle(self, *, login: str | None, address: str | None, reason: str, actor: str | None, **_: Any) -> None:
        if bool(login) == bool(address):
            raise CommandError("Укажите либо логин, либо --address.")
        told = {"actor": actor_of(actor), "now": timezone.now(), "reason": reason}
        opened = unlock_address(address=address, **told) if address else unlock_sign_in(user=person_of(login), **told)
        self.stdout.write("Открыто." if opened else "Неудачных попыток не было: открывать нечего.")
