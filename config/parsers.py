"""How bodies of API requests are read: what cannot be read is said in a sentence to whoever sends it."""

import json
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant

NOT_TEXT = "Тело запроса — не текст в кодировке UTF-8. Передайте его в ней."
NOT_OBJECT = "Тело запроса — не объект JSON. Передайте поля в фигурных скобках."
HALF_A_SIGN = "В теле запроса половина знака (\\ud800–\\udfff без пары): такого текста не бывает. Исправьте его."
UNREADABLE = "Число в теле запроса слишком длинное, или это NaN либо Infinity. Таких значений не бывает: исправьте его."


class ShallowJSONParser(JSONParser):
    """JSON as usual; nested deeper than can be followed, it is a mistake of whoever sends it, not of the portal."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """:raises ParseError: if it is no object of JSON, no text, or nested too deeply"""
        body, encoding = stream.read(), (parser_context or {}).get("encoding") or "utf-8"
        try:
            text = body.decode(encoding)
            data = json.loads(text, parse_constant=strict_constant)
        except UnicodeDecodeError as foreign:
            raise ParseError(NOT_TEXT) from foreign
        except RecursionError as deep:
            raise ParseError("JSON вложен слишком глубоко.") from deep
        except json.JSONDecodeError as broken:
            place = f"строка {broken.lineno}, знак {broken.colno}"
            raise ParseError(f"Тело запроса — не JSON: {place}. Проверьте кавычки, запятые и скобки.") from broken
        except ValueError as endless:
            raise ParseError(UNREADABLE) from endless
        if not isinstance(data, dict):
            raise ParseError(NOT_OBJECT)
        if (
            "\\ud" in text or "\\uD" in text
        ):  # only so can JSON spell a half of a sign, which no text of the database holds
            _refuse_halves(data)
        return data


def _refuse_halves(data: dict[str, Any]) -> None:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as half:
        raise ParseError(HALF_A_SIGN) from half
