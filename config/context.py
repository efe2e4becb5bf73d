"""What every page may show."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """Say whether this is the demonstration, and which programme years can be chosen."""
    return {
        "demo": settings.DEMO,
        "programme_year": getattr(request, "programme_year", None),
        "programme_years": range(2020, 2023),
    }
