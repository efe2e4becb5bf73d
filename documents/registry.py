"""
Where documents are used: the socket into which every app above plugs what it knows of its own rows.

An app registers a finder in `AppConfig.ready()`; it shows only what the person who asks may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from documents.models import Document


@dataclass(frozen=True)
class Usage:
    """One thing that a document stands behind: what it is, its title, and the name and keys of its page."""

    what: str
    title: str
    page: tuple[object, ...] = ()
    query: str = ""

    @property
    def address(self) -> str:
        """The address of the page, or nothing where there is no such page."""
        if not self.page:
            return ""
        name, *keys = self.page
        try:
            return reverse(str(name), args=keys) + self.query
        except NoReverseMatch:
            return ""


Finder = Callable[[Document, User], Iterable[Usage]]
_finders: dict[str, Finder] = {}


def register_usage(name: str, finder: Finder) -> None:
    """Declare who else may use documents. Declaring it again replaces it."""
    _finders[name] = finder


def usages_of(document: Document, *, user: User) -> list[Usage]:
    """List what a document stands behind, as far as somebody may see."""
    return [usage for name in sorted(_finders) for usage in _finders[name](document, user)]
