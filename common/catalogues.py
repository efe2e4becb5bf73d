"""
A YAML file that comes with the program, read with its line numbers and held against its schema.

Whoever corrects a catalogue is told the file, the line, the row's own number and what is wrong, in Russian.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

LARGEST = 4 * 1024**2  # of a file, in bytes
DEEPEST = 30
MOST_NODES = 500_000  # with what is linked counted each time
BIGGEST = 10**15
WRITTEN = 80  # so much of a wrong value is said
BROKEN = {
    "did not find expected key": "ждали поле, двоеточие и значение; проверьте отступы и кавычки",
    "mapping values are not allowed in this context": "двоеточие внутри текста: возьмите текст в кавычки",
    "found unhashable key": "имя поля — не слово",
    "found undefined alias": "ссылка «*имя» ни на что не указывает",
    "found character that cannot start any token": "значение начинается со знака, с которого не начинаются",
    "could not find expected ':'": "у поля нет двоеточия",
    "expected a single document in the stream": "в файле два текста, разделённых «---»",
}
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
    names_sections: bool = False  # whether a problem names the section that it is in
    codes: dict[tuple[str | int, ...], str] = field(default_factory=dict)  # of rows that do not write theirs down

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
        return f"{self.at(where)}: {text}"

    def at(self, where: Sequence[str | int]) -> str:
        """Return where it is: the file, the line, the section where sections are named, the row."""
        section = ".".join(step for step in where if isinstance(step, str) and not step.isdigit())
        said = f", раздел {section}" if self.names_sections and section else ""
        return f"{self.place}, строка {self.line(where)}{said}{self._row(where)}"

    @property
    def place(self) -> str:
        """The file as it stands in its catalogue, such as `rppko-2020-2022/roadmap/1.yaml`."""
        return "/".join(self.path.parts[-self.depth :])

    def _row(self, where: Sequence[str | int]) -> str:
        """The numbers of the rows that the place lies in: «№ 9/2021/2» is the second result of a cell."""
        value: Any = self.data
        found: list[str] = []
        for depth, step in enumerate(where, start=1):
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(value, dict) and isinstance(step, int):
                found += [_clipped(value[key]) for key in ("number", "code", "year") if key in value][:1]
                code = self.codes.get(tuple(where[:depth])) or value.get("code")
                if self.names_sections and "number" in value and code:
                    found[-1] += f" ({code})"
            elif isinstance(step, str) and step.isdigit():
                found.append(step)
        return f", № {'/'.join(found)}" if found else ""


def _step(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None


def read_source(path: Path, schema: Path, *, depth: int = 1, names_sections: bool = False) -> Source:
    """Read a YAML file and hold it against a JSON schema. :raises CatalogueError: naming file, line and row."""
    place = "/".join(path.parts[-depth:])
    text = _text_of(path, place)
    try:
        _refuse_deep(text, place)
        root = yaml.compose(text, Loader=_Base)
        if root is not None:
            _refuse_endless(root, place)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - the loader is a narrowed SafeLoader
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        said = BROKEN.get(str(broken.problem), "проверьте отступы, кавычки и скобки")
        raise CatalogueError([f"{place}, строка {line}: это не YAML ({said})."]) from broken
    except yaml.YAMLError as broken:
        said = str(broken).split("\n")[0]
        raise CatalogueError([f"{place}: в файле знак, которого в тексте не бывает ({said})."]) from broken
    except ValueError as broken:
        raise CatalogueError([f"{place}, строка {_unreadable(root)}: число или дату не прочесть."]) from broken
    if not isinstance(data, dict) or root is None:
        raise CatalogueError([f"{place}, строка 1: ожидался набор полей."])
    source = Source(path, _plain(data), root, depth, names_sections)
    problems = [f"{place}, строка {line}: поле «{key}» записано дважды." for key, line in _twice(root)]
    problems += [source.problem(where, said) for where, said in _unkept(source.data, [])]
    problems += [
        source.problem(list(error.absolute_path), _in_russian(error)) for error in _violations(source.data, schema)
    ]
    if problems:
        raise CatalogueError(list(dict.fromkeys(problems)))
    return source


def _text_of(path: Path, place: str) -> str:
    """Return the text of a file of a bearable size. :raises CatalogueError: if it is no text, or is none at all"""
    try:
        if not path.is_file():  # what only looks like one, a pipe or a device, may have no end
            raise CatalogueError([f"{place}: файл не читается: его нет, это не файл, или ссылка никуда не ведёт."])
        with path.open("rb") as file:
            said = file.read(LARGEST + 1)
        if len(said) > LARGEST:
            raise CatalogueError([f"{place}: файл больше {LARGEST // 1024**2} МБ. Разделите его на несколько."])
        return said.decode("utf-8").replace("\r\n", "\n")
    except OSError as missing:
        raise CatalogueError([f"{place}: файл не читается: нет права на чтение или сбой диска."]) from missing
    except UnicodeDecodeError as foreign:
        raise CatalogueError([f"{place}: это не текст в кодировке UTF-8. Сохраните файл в ней."]) from foreign


def _refuse_deep(text: str, place: str) -> None:
    """Refuse rows within rows without end, by events: putting nodes together goes as deep as the text does."""
    depth = line = 0
    for event in yaml.parse(text, Loader=_Base):
        line = event.start_mark.line + 1 if event.start_mark else line
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise CatalogueError([f"{place}, строка {line}: вложено глубже {DEEPEST} уровней."])


def _refuse_endless(root: yaml.Node, place: str) -> None:
    """Refuse a text that links («*имя») make endless, or larger than any catalogue."""
    measured: dict[int, tuple[int, int]] = {}
    line = _measure(root, measured, set())
    if line:
        raise CatalogueError(
            [f"{place}, строка {line}: ссылка («*имя») ведёт сама в себя или повторяет слишком много."]
        )


def _measure(node: yaml.Node, measured: dict[int, tuple[int, int]], above: set[int]) -> int:
    """Measure how many nodes there are with links followed, and how deep; return the line of too much, or 0."""
    if id(node) in measured:
        return 0
    if id(node) in above:
        return int(node.start_mark.line) + 1
    size, depth = 1, 0
    for each in _inside(node):
        if line := _measure(each, measured, above | {id(node)}):
            return line
        size, depth = size + measured[id(each)][0], max(depth, measured[id(each)][1])
    measured[id(node)] = size, depth + 1
    return int(node.start_mark.line) + 1 if size > MOST_NODES or depth > DEEPEST else 0


def _inside(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for each in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _unreadable(node: yaml.Node | None) -> int:
    """The line of the first value that the reader cannot make a number or a day of."""
    if isinstance(node, yaml.ScalarNode):
        try:
            _Loader("").construct_object(node)
        except ValueError:
            return int(node.start_mark.line) + 1
        return 0
    return next((line for each in _inside(node) if (line := _unreadable(each))), 0) if node is not None else 0


def _unkept(value: Any, where: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    """What no column of a database holds: numbers without end, letters that are none."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _unkept(inner, [*where, key])
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _unkept(inner, [*where, place])
    elif isinstance(value, str) and "\0" in value:
        yield where, "в тексте нулевой знак."
    elif isinstance(value, int | float) and not abs(value) < BIGGEST:
        yield where, "таких больших чисел не бывает."


def _twice(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """Keys written twice in one row: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield name, key.start_mark.line + 1
            seen.add(name)
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


def _clipped(value: Any) -> str:
    """What is written, as much of it as a line bears; signs that would change the line itself are shown as «�»."""
    text = " ".join(str(value).split())
    text = "".join(letter if letter.isprintable() else "�" for letter in text[: WRITTEN + 1])
    return text if len(text) <= WRITTEN else f"{text[:WRITTEN]}…"


def _named(one: str, several: str, names: list[str]) -> str:
    said = ", ".join(f"«{_clipped(name)}»" for name in names)
    return f"{one if len(names) == 1 else several} {said}."


def _in_russian(error: jsonschema.ValidationError) -> str:
    """Say what a schema error means to somebody who edits the file."""
    rule, expected, value = error.validator, error.validator_value, error.instance
    written = _clipped(value)
    if rule == "required":
        return _named(
            "нет обязательного поля", "нет обязательных полей", [name for name in expected if name not in value]
        )
    if rule == "additionalProperties":
        extra = sorted(set(value) - set(error.schema.get("properties", {})))
        return _named("здесь не бывает поля", "здесь не бывает полей", extra) if extra else "лишнее поле."
    if rule in ("enum", "const"):
        allowed = expected if isinstance(expected, list) else [expected]
        return f"значение «{written}» не подходит; возможны: {', '.join(str(each) for each in allowed)}."
    if rule == "type":
        wanted = expected if isinstance(expected, list) else [expected]
        return f"нужно: {' или '.join(TYPES[each] for each in wanted)}, а записано «{written}»."
    if rule == "pattern":
        return f"«{written}» записано не так, как здесь принято (образец {expected})."
    if rule in ("minLength", "minItems", "minProperties"):
        return "пусто или слишком коротко."
    if rule == "maxLength":
        return f"длиннее {expected} знаков."
    if rule in ("minimum", "maximum"):
        return f"число {value} вне допустимого."
    if rule == "maxItems":
        return f"записано {len(value)}, а бывает не больше {expected}."
    if rule == "uniqueItems":
        return "одно и то же записано дважды."
    if rule == "oneOf":
        return "нужно ровно одно из полей: text, items, items_from."
    if error.schema is False:
        return "это поле при таком сравнении не заполняют."
    return f"не соответствует схеме ({rule})."
