"""Questions as words: which fact gives the answers to a question of each type, and which question a word names."""

from __future__ import annotations

from django.db.models import Value
from django.db.models.functions import Lower, Replace

from indicators.enums import ElementType
from indicators.formula.words import normal
from indicators.models import DataElement

RIGHT_WORD = {
    ElementType.YES_NO: "есть",
    ElementType.THREE_STATE: "состояние",
    ElementType.COUNT: "значение",
    ElementType.AMOUNT: "значение",
}


def question_named(word: str) -> tuple[str, str] | None:
    """Return the fact that gives the answers to the question with this code, and the code as it is kept."""
    as_read = Replace(Lower("code"), Value("ё"), Value("е"))
    found = DataElement.objects.alias(as_read=as_read).filter(as_read=normal(word)).order_by("code")
    row = found.values_list("type", "code").first()
    return None if row is None else (RIGHT_WORD[ElementType(row[0])], row[1])
