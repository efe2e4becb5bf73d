"""What a person calls the browser that introduces itself in thirty words."""

# The first that fits: browsers name their ancestors as well.
BROWSERS = (
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(introduction: str) -> str:
    """Write «Firefox, Windows», or the beginning of what is not known."""
    named = [next((words for mark, words in table if mark in introduction), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, named)) or introduction[:60] or "неизвестный браузер"
