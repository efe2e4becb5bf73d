"""Everything that can be asked of the portal, found by walking its addresses: nothing is written down here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

READING = {"GET", "HEAD", "OPTIONS"}
UNSPOKEN = {"head", "options"}  # every address that is read has them


@dataclass(frozen=True, order=True)
class Operation:
    """A method of an address: `name` is that of the address, `route` its pattern."""

    name: str
    method: str
    route: str

    @property
    def is_api(self) -> bool:
        """Whether it is asked by scripts."""
        return self.name.startswith("api:")

    @property
    def label(self) -> str:
        """The operation as the table of the policy names it."""
        return f"{self.method} {self.name}"

    def address(self, key: Iterable[Any]) -> str:
        """Return the address about an object."""
        parts = iter(key)
        return "/" + re.sub(r"<[^>]+>", lambda _: str(next(parts)), self.route)


def operations() -> list[Operation]:
    """Return every operation of the portal, once."""
    return sorted(set(_walked(get_resolver().url_patterns, "", "")))


def _walked(patterns: Iterable[URLPattern | URLResolver], route: str, space: str) -> Iterator[Operation]:
    for pattern in patterns:
        here = route + _route(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walked(pattern.url_patterns, here, inner)
        elif "format" not in here:  # the router's second spelling of each address, «schools.json»
            for method in methods_of(pattern.callback):
                yield Operation(f"{space}{pattern.name}", method, here)


def _route(pattern: URLPattern | URLResolver) -> str:
    """Return the pattern with its parts as <name>; that of the API's router is a regular expression."""
    text = str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
    return re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", text).replace("/?", "/").replace(r"\.", ".")


def methods_of(view: Any) -> list[str]:
    """
    Return the methods that a view says it answers, but for HEAD and OPTIONS.

    :raises ValueError: if it does not say so
    """
    if hasattr(view, "actions"):
        return sorted(name.upper() for name in view.actions if name not in UNSPOKEN)
    made_of = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if made_of is not None:
        return sorted(
            name.upper() for name in made_of.http_method_names if name not in UNSPOKEN and hasattr(made_of, name)
        )
    inner = view
    while inner is not None:
        for cell in inner.__closure__ or ():
            if isinstance(cell.cell_contents, list) and READING & set(cell.cell_contents) | {"POST"} & set(
                cell.cell_contents
            ):
                return sorted(set(cell.cell_contents) - {"HEAD", "OPTIONS"})
        inner = getattr(inner, "__wrapped__", None)
    raise ValueError(
        f"{view.__module__}.{view.__name__} does not say which methods it answers: put @require_safe, @require_POST or "
        '@require_http_methods(["GET", "HEAD", "POST"]) above it.'
    )
