"""What people type into cells, and what is read of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from indicators.enums import ElementType
from indicators.forms.entry import NotRead, typed_cells, typed_day, typed_value
from indicators.models import DataElement

YES_NO = DataElement(type=ElementType.YES_NO)
STATES = DataElement(type=ElementType.THREE_STATE, states={"0": "нет", "1": "становится", "2": "есть"})
COUNT = DataElement(type=ElementType.COUNT)


@pytest.mark.parametrize(
    ("element", "text", "value"),
    [
        (YES_NO, "да", 1), (YES_NO, " Да ", 1), (YES_NO, "+", 1), (YES_NO, "н", 0), (YES_NO, "-", 0),
        (YES_NO, "", None), (YES_NO, "—", None),
        (STATES, "2", 2), (STATES, "0", 0), (STATES, "", None),
        (COUNT, "12", 12), (COUNT, "1 234", 1234), (COUNT, "1\xa0234", 1234), (COUNT, "12,5", Decimal("12.5")),
        (COUNT, "0", 0), (COUNT, "−3", -3), (COUNT, "", None),
    ],
)  # fmt: skip
def test_read(element, text, value):
    assert typed_value(element, text) == value


@pytest.mark.parametrize(
    ("element", "text", "said"),
    [
        (YES_NO, "может быть", "«может быть» — не ответ. Впишите «да» или «нет»."),
        (STATES, "3", "«3» — не состояние. Выберите одно из списка или впишите «0», «1» или «2»."),
        (COUNT, "двенадцать", "«двенадцать» — не число. Впишите число цифрами, например 12 или 12,5."),
        (COUNT, "NaN", "«NaN» — не число. Впишите число цифрами, например 12 или 12,5."),
        (COUNT, "1e400000", "«1e400000» — не число. Впишите число цифрами, например 12 или 12,5."),
    ],
)
def test_refused_in_a_sentence(element, text, said):
    with pytest.raises(NotRead) as refused:
        typed_value(element, text)

    assert str(refused.value) == said


def test_days_as_a_browser_and_as_people_write_them():
    assert typed_day("2021-09-10") == typed_day("10.09.2021") == typed_day("10.09.21") == date(2021, 9, 10)
    assert typed_day("") is None
    with pytest.raises(NotRead):
        typed_day("вчера")


def test_a_touched_cell_is_told_from_one_left_alone():
    data = QueryDict(
        "value-1-7=да&url-1-7=https://a.ru&number-1-7=&dated-1-7=&comment-1-7=&seen-1-7=5&was-1-7=да|https://a.ru|||"
        "&value-2-7=12&seen-2-7=&was-2-7=11||||&value-x=1&year=2021"
    )

    left_alone, touched = typed_cells(data)

    assert (left_alone.is_touched, left_alone.proof) == (False, ("https://a.ru", "", ""))
    assert (touched.element_id, touched.unit_id, touched.text, touched.proof, touched.seen) == (2, 7, "12", None, "")
    assert touched.is_touched
