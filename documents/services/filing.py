"""Putting a document into the register: its requisites and where it can be read."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from documents.enums import DocumentKind
from documents.models import Document
from schools.access import require
from schools.models import Unit

EARLIEST = date(1990, 1, 1)  # an older one is a slip of the pen


class DocumentRefused(ValueError):
    """The requisites do not make a document; the message is for the person."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as a form names it: its kind, its title, its requisites, and where it can be read."""

    kind: DocumentKind
    title: str
    number: str = ""
    dated_on: date | None = None
    url: str = ""


@transaction.atomic
def file_document(
    *,
    unit: Unit,
    kind: DocumentKind,
    title: str,
    actor: User,
    now: datetime,
    number: str = "",
    dated_on: date | None = None,
    url: str = "",
    page_reference: str = "",
    permission: Permission = Permission.PROGRAMME_EDIT,
    direction: int | None = None,
) -> Document:
    """
    File a document of a unit; one with the same kind, number, day and link is returned, not repeated.

    `permission` is the one by which the thing that it confirms is written, `direction` the thing's direction.

    :raises DocumentRefused: if there is neither number nor link, the day is ahead or long ago, the link is no web
        address, or something is too long
    """
    require(actor, permission, at=unit, direction=direction)
    title, number, url, page_reference = title.strip(), number.strip(), url.strip(), page_reference.strip()
    _check(title=title, number=number, dated_on=dated_on, url=url, today=timezone.localdate(now))
    _check_lengths(title=title, number=number, url=url, page_reference=page_reference)
    same = Document.objects.filter(unit=unit, kind=kind, title=title, number=number, dated_on=dated_on, url=url)
    if already := same.filter(page_reference=page_reference).first():
        return already
    document = Document.objects.create(
        unit=unit,
        kind=kind,
        title=title,
        number=number,
        dated_on=dated_on,
        url=url,
        page_reference=page_reference,
        filed_by=actor,
        filed_at=now,
    )
    record(actor=actor, action="document.filed", target=document, now=now, after={"title": str(document), "url": url})
    return document


def _check_lengths(**said: str) -> None:
    """What a column cannot hold is told, not cut."""
    for name, text in said.items():
        column = Document._meta.get_field(name)
        if len(text) > column.max_length:
            much = f"{len(text)} знаков, помещается {column.max_length}"
            raise DocumentRefused(f"Слишком длинно ({column.verbose_name}): {much}. Сократите.")


def _check(*, title: str, number: str, dated_on: date | None, url: str, today: date) -> None:
    if not title:
        raise DocumentRefused("У документа нет названия. Впишите, как он называется.")
    if not number and not url:
        raise DocumentRefused(
            "Нет ни номера, ни ссылки. Впишите номер документа или адрес, по которому его можно прочитать."
        )
    if number and dated_on is None:
        raise DocumentRefused(f"У документа № {number} нет даты. Впишите день, которым он подписан.")
    if dated_on and dated_on > today:
        raise DocumentRefused(f"Дата документа {dated_on:%d.%m.%Y} ещё не наступила. Проверьте день, месяц и год.")
    if dated_on and dated_on < EARLIEST:
        raise DocumentRefused(f"Дата документа {dated_on:%d.%m.%Y} слишком ранняя. Проверьте год.")
    if url and not is_web_address(url):
        raise DocumentRefused(f"«{url[:80]}» не похоже на адрес страницы. Адрес начинается с https:// или http://.")


def is_web_address(url: str) -> bool:
    """Say whether a link may be shown as one: of the web, with a host, without a name and password in it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
