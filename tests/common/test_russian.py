import pytest

from common.russian import counted, inside, listed, plural, search_key, sort_key


def test_names_sort_as_a_reader_expects():
    names = ["Школа № 12", "школа № 5", "Ёлкино", "Ельник", "Жданово", "«Берёзка»", "Школа № 5 «А»"]
    assert sorted(names, key=sort_key) == [
        "«Берёзка»",
        "Ёлкино",
        "Ельник",
        "Жданово",
        "школа № 5",
        "Школа № 5 «А»",
        "Школа № 12",
    ]


def test_search_takes_no_notice_of_case_marks_and_yo():
    assert search_key("МБОУ «Берёзовская  СОШ № 1»") == "мбоу березовская сош 1"
    assert search_key("е\N{COMBINING DIAERESIS}лка") == "елка"


@pytest.mark.parametrize(
    ("count", "word"),
    [
        (0, "школ"),
        (1, "школа"),
        (2, "школы"),
        (4, "школы"),
        (5, "школ"),
        (11, "школ"),
        (14, "школ"),
        (21, "школа"),
    ]
    + [(22, "школы"), (100, "школ"), (101, "школа"), (111, "школ"), (112, "школ"), (1004, "школы")],
)
def test_the_word_agrees_with_the_number(count, word):
    assert plural(count, "школа", "школы", "школ") == word


def test_a_number_stays_on_the_line_of_its_word():
    assert counted(3, "школа", "школы", "школ") == "3\N{NO-BREAK SPACE}школы"


def test_words_are_joined_as_in_a_sentence():
    assert [listed(words) for words in ([], ["а"], ["а", "б"], ["а", "б", "в"])] == [
        "",
        "а",
        "а и б",
        "а, б и в",
    ]


@pytest.mark.parametrize(("name", "said"), [("Русский язык", "русский язык"), ("ОБЖ", "ОБЖ"), ("", "")])
def test_a_name_inside_a_sentence_begins_small_unless_it_is_an_abbreviation(name, said):
    assert inside(name) == said
