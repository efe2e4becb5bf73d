"""Sign a person out everywhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.management.who import actor_of, add_actor, person_of
from accounts.services.sessions import end_sessions


class Command(BaseCommand):
    help = "Завершить все открытые сеансы человека."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="Чьи сеансы.")
        parser.add_argument("--reason", required=True, help="Почему; записывается в журнал.")
        add_actor(parser)

    def handle(self, *, login: str, reason: str, actor: str | None, **_: Any) -> None:
        ended = end_sessions(user=person_of(login), actor=actor_of(actor), now=timezone.now(), reason=reason)
        self.stdout.write(f"Завершено сеансов: {ended}.")
