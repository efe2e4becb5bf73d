"""The way to the pages of loads and results."""

from django.urls import NoReverseMatch, reverse

Crumb = tuple[str, str]


def crumbs(*below: Crumb) -> list[Crumb]:
    """Return the crumbs of a page of monitoring, the page itself last; a pair is a title and the name of a page."""
    return [("Мониторинг", _address("monitoring:home")), *((title, _address(name)) for title, name in below)]


def _address(name: str) -> str:
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""
