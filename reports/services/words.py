"""Words that several reports share."""

from monitoring.models import MethodologyEdition


def edition_in_words(edition: MethodologyEdition) -> str:
    """Name a method with its edition, as it is printed on every paper that rests on it."""
    return f"{edition.methodology.name}, редакция {edition.number}, действует с {edition.valid_from:%d.%m.%Y}"
