"""Wholes made of parts, one bar each: marks of an assessment, standings of a direction's indicators."""

from collections.abc import Sequence
from decimal import Decimal

import altair as alt

from common.parting import percents_of
from common.tables import Column, Kind, Table
from indicators.selectors.distributions import Spread
from reports.charts.figures import Figure, data
from reports.charts.style import ACCENT, FULL_WIDTH, INK, MET, MISSED, NO_DATA, PALE, RISK, SCALE

MARKS = (("«2»", MISSED), ("«3»", "#e3b770"), ("«4»", PALE), ("«5»", ACCENT))
STANDINGS = (
    ("достигнуто", MET),
    ("под угрозой", RISK),
    ("год не закончен", PALE),
    ("не достигнуто", MISSED),
    ("нет данных", NO_DATA),
)
DARK = frozenset({ACCENT, MET, MISSED, RISK})
ROW = 27  # pixels
NARROWEST = 6  # percent of a bar that still holds its label


def mark_distribution(question: str, rows: Sequence[tuple[str, Sequence[int]]]) -> Figure:
    """Draw how marks 2, 3, 4, 5 are shared out in each assessment: bars of equal length, percents inside."""
    return _bars(question, rows, MARKS, as_percent=True, first="Процедура")


def distribution_over_years(question: str, years: Sequence[tuple[int, Spread]]) -> Figure:
    """Draw how a whole is shared out among its ordered parts in each year, pale to dark."""
    parts = [(piece.label, SCALE[piece.step]) for piece in years[-1][1].pieces]
    rows = [(str(year), [_plain(piece.count) for piece in spread.pieces]) for year, spread in years]
    return _bars(question, rows, parts, as_percent=True, first="Год")


def _plain(count: Decimal) -> int | Decimal:
    return int(count) if count == count.to_integral_value() else count.normalize()


def standings_by_direction(question: str, rows: Sequence[tuple[str, Sequence[int]]]) -> Figure:
    """Draw how many indicators of each direction are met, at risk, ahead, missed and without data."""
    return _bars(question, rows, STANDINGS, as_percent=False, first="Направление")


def _bars(
    question: str,
    rows: Sequence[tuple[str, Sequence[int | Decimal]]],
    parts: Sequence[tuple[str, str]],
    *,
    as_percent: bool,
    first: str,
) -> Figure:
    longest = max([sum(counts) for _name, counts in rows], default=1) or 1
    pieces = [piece for name, counts in rows for piece in _pieces(name, counts, parts, as_percent, longest)]
    base = alt.Chart(data(pieces)).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=250, domain=False)),
    )
    fill = {"scale": None, "legend": None}
    bars = base.mark_bar(size=17, stroke="#ffffff", strokeWidth=1).encode(
        x=alt.X("start:Q", axis=None, scale=alt.Scale(domain=[0, 100])), x2="end:Q", color=alt.Color("fill:N", **fill)
    )
    labels = base.mark_text(fontSize=11).encode(
        x=alt.X("middle:Q", axis=None), text="text:N", color=alt.Color("ink:N", **fill)
    )
    chart = alt.layer(*_heads(pieces, parts), bars, labels).properties(
        width=FULL_WIDTH,
        height=(len(rows) + 1) * ROW,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    names = [part for part, _fill in parts]
    said = "; ".join(
        f"{name}: " + ", ".join(f"{part} — {count}" for part, count in zip(names, counts, strict=True))
        for name, counts in rows
    )
    columns = [Column(first), *(Column(part, Kind.INTEGER) for part, _fill in parts)]
    return Figure(question, f"{said}.", chart, Table(question, columns, [(name, *counts) for name, counts in rows]))


def _pieces(
    name: str,
    counts: Sequence[int | Decimal],
    parts: Sequence[tuple[str, str]],
    as_percent: bool,
    longest: int | Decimal,
) -> list[dict[str, object]]:
    whole = (sum(counts) if as_percent else longest) or 1
    start, pieces = 0.0, []
    percents = percents_of(counts, 0) or [0] * len(counts)
    for count, percent, (part, fill) in zip(counts, percents, parts, strict=True):
        length = float(100 * count / whole)
        text = f"{percent} %" if as_percent else str(count)
        if count:
            pieces.append(
                {
                    "row": name,
                    "part": part,
                    "start": start,
                    "end": start + length,
                    "middle": start + length / 2,
                    "fill": fill,
                    "ink": "#ffffff" if fill in DARK else INK,
                    "text": text if length >= (NARROWEST if as_percent else 2) else "",
                }
            )
        start += length
    return pieces


def _heads(pieces: Sequence[dict[str, object]], parts: Sequence[tuple[str, str]]) -> list[alt.Chart]:
    """Name the parts in a line above the bars, evenly, each with a patch of its colour."""
    shown = {piece["part"] for piece in pieces}
    named = [(part, fill) for part, fill in parts if part in shown]
    step = 100 / max(4, len(named))
    rows = [
        {"row": "", "x": place * step, "text_x": place * step + 2.5, "part": part, "fill": fill}
        for place, (part, fill) in enumerate(named)
    ]
    base = alt.Chart(data(rows)).encode(y=alt.Y("row:N", sort=None, title=None))
    fill = {"scale": None, "legend": None}
    patches = base.mark_square(size=110, opacity=1).encode(x=alt.X("x:Q", axis=None), color=alt.Color("fill:N", **fill))
    words = base.mark_text(align="left", fontSize=11).encode(x=alt.X("text_x:Q", axis=None), text="part:N")
    return [patches, words]
