"""Words that several reports share."""

from monitoring.models import MethodologyEdition


def edition_in_words(edition: MethodologyEdition) -> str:
    """Name a method with its edition, as it is printed on every paper that rests on it."""
    return f"{edition.methodology.name}, редакция {edition.number}, действует с {edition.valid_from:%d.%m.%Y}"


def inside(name: str) -> str:
    """Write a name as it stands inside a sentence: the first letter small, unless the word is an abbreviation."""
    return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"
