"""A method edition is refused with every mistake named, in words."""

import pytest

from monitoring.identification.method import MethodError, read_method
from tests.spec.identification.drawing import PROCEDURES

RESULTS = "Методика, раздел «results»: "
GOOD = {
    "criterion": "failed_share",
    "procedures": PROCEDURES,
    "threshold_percent": 30,
    "min_participants": 10,
    "procedures_needed": 2,
}


def mistakes(data):
    with pytest.raises(MethodError) as refused:
        read_method(data)
    return refused.value.mistakes


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"threshold_percent": 0}, RESULTS + "«threshold_percent» = 0, а допустимо от 1 до 100."),
        ({"threshold_percent": "много"}, RESULTS + "«threshold_percent» должно быть числом от 1 до 100."),
        ({"threshold_percent": "nan"}, RESULTS + "«threshold_percent» должно быть числом от 1 до 100."),
        ({"min_participants": 2.5}, RESULTS + "«min_participants» должно быть целым числом от 0 до 1000."),
        ({"min_participants": True}, RESULTS + "«min_participants» должно быть числом от 0 до 1000."),
        ({"combination": "A|B"}, RESULTS + "«combination» должно быть одним из: A, B, A_or_B, A_and_B."),
        ({"treshold": 30}, RESULTS + "неизвестный параметр «treshold»."),
        ({"procedures": []}, RESULTS + "«procedures» должен быть списком хотя бы из одной записи."),
        (
            {"procedures": [*PROCEDURES, PROCEDURES[0]]},
            RESULTS + "Процедура «ВПР, 5 класс, русский» названа дважды.",
        ),
        (
            {"procedures_needed": 6},
            RESULTS + "Нужно процедур: 6, а перечислено 5: условие не выполнится никогда.",
        ),
    ],
)  # fmt: skip
def test_each_mistake_has_its_sentence(change, sentence):
    assert sentence in mistakes({"results": GOOD | change})


def test_all_mistakes_are_named_at_once():
    assert (
        len(mistakes({"results": GOOD | {"threshold_percent": 0, "combination": "C"}, "resilience": {"years": 2}})) == 4
    )


def test_threshold_is_exact():
    assert read_method({"results": GOOD | {"threshold_percent": "33,3"}}).results.threshold.limit_denominator(
        10000
    ) == (read_method({"results": GOOD | {"threshold_percent": 33.3}}).results.threshold)


def test_nothing_at_all_is_refused():
    assert mistakes({}) == [
        RESULTS + "ожидался набор параметров «имя: значение».",
        RESULTS + "«criterion» должно быть одним из: failed_share, results_index.",
    ]
