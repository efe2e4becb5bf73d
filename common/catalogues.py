"""
A YAML file that comes with the program, read with its line numbers and held against its schema.

Whoever corrects a catalogue is told the file, the line, the row's own number and what is wrong, in Russian.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

TYPES = {
    "string": "текст",
    "integer": "целое число",
    "number": "число",
    "boolean": "true или false",
    "object": "набор полей",
    "array": "список",
    "null": "пусто",
}


class CatalogueError(Exception):
    """A mistake in a catalogue file: every one that was found, each pointing at its row."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


# The C loader, where the wheel has it, reads a catalogue eight times as fast.
_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[valid-type,misc]  # which of the two is known when the program runs
    """Keeps dates as text, so that the schema sees what was written."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Source:
    """A file that was read: what it says, and where each part of it stands."""

    path: Path
    data: dict[str, Any]
    root: yaml.Node
    depth: int = 1  # how many of the last parts of the path name the file to people

    def line(self, where: Sequence[str | int]) -> int:
        """Return the line, from one, of the innermost part of this path that is written in the file."""
        node: yaml.Node | None = self.root
        line = 1
        for step in where:
            node = _step(node, step) if node is not None else None
            if node is None:
                break
            line = int(node.start_mark.line) + 1
        return line

    def problem(self, where: Sequence[str | int], text: str) -> str:
        """Return a sentence that points at a place of this file."""
        return f"{self.place}, строка {self.line(where)}{self._row(where)}: {text}"

    @property
    def place(self) -> str:
        """The file as it stands in its catalogue, such as `rppko-2020-2022/roadmap/1.yaml`."""
        return "/".join(self.path.parts[-self.depth :])

    def _row(self, where: Sequence[str | int]) -> str:
        """The numbers of the rows that the place lies in: «№ 9/2021/2» is the second result of a cell."""
        value: Any = self.data
        found: list[str] = []
        for step in where:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(value, dict) and isinstance(step, int):
                found += [str(value[key]) for key in ("number", "code", "year") if key in value][:1]
            elif isinstance(step, str) and step.isdigit():
                found.append(step)
        return f", № {'/'.join(found)}" if found else ""


def _step(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None


def read_source(path: Path, schema: Path, *, depth: int = 1) -> Source:
    """Read a YAML file and hold it against a JSON schema. :raises CatalogueError: naming file, line and row."""
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - the loader is a narrowed SafeLoader
        root = yaml.compose(text, Loader=_Base)
    except OSError as missing:
        raise CatalogueError([f"{path}: файл не читается ({missing.strerror})."]) from missing
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise CatalogueError([f"{path.name}, строка {line}: это не YAML ({broken.problem})."]) from broken
    if not isinstance(data, dict) or root is None:
        raise CatalogueError([f"{path.name}, строка 1: ожидался набор полей."])
    source = Source(path, _plain(data), root, depth)
    problems = [f"{path.name}, строка {line}: поле «{key}» записано дважды." for key, line in _twice(root)]
    problems += [
        source.problem(list(error.absolute_path), _in_russian(error)) for error in _violations(source.data, schema)
    ]
    if problems:
        raise CatalogueError(problems)
    return source


def _twice(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """Keys written twice in one row: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(value)


@cache
def _validator(schema: Path) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def _violations(data: dict[str, Any], schema: Path) -> Iterator[jsonschema.ValidationError]:
    return iter(sorted(_validator(schema).iter_errors(data), key=lambda error: str(error.absolute_path)))


def _plain(value: Any) -> Any:
    """The same with text keys, as JSON has them: YAML reads a year as a number."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def _in_russian(error: jsonschema.ValidationError) -> str:
    """Say what a schema error means to somebody who edits the file."""
    rule, expected, value = error.validator, error.validator_value, error.instance
    if rule == "required":
        absent = [name for name in expected if name not in value]
        return f"нет обязательного поля «{absent[0]}»."
    if rule == "additionalProperties":
        extra = sorted(set(value) - set(error.schema.get("properties", {})))
        return f"поле «{extra[0]}» здесь не бывает." if extra else "лишнее поле."
    if rule in ("enum", "const"):
        allowed = expected if isinstance(expected, list) else [expected]
        return f"значение «{value}» не подходит; возможны: {', '.join(str(each) for each in allowed)}."
    if rule == "type":
        wanted = expected if isinstance(expected, list) else [expected]
        return f"нужно: {' или '.join(TYPES[each] for each in wanted)}, а записано «{value}»."
    if rule == "pattern":
        return f"«{value}» записано не так, как здесь принято (образец {expected})."
    if rule in ("minLength", "minItems", "minProperties"):
        return "пусто или слишком коротко."
    if rule == "maxLength":
        return f"длиннее {expected} знаков."
    if rule in ("minimum", "maximum"):
        return f"число {value} вне допустимого."
    if rule == "oneOf":
        return "нужно ровно одно из полей: text, items, items_from."
    if error.schema is False:
        return "это поле при таком сравнении не заполняют."
    return f"не соответствует схеме ({rule})."
