"""Find rows by words as a Russian reader means them: whatever the case, with «е» for «ё», every word somewhere."""

from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower, Replace

from common.russian import search_key

Row = TypeVar("Row", bound=Model)


def having_words(
    rows: QuerySet[Row], text: str, *, keys: tuple[str, ...] = (), texts: tuple[str, ...] = ()
) -> QuerySet[Row]:
    """
    Keep rows that have every word of a text in one of their fields; no words find nothing.

    `keys` are fields that hold what `common.russian.search_key` returns, `texts` are plain ones.
    """
    words = search_key(text).split()
    if not words:
        return rows.none()
    plain = {f"_plain_{place}": as_key(field) for place, field in enumerate(texts)}
    rows = rows.alias(**plain)
    for word in words:
        found = Q()
        for field in (*keys, *plain):
            found |= Q(**{f"{field}__contains": word})
        rows = rows.filter(found)
    return rows


def as_key(field: str) -> Replace:
    """Return a plain field as it is searched: lower case, «ё» as «е»."""
    return Replace(Lower(F(field)), Value("ё"), Value("е"), output_field=TextField())
