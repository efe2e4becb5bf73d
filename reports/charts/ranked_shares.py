"""Shares of places side by side, the largest first, against the share of all of them."""

from collections.abc import Sequence

import altair as alt

from common.numbers import format_percent
from common.russian import counted
from common.share import Share
from common.tables import Column, Kind, Table
from reports.charts.figures import Figure, data
from reports.charts.style import ACCENT, FULL_WIDTH, PALE, QUIET

MOST = 20
ROW = 19  # pixels


def ranked_shares(
    question: str,
    places: Sequence[tuple[str, Share]],
    *,
    whole: tuple[str, Share] | None = None,
    of: tuple[str, str, str],
    most: int = MOST,
) -> Figure:
    """
    Draw a bar for each place, longest on top, at most `most` of them; what is above the whole's share stands out.

    `whole` is drawn as a line and named; `of` is what is counted, in its three forms («школа, школы, школ»).
    """
    known = [(name, share) for name, share in places if share.is_known]
    ranked = sorted(known, key=lambda one: (-one[1].value, one[0]))
    shown = ranked[:most]
    middle = float(whole[1].value) * 100 if whole and whole[1].is_known else None
    rows = [
        {
            "place": name,
            "percent": float(100 * share.value),
            "text": f"{format_percent(share)}  ({share.part:f} из {share.whole:f})",
            "above": middle is not None and float(100 * share.value) > middle,
        }
        for name, share in shown
    ]
    longest = max([row["percent"] for row in rows], default=1.0) or 1.0
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("place:N", title=None, axis=alt.Axis(labelLimit=230), scale=alt.Scale(domain=_order(rows, middle))),
        x=alt.X("percent:Q", title=None, axis=None, scale=alt.Scale(domain=[0, max(longest, middle or 0) * 1.35])),
    )
    colour = alt.condition("datum.above", alt.value(ACCENT), alt.value(PALE)) if middle else alt.value(ACCENT)
    bars = base.mark_bar(size=12).encode(color=colour)
    labels = base.mark_text(align="left", dx=5, fontSize=11).encode(text="text:N")
    chart = alt.layer(*_line(whole, middle), bars, labels).properties(
        width=FULL_WIDTH,
        height=len(_order(rows, middle)) * ROW,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return Figure(question, _said(ranked, shown, whole, of), chart, _table(question, ranked))


def _order(rows: Sequence[dict[str, object]], middle: float | None) -> list[object]:
    """Return the lines of the chart from the top: one for the name of the whole, then the places."""
    return [*([""] if middle is not None else []), *(row["place"] for row in rows)] or [""]


def _line(whole: tuple[str, Share] | None, middle: float | None) -> list[alt.Chart]:
    if whole is None or middle is None:
        return []
    row = {"place": "", "percent": middle, "text": f"{whole[0]}: {format_percent(whole[1])}"}
    base = alt.Chart(data([row])).encode(x=alt.X("percent:Q", axis=None))
    rule = base.mark_rule(color=QUIET, strokeDash=[4, 3])
    name = base.mark_text(align="left", dx=5, fontSize=11).encode(y=alt.Y("place:N"), text="text:N")
    return [rule, name]


def _said(
    ranked: Sequence[tuple[str, Share]],
    shown: Sequence[tuple[str, Share]],
    whole: tuple[str, Share] | None,
    of: tuple[str, str, str],
) -> str:
    if not ranked:
        return "Сравнивать нечего: долей нет."
    first, last = ranked[0], ranked[-1]
    said = f"Выше всего: {first[0]}, {format_percent(first[1])} из {counted(int(first[1].whole), *_of_many(of))}"
    said += f"; ниже всего: {last[0]}, {format_percent(last[1])}."
    if whole is not None:
        said += f" {whole[0]}: {format_percent(whole[1])}."
    if len(shown) < len(ranked):
        said += f" Показаны {len(shown)} из {len(ranked)}, остальные — в таблице."
    return said


def _of_many(of: tuple[str, str, str]) -> tuple[str, str, str]:
    """Forms after «из»: из 21 школы, из 22 школ, из 25 школ."""
    return of[1], of[2], of[2]


def _table(title: str, ranked: Sequence[tuple[str, Share]]) -> Table:
    columns = [
        Column("Территория"),
        Column("Доля, %", Kind.PERCENT),
        Column("Числитель", Kind.INTEGER),
        Column("Знаменатель", Kind.INTEGER),
    ]
    return Table(title, columns, [(name, share, share.part, share.whole) for name, share in ranked])
