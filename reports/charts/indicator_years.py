"""An indicator over the years against its target line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

import altair as alt

from common.numbers import format_number
from common.tables import Column, Kind, Table
from reports.charts.figures import Figure, data
from reports.charts.style import ACCENT, HALF_WIDTH, MISSED, QUIET


@dataclass(frozen=True)
class YearPoint:
    """What was reached and what was promised in a year; None where either is unknown."""

    year: int
    value: Decimal | None
    target: Decimal | None = None


def indicator_over_years(
    name: str,
    points: Sequence[YearPoint],
    *,
    unit: str,
    places: int = 1,
    width: int = HALF_WIDTH,
    breaks: Collection[int] = (),
) -> Figure:
    """
    Draw the values as a line with points and the targets as a dashed line, both named where they end.

    `breaks` are years in which the borders moved: the line before and after one tells of different territories.
    """
    rows = [
        {"year": str(point.year), "value": _number(point.value), "target": _number(point.target)} for point in points
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, grid=False, tickSize=4))
    )
    top = max([float(one) for point in points for one in (point.value, point.target) if one is not None], default=1.0)
    scale = alt.Scale(domain=[0, 100 if unit == "%" and top > 60 else (top * 1.25 or 1)], nice=False)
    y = {"scale": scale, "axis": alt.Axis(title=unit, tickCount=4, format="~f")}
    targets = base.mark_line(strokeDash=[5, 4], color=MISSED, strokeWidth=1.5, point=False).encode(
        y=alt.Y("target:Q", **y)
    )
    marks = base.mark_tick(color=MISSED, thickness=2, size=26).encode(y=alt.Y("target:Q", **y))
    values = base.mark_line(color=ACCENT, strokeWidth=2.5, point={"color": ACCENT, "size": 55}).encode(
        y=alt.Y("value:Q", **y)
    )
    moved = sorted({point.year for point in points} & set(breaks))
    layers = (targets, marks, values, *_values(base, y, places, top), *_named(points, y), *_broken(moved))
    chart = alt.layer(*layers).properties(
        width=width, height=150, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    )
    said = _said(points, unit, places) + "".join(f" В {year} году границы территории изменились." for year in moved)
    return Figure(f"{name}: достигается ли цель?", said, chart, _table(name, points, unit))


def _broken(years: Sequence[int]) -> list[alt.Chart]:
    """Draw an upright line at each year from which the borders are others, and say so beside it."""
    if not years:
        return []
    rows = [{"year": str(year), "text": "границы изменились"} for year in years]
    base = alt.Chart(data(rows)).encode(x="year:O")
    rule = base.mark_rule(color=QUIET, strokeDash=[2, 3], xOffset=-18)
    return [rule, base.mark_text(color=QUIET, align="left", dx=-14, dy=6).encode(y=alt.value(0), text="text:N")]


def _values(base: alt.Chart, y: dict[str, object], places: int, top: float) -> list[alt.Chart]:
    """Write each value above its point, or below where the target stands above it and the axis is not near."""
    below = f"isValid(datum.target) && isValid(datum.value) && datum.value < datum.target && datum.value > {top / 6}"
    text = alt.Text("value:Q", format=f",.{places}f")
    return [
        base.transform_filter(where)
        .mark_text(dy=dy, color=ACCENT, fontWeight="bold")
        .encode(y=alt.Y("value:Q", **y), text=text)
        for where, dy in ((f"!({below})", -12), (below, 14))
    ]


def _named(points: Sequence[YearPoint], y: dict[str, object]) -> list[alt.Chart]:
    """Write «цель» at the end of the target line."""
    promised = [point for point in points if point.target is not None]
    if not promised:
        return []
    last = promised[-1]
    row = {"year": str(last.year), "target": _number(last.target), "text": f"цель {format_number(last.target)}"}
    is_under = last.value is not None and last.value >= last.target  # the value is written above the point
    named = alt.Chart(data([row])).mark_text(dy=14 if is_under else -9, dx=0, color=MISSED)
    return [named.encode(x="year:O", y=alt.Y("target:Q", **y), text="text:N")]


def _said(points: Sequence[YearPoint], unit: str, places: int) -> str:
    said = []
    for point in points:
        value = "нет данных" if point.value is None else f"{format_number(point.value, places)} {unit}"
        target = "" if point.target is None else f" при цели {format_number(point.target)} {unit}"
        said.append(f"{point.year} год — {value}{target}")
    return "; ".join(said) + "."


def _table(name: str, points: Sequence[YearPoint], unit: str) -> Table:
    columns = [
        Column("Год", Kind.INTEGER),
        Column(f"Значение, {unit}", Kind.DECIMAL),
        Column(f"Цель, {unit}", Kind.DECIMAL),
    ]
    return Table(name, columns, [(point.year, point.value, point.target) for point in points])


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
