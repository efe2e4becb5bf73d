"""The methods that come with the portal: YAML under `catalogue/methods`. What parameters mean is checked on loading."""

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import yaml

from monitoring.enums import MethodKind


class MethodFileError(ValueError):
    """A file that is not a method; the message names the file and the place."""


@dataclass(frozen=True, slots=True)
class EditionFile:
    """One dated edition as it is written in a file."""

    number: int
    valid_from: date
    note: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MethodFile:
    """A method as it is written in a file, newest edition last."""

    code: str
    kind: str
    name: str
    editions: tuple[EditionFile, ...]


def method_files() -> list[MethodFile]:
    """Read every method that comes with the portal. :raises MethodFileError: if one is not well formed."""
    folder = files("monitoring.catalogue").joinpath("methods")
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return [read_method_file(one.name, one.read_text(encoding="utf-8")) for one in found]


def read_method_file(name: str, text: str) -> MethodFile:
    """Read one file. :raises MethodFileError: if it is not well formed."""
    try:
        data = yaml.safe_load(text)
        editions = tuple(
            EditionFile(int(one["number"]), _day(one["valid_from"]), str(one.get("note", "")), dict(one["parameters"]))
            for one in data["editions"]
        )
        method = MethodFile(str(data["code"]), str(data["kind"]), str(data["name"]), editions)
    except yaml.YAMLError as broken:
        raise MethodFileError(f"{name}: файл не читается как YAML ({broken}).") from broken
    except (KeyError, TypeError, ValueError) as missing:
        raise MethodFileError(f"{name}: запись метода неполна или неверна: {missing}.") from missing
    if method.kind not in MethodKind.values:
        raise MethodFileError(f"{name}: вид метода «{method.kind}» неизвестен, есть {', '.join(MethodKind.values)}.")
    if not editions or [one.number for one in editions] != list(range(1, len(editions) + 1)):
        raise MethodFileError(f"{name}: редакции нумеруются подряд с первой.")
    return method


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"дата «{value}» записывается как 2020-08-01")
    return value
