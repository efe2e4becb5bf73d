"""What every page may show: the seven places, the year, who looks and from where."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.sight import sight_of
from schools.access import appointments_of


@dataclass(frozen=True)
class Place:
    """One of the seven places of the left menu, and the names of pages that stand in it."""

    title: str
    name: str
    pages: tuple[str, ...]
    is_current: bool = False


PLACES = (
    Place("Обзор", "reports:overview", ("reports:overview",)),
    Place(
        "Школы",
        "schools:school-list",
        (
            "schools:",
            "reports:unit",
            "reports:school",
            "indicators:passport",
            "indicators:school",
            "indicators:memberships",
            "indicators:operation",
        ),
    ),
    Place("Программы", "programmes:register", ("programmes:", "documents:")),
    Place("Дорожная карта", "roadmap:grid", ("roadmap:",)),
    Place(
        "Показатели",
        "programmes:indicator-table",
        ("programmes:indicator-", "programmes:needed", "programmes:headline", "indicators:", "monitoring:value"),
    ),
    Place("Мониторинг", "monitoring:home", ("monitoring:",)),
    Place("Отчёты", "reports:order-list", ("reports:order", "reports:file")),
)


def portal(request: HttpRequest) -> dict[str, object]:
    """Say whether this is the demonstration, which programme years can be chosen, who looks and where he is."""
    match = getattr(request, "resolver_match", None)
    return {
        "demo": settings.DEMO,
        "programme_year": getattr(request, "programme_year", None),
        "programme_years": settings.PROGRAMME_YEARS,
        "menu": places(match.view_name if match else ""),
        "person_place": SimpleLazyObject(lambda: person_place(request)),
        "sight": sight_of(request),
    }


def places(page: str) -> list[Place]:
    """Return the menu with the place of a page marked: the one whose words say most of the page's name."""
    fits = {
        place.name: max((len(start) for start in place.pages if page.startswith(start)), default=0) for place in PLACES
    }
    best = max(fits.values())
    return [Place(place.title, place.name, place.pages, 0 < best == fits[place.name]) for place in PLACES]


def person_place(request: HttpRequest) -> str:
    """Write the role and the territory of who looks, and whom he substitutes: «координатор, Кежемский район»."""
    held = appointments_of(getattr(request, "user", AnonymousUser()))
    return "; ".join(appointment.in_words for appointment in held)
