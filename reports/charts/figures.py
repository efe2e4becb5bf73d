"""A chart together with what stands around it: the question, the answer in words, the table of its data."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from common.tables import Table
from reports.charts.drawing import draw


@dataclass(frozen=True)
class Figure:
    """A drawn answer to one question. `description` says in words what is seen; `table` holds the same figures."""

    question: str
    description: str
    chart: alt.TopLevelMixin
    table: Table

    @property
    def svg(self) -> str:
        """The drawing."""
        return draw({**self.chart.to_dict(), "title": self.question, "description": self.description})


def data(rows: Sequence[dict[str, object]]) -> alt.InlineData:
    """Put rows into a specification as they are."""
    return alt.InlineData(values=list(rows))
