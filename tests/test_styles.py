"""Styles: literals in one file, contrast in every scheme, no class that nothing declares."""

import re
from pathlib import Path

import pytest

from reports.charts import style

STYLES = Path(__file__).resolve().parents[1] / "static" / "css"
SHEETS = sorted(path for path in STYLES.glob("*.css"))
LITERAL = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|(?<![\w-])\d*\.?\d+(px|rem|pt|vh|vw|cm|mm)\b", re.I)
AA = 4.5


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


@pytest.mark.parametrize("sheet", [path for path in SHEETS if path.name != "tokens.css"], ids=lambda path: path.name)
def test_only_tokens_hold_literal_colours_and_sizes(sheet):
    lines = without_comments(sheet.read_text()).splitlines()
    folds = ("@container", "@media")  # conditions cannot read a variable

    assert [line.strip() for line in lines if LITERAL.search(line) and not line.strip().startswith(folds)] == []


def test_every_variable_is_declared():
    declared = set(re.findall(r"(--[\w-]+):", (STYLES / "tokens.css").read_text()))
    used = {name for sheet in SHEETS for name in re.findall(r"var\((--[\w-]+)", sheet.read_text())}

    assert used - declared == set()


def test_everything_is_in_a_layer():
    for sheet in SHEETS:
        outside = re.sub(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}", "{}", without_comments(sheet.read_text()))
        assert re.fullmatch(r"\s*(@layer [\w, ]+(;|\s*\{\})\s*)+", outside), sheet.name


def schemes() -> dict[str, dict[str, str]]:
    """Tokens of colour in each scheme, the usual ones where a scheme says nothing."""
    text = without_comments((STYLES / "tokens.css").read_text())
    light, rest = text.split("@media (prefers-color-scheme: dark)")
    dark, rest = rest.split(".contrast-light {")
    contrast_light, rest = rest.split(".contrast-dark {")
    parts = {"light": light, "dark": dark, "contrast-light": contrast_light, "contrast-dark": rest}
    found = {name: dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", part)) for name, part in parts.items()}
    return {name: {**found["light"], **tokens} for name, tokens in found.items()}


def test_charts_are_drawn_in_the_colours_of_pages():
    tokens = schemes()["light"]
    names = ("ink", "quiet", "rule", "accent", "met", "risk", "missed")

    assert {name: getattr(style, name.upper()) for name in names} == {name: tokens[f"--{name}"] for name in names}
    assert list(style.SCALE) == [tokens[f"--scale-{step}"] for step in range(5)]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


INKS = ("ink", "quiet", "accent", "met", "risk", "missed")
WRITTEN_ON = [
    *((ink, ground) for ink in INKS for ground in ("paper", "sheet", "wash")),
    *((state, f"{state}-wash") for state in ("met", "risk", "missed", "accent")),
    *(("ink", f"{state}-wash") for state in ("met", "risk", "missed", "accent")),
    *(("on-scale", f"scale-{step}") for step in range(4)),
    ("on-scale-4", "scale-4"),
    ("on-accent", "accent"),
    ("ink", "mark"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast-light", "contrast-dark"])
def test_text_can_be_read_in_every_scheme(scheme):
    tokens = schemes()[scheme]
    ratios = {(ink, ground): contrast(tokens[f"--{ink}"], tokens[f"--{ground}"]) for ink, ground in WRITTEN_ON}

    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < AA} == {}


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast-light", "contrast-dark"])
def test_edges_of_controls_can_be_seen(scheme):
    tokens = schemes()[scheme]

    assert contrast(tokens["--edge"], tokens["--sheet"]) >= 3
