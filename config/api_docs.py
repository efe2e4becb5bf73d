"""
The page that explains the API, made on the server of the same schema that machines read: no script, no other host.

What a resource is, is said by the docstring of its view; what a filter or a field is, by its label or help text.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")
TYPES = {
    "string": "строка",
    "integer": "целое число",
    "number": "число",
    "boolean": "true или false",
    "object": "объект",
    "date": "дата ГГГГ-ММ-ДД",
    "date-time": "момент ISO 8601",
    "uuid": "UUID",
    "uri": "адрес",
    "decimal": "число строкой",
}
PLACES = {"query": "в адресе", "path": "часть адреса", "header": "в заголовке"}
_CHOICE = re.compile(r"^\* `([^`]*)` - (.*)$", re.M)


@dataclass(frozen=True)
class Item:
    """A parameter or a field: its name, where it stands, its type, what it means, what it may be."""

    name: str
    place: str
    type: str
    text: str
    choices: list[tuple[str, str]]


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked: the method and the address, with its parameters."""

    method: str
    path: str
    parameters: list[Item]


@dataclass
class Section:
    """A resource: what it is, what can be asked of it, what it answers with."""

    anchor: str
    title: str
    path: str
    operations: list[Operation] = field(default_factory=list)
    fields: list[Item] = field(default_factory=list)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show what the API can be asked."""
    address = request.build_absolute_uri("/api/v1/schools/")
    return render(request, "config/api_docs.html", {"sections": sections(), "address": address})


@cache
def sections() -> list[Section]:
    """Return every resource of the schema, in the order of their addresses."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, Section] = {}
    for path, methods in schema["paths"].items():
        root = path.partition("{")[0]
        for method in METHODS:
            if (operation := methods.get(method)) is None:
                continue
            section = found.setdefault(root, Section(_anchor(root), "", root))
            section.title = section.title or operation.get("description", "")
            parameters = [_parameter(each, schema) for each in operation.get("parameters", [])]
            section.operations.append(Operation(method.upper(), path, parameters))
            section.fields = section.fields or _fields(_answered(operation, schema), schema)
    return list(found.values())


def _anchor(path: str) -> str:
    return path.removeprefix("/api/").strip("/").replace("/", "-")


def _parameter(each: dict[str, Any], schema: dict[str, Any]) -> Item:
    text, choices = _words(each.get("description", ""))
    if each["in"] == "path" and text.startswith("A unique"):  # what the framework says of every key
        text = "Ключ записи."
    place = PLACES.get(each["in"], each["in"]) + (", обязательно" if each.get("required") else "")
    return Item(each["name"], place, _type(each["schema"], schema), text, choices)


def _answered(operation: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the shape of the good answer; of a list, that of one row."""
    for code, response in operation["responses"].items():
        for content in response.get("content", {}).values():
            if code.startswith("2"):
                shape = _resolved(content["schema"], schema)
                rows = shape.get("properties", {}).get("results")
                return _resolved(rows["items"], schema) if rows else shape
    return {}


def _resolved(shape: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references to the shape itself; what stands beside a reference is kept."""
    parts = [shape, *shape.get("allOf", []), *shape.get("oneOf", [])]
    for part in parts:
        if "$ref" in part:
            return {**schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]], **_own(shape)}
    return shape


def _own(shape: dict[str, Any]) -> dict[str, Any]:
    return {name: shape[name] for name in ("title", "nullable") if name in shape}


def _fields(shape: dict[str, Any], schema: dict[str, Any], above: str = "") -> list[Item]:
    """Return the fields of a shape; those of a shape inside it follow it, as `edition.formula`."""
    items: list[Item] = []
    for name, part in shape.get("properties", {}).items():
        inner = _resolved(part, schema)
        text, choices = _words(part.get("description") or inner.get("description", "") if "enum" in inner else
                               part.get("description", ""))  # fmt: skip
        text = text or part.get("title") or inner.get("title") or ""
        items.append(Item(f"{above}{name}", "", _type(part, schema), text, choices))
        rows = _resolved(inner.get("items", {}), schema)
        deeper, mark = (rows, "[].") if rows.get("properties") else (inner, ".")
        if deeper.get("properties") and above.count(".") < 2:
            items += _fields(deeper, schema, f"{above}{name}{mark}")
    return items


def _type(shape: dict[str, Any], schema: dict[str, Any]) -> str:
    inner = _resolved(shape, schema)
    if inner.get("type") == "array":
        name = f"список: {_type(inner.get('items', {}), schema)}"
    else:
        name = TYPES.get(inner.get("format", ""), TYPES.get(inner.get("type", ""), "любое значение"))
    return f"{name} или null" if inner.get("nullable") or shape.get("nullable") else name


def _words(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Part a description into its sentence and the values that it lists."""
    return _CHOICE.sub("", text).strip(), _CHOICE.findall(text)
