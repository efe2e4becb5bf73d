"""Drawing a specification: Vega-Lite in, SVG out; without a browser, the network and style attributes."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol
from xml.sax.saxutils import escape

import vl_convert
from django.utils.safestring import SafeString

from reports.charts.style import CONFIG, LOCALE

_OPENING = re.compile(r"<svg[^>]*>")
_NAMESPACE = re.compile(r"\sxmlns:xlink=\"[^\"]*\"")


class Drawable(Protocol):
    """A chart that can say its specification, such as one of altair's."""

    def to_dict(self) -> dict[str, Any]: ...


def draw(spec: Mapping[str, Any] | Drawable) -> str:
    """
    Draw a chart as SVG. Its `title` and `description` become <title> and <desc> and are not drawn.

    Data stand in the specification itself: an address in it is refused. The same specification is drawn once a process.

    :raises ValueError: if the specification asks for data from elsewhere, or makes no sense
    """
    written = dict(spec) if isinstance(spec, Mapping) else spec.to_dict()
    if asks_elsewhere(written):
        raise ValueError("A chart carries its own data: an address in its specification is refused.")
    return SafeString(_drawn(json.dumps(written, ensure_ascii=False, sort_keys=True, default=str)))


def asks_elsewhere(part: object) -> bool:
    """Say whether an address stands anywhere in a specification: the library itself would read a file of ours."""
    if isinstance(part, Mapping):
        return "url" in part or any(asks_elsewhere(inner) for inner in part.values())
    return isinstance(part, list | tuple) and any(asks_elsewhere(inner) for inner in part)


@lru_cache(maxsize=256)
def _drawn(written: str) -> str:
    spec = json.loads(written)
    title, description = spec.pop("title", ""), spec.pop("description", "")
    spec.pop("config", None)
    svg = vl_convert.vegalite_to_svg(spec, config=CONFIG, format_locale=LOCALE, allowed_base_urls=[])
    opening = _OPENING.match(svg)
    if opening is None:
        raise ValueError("The drawing has no beginning.")
    words = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    head = _NAMESPACE.sub("", opening[0]).replace("<svg", '<svg role="img"', 1)
    return f"{head}{words}{svg[opening.end() :]}"
