"""Letters to people. Off unless EMAIL_URL names a server: links are shown as well, and handed over in person."""

import logging

from django.conf import settings
from django.core.mail import send_mail

from accounts.models import User

logger = logging.getLogger(__name__)
TEXT = """Здравствуйте, {name}!

Вас пригласили в портал «Опора». Откройте ссылку и придумайте пароль:

{link}

Ссылка действует {days} дн. и открывается один раз. Ваш логин: {login}.
Если вы не ждали этого письма, ничего не делайте.
"""


def send_invitation(*, user: User, link: str) -> bool:
    """Send somebody the link by which to come in, and say whether the letter has gone; the link is kept nowhere."""
    if not settings.HAS_MAIL or not user.email:
        return False
    text = TEXT.format(name=user.full_name, link=link, days=settings.INVITATION_DAYS, login=user.login)
    try:
        return send_mail("Приглашение в портал «Опора»", text, None, [user.email]) == 1
    except OSError as failed:
        # No address and no link: the log is read by others.
        logger.warning("Письмо-приглашение не ушло (запись %s): %s", user.pk, type(failed).__name__)
        return False
