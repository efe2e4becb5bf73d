"""Counts of a few categories: in one year as bars, over years as lines named at their ends."""

from collections.abc import Mapping, Sequence

import altair as alt

from common.tables import Column, Kind, Table
from reports.charts.figures import Figure, data
from reports.charts.style import ACCENT, FULL_WIDTH, MET, MISSED, QUIET, RISK

COLOURS = (MISSED, RISK, MET, QUIET)
ROW = 26  # pixels
NAME_HEIGHT = 0.1  # of the highest count


def category_counts(question: str, counts: Sequence[tuple[str, int]], *, of: str) -> Figure:
    """Draw a bar for each category in the order given, its number at its end."""
    rows = [{"category": name, "count": count} for name, count in counts]
    longest = max([count for _name, count in counts], default=0) or 1
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("category:N", sort=None, title=None),
        x=alt.X("count:Q", axis=None, scale=alt.Scale(domain=[0, longest * 1.12])),
    )
    bars = base.mark_bar(size=16, color=ACCENT)
    labels = base.mark_text(align="left", dx=5, fontWeight="bold").encode(text=alt.Text("count:Q", format=",d"))
    chart = alt.layer(bars, labels).properties(
        width=FULL_WIDTH,
        height=max(len(rows), 1) * ROW,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    said = "; ".join(f"{name} — {count}" for name, count in counts) + "."
    table = Table(question, [Column("Категория"), Column(f"Количество, {of}", Kind.INTEGER)], list(counts))
    return Figure(question, said, chart, table)


def counts_over_years(question: str, series: Mapping[str, Mapping[int, int]], *, of: str) -> Figure:
    """
    Draw at most four series of counts over years, each named at its last point.

    :raises ValueError: if there are more than four
    """
    if len(series) > len(COLOURS):
        raise ValueError("A chart holds at most four series.")
    top = max([count for counts in series.values() for count in counts.values()], default=1) or 1
    years = sorted({year for counts in series.values() for year in counts})
    ends = _ends(series, top)
    room = 7.5 * max([len(str(row["text"])) for row in ends], default=0) - 20
    chart = alt.layer(*_lines(series, top, of), _named(series, ends)).properties(
        width=FULL_WIDTH,
        height=210,
        padding={"left": 4, "top": 4, "bottom": 4, "right": max(room, 4)},
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    said = "; ".join(
        f"{name}: " + ", ".join(f"{year} — {counts[year]}" for year in sorted(counts))
        for name, counts in series.items()
    )
    columns = [Column("Категория"), *(Column(str(year), Kind.INTEGER) for year in years)]
    table = Table(question, columns, [(name, *(counts.get(year) for year in years)) for name, counts in series.items()])
    return Figure(question, f"{said}.", chart, table)


def _colour(series: Mapping[str, Mapping[int, int]]) -> alt.Color:
    scale = alt.Scale(domain=list(series), range=list(COLOURS[: len(series)]))
    return alt.Color("series:N", scale=scale, legend=None)


def _lines(series: Mapping[str, Mapping[int, int]], top: int, of: str) -> list[alt.Chart]:
    """Draw the lines with their points, and the numbers of all but the last ones."""
    rows = [
        {
            "series": name,
            "year": str(year),
            "count": counts[year],
            "is_last": year == max(counts),
            "is_low": _is_under(series, year, counts[year], top),
        }
        for name, counts in series.items()
        for year in sorted(counts)
    ]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, grid=False), scale=alt.Scale(paddingOuter=0.3)),
        y=alt.Y("count:Q", axis=alt.Axis(title=of, tickCount=4), scale=alt.Scale(domain=[0, top * 1.15])),
        color=_colour(series),
    )
    lines = base.mark_line(strokeWidth=2.5, point={"size": 50})
    numbers = [
        base.transform_filter(f"!datum.is_last && {where}").mark_text(dy=dy, fontWeight="bold").encode(text="count:Q")
        for where, dy in (("!datum.is_low", -11), ("datum.is_low", 15))
    ]
    return [lines, *numbers]


def _named(series: Mapping[str, Mapping[int, int]], ends: list[dict[str, object]]) -> alt.Chart:
    base = alt.Chart(data(ends)).mark_text(align="left", dx=12, fontWeight="bold")
    return base.encode(x="year:O", y="height:Q", text="text:N", color=_colour(series))


def _is_under(series: Mapping[str, Mapping[int, int]], year: int, count: int, top: int) -> bool:
    """Say whether another line passes so close above that a number has to stand below its point."""
    others = (counts[year] for counts in series.values() if year in counts)
    return any(count < other <= count + 2 * NAME_HEIGHT * top for other in others)


def _ends(series: Mapping[str, Mapping[int, int]], top: int) -> list[dict[str, object]]:
    """Name each series with its last number, the names moved apart where lines end close together."""
    ends = sorted((counts[max(counts)], name) for name, counts in series.items() if counts)
    rows, lowest = [], float("-inf")
    for count, name in ends:
        height = max(float(count), lowest)
        lowest = height + top * NAME_HEIGHT
        year = str(max(series[name]))
        rows.append({"series": name, "year": year, "height": height, "text": f"{name} — {count}"})
    return rows
