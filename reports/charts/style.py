"""How every chart looks: colours and type of the portal, Russian numbers, and nothing that says no more."""

from typing import Any

from common.numbers import NBSP

# As in tokens.css: tests/test_styles.py holds them equal.
INK = "#1b2430"
QUIET = "#5d6672"
RULE = "#d9d5cc"
ACCENT = "#0b5c8a"
SCALE = ("#f4f1ea", "#d3e5ef", "#9fc6dc", "#6ba9ca", ACCENT)  # of one hue, from little to much
PALE = SCALE[2]
MET = "#1e7b4f"
RISK = "#8a5a00"
MISSED = "#b3261e"
NO_DATA = "#b9bec5"

FULL_WIDTH = 640  # the text of an A4 page with the margins of a report, at 96 dots an inch
HALF_WIDTH = 310

FONT = "PT Sans, Liberation Sans, DejaVu Sans, sans-serif"

CONFIG: dict[str, Any] = {
    "aria": False,  # the drawing is described by its own <title> and <desc>, in Russian
    "background": None,
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "domainColor": INK,
        "gridColor": RULE,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 260,
        "labelPadding": 6,
        "tickColor": RULE,
        "titleColor": QUIET,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "axisY": {"domain": False, "ticks": False},
    "text": {"color": INK, "fontSize": 12},
}

LOCALE: dict[str, Any] = {"decimal": ",", "thousands": NBSP, "grouping": [3], "currency": ["", f"{NBSP}₽"]}
