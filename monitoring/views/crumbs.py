"""The way to the pages of loads and results."""

from django.urls import reverse

Crumb = tuple[str, str]


def crumbs(*below: Crumb) -> list[Crumb]:
    """Return the crumbs of a page of monitoring, the page itself last; a pair is a title and the name of a page."""
    return [(title, reverse(name) if name else "") for title, name in (("Мониторинг", "monitoring:home"), *below)]
