"""Take a person's second factor off: the telephone is lost, and the codes on paper are too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.management.who import actor_of, add_actor, person_of
from accounts.services.second_factor import remove_second_factor
from accounts.services.sessions import end_sessions


class Command(BaseCommand):
    help = "Сбросить второй фактор человека и завершить его сеансы; удостоверьтесь сначала, что просит он сам."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="Чей второй фактор.")
        parser.add_argument("--reason", required=True, help="Почему и как удостоверились; записывается в журнал.")
        add_actor(parser)

    def handle(self, *, login: str, reason: str, actor: str | None, **_: Any) -> None:
        user, now, by = person_of(login), timezone.now(), actor_of(actor)
        was_on = remove_second_factor(user=user, actor=by, now=now, reason=reason)
        ended = end_sessions(user=user, actor=by, now=now, reason=reason)
        self.stdout.write("Второй фактор сброшен." if was_on else "Второго фактора не было.")
        self.stdout.write(f"Завершено сеансов: {ended}.")
