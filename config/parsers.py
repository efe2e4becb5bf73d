"""How bodies of API requests are read."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ShallowJSONParser(JSONParser):
    """JSON as usual; nested deeper than can be followed, it is a mistake of whoever sends it, not of the portal."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """:raises ParseError: if it is no JSON, or nested too deeply"""
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as deep:
            raise ParseError("JSON вложен слишком глубоко.") from deep
