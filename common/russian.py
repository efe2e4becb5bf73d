"""Russian words: sorting and searching without ICU, plurals, names inside sentences."""

import re
import unicodedata

_DIGITS = re.compile(r"\d+")
_NOT_WORDS = re.compile(r"[^0-9a-zа-я]+")
_WIDTH = 8


def _plain(text: str) -> str:
    """Return lower case with «ё» as «е» and one form of each letter."""
    return unicodedata.normalize("NFC", text).lower().replace("ё", "е")


def sort_key(text: str) -> str:
    """
    Return what a name is sorted by: letters without case, «ё» beside «е», numbers by size.

    «Школа № 5» comes before «Школа № 12», and quotation marks do not count.
    """
    words = _NOT_WORDS.sub(" ", _plain(text)).strip()
    return _DIGITS.sub(lambda number: number[0].zfill(_WIDTH), words)


def search_key(text: str) -> str:
    """Return what a name is searched by: lower case, «ё» as «е», words parted by single spaces, no marks."""
    return _NOT_WORDS.sub(" ", _plain(text)).strip()


def plural(count: int, one: str, few: str, many: str) -> str:
    """Choose the word that stands after a number: 1 школа, 2 школы, 5 школ."""
    tens, units = abs(count) % 100, abs(count) % 10
    if 10 < tens < 20 or units == 0 or units >= 5:
        return many
    return one if units == 1 else few


def counted(count: int, one: str, few: str, many: str) -> str:
    """Write a number with its word: «5 школ»."""
    return f"{count}\N{NO-BREAK SPACE}{plural(count, one, few, many)}"


def listed(words: list[str], last: str = "и") -> str:
    """Join words as a sentence does: «а, б и в»."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def inside(name: str) -> str:
    """Write a name as it stands inside a sentence: the first letter small, unless the word is an abbreviation."""
    return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"


_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LATIN_LETTERS = "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y - e iu ia"
_LATIN = dict(zip(_CYRILLIC, _LATIN_LETTERS.split(" "), strict=True))


def latin(text: str) -> str:
    """Write a word in Latin letters, small, as passports do: «Щербакова» is shcherbakova."""
    letters = (_LATIN.get(letter, letter) for letter in _plain(text))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
