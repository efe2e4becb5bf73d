"""What a password must not be, beside what Django checks; named in AUTH_PASSWORD_VALIDATORS."""

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from accounts.models import User

RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбю.ё"
LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`"
OTHER_LAYOUT = str.maketrans(RUSSIAN, LATIN)


class NotTypedInTheOtherLayout:
    """Refuses a common password that was typed with the Russian layout on: «зфыыцщкв» is «password»."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator()

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: if everybody tries it."""
        try:
            self.common.validate(password.lower().translate(OTHER_LAYOUT))
        except ValidationError as refused:
            raise ValidationError(
                "Это распространённый пароль, набранный в русской раскладке: его угадывают первым.",
                code="password_in_other_layout",
            ) from refused

    def get_help_text(self) -> str:
        """Say the rule."""
        return "Не распространённый пароль, в том числе набранный в другой раскладке."


class NotUsedBefore:
    """Refuses the present password and the former ones that are remembered (PASSWORD_HISTORY)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: if the person had it."""
        if user is None or user.pk is None:
            return
        former = user.former_passwords.order_by("-replaced_at", "-pk").values_list("password", flat=True)
        hashes = [user.password, *former[: settings.PASSWORD_HISTORY]]
        if any(check_password(password, one) for one in hashes):
            raise ValidationError("Этот пароль у вас уже был. Придумайте другой.", code="password_was_used")

    def get_help_text(self) -> str:
        """Say the rule."""
        return "Не один из ваших прежних паролей."
