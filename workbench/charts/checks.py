"""Charts of the data quality report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.charts import base

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure


def failing_by_day(frame: "pd.DataFrame", severities: Sequence[str]) -> "Figure":
    """Failing rules a day, stacked by severity. Columns: `day`, and one for each of the severities."""
    colours = dict(zip(severities, (base.STATE_COLOURS["breached"], base.STATE_COLOURS["at_risk"], base.GREY), strict=True))
    bars = [
        {
            "type": "bar", "name": name, "x": base.days(frame), "y": [int(n) for n in frame[name]], "marker": {"color": colours[name]},
            "hovertemplate": f"%{{y}} {name}<extra></extra>",
        }
        for name in severities
    ]  # fmt: skip
    return base.figure(
        bars, 240, barmode="stack", xaxis=base.day_axis(frame), yaxis={"title": {"text": "failing rules"}, "rangemode": "tozero"}
    )
