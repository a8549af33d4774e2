"""What every chart is made of: colours, axes, lines and bands.

Colours are Paul Tol's "bright" set, told apart by readers with any colour vision and readable on white and on black; lines differ
in dash or marker too. Backgrounds are transparent: the page, light or dark, gives the ground. Text from data is escaped, because
plotly reads markup. Rows marked `suppressed` (definition X5) are left out, hover text and embedded data included.
"""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

PALETTE = ("#4477AA", "#EE6677", "#228833", "#B39B1E", "#3BA3C7", "#AA3377", "#8A8F98")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
STATE_COLOURS = {"met": "#3B7FC4", "at_risk": "#D99A00", "breached": "#D1512D", "no_data": "#8A8F98"}
GREY = "#8A8F98"
GRID = "rgba(128,134,144,.25)"
CLEAR = "rgba(0,0,0,0)"
SCALE = [[0, "rgba(59,127,196,.22)"], [1, "rgba(59,127,196,1)"]]  # by opacity: more ink is more answers on white and on black
FLAT = [[0, "rgba(138,143,152,.16)"], [1, "rgba(138,143,152,.16)"]]


def text(value: object) -> str:
    """The value as plain text for plotly, which would read tags in it.

    >>> text("<b>gpt</b>")
    '&lt;b&gt;gpt&lt;/b&gt;'
    """
    return html.escape(str(value))


def figure(data: Sequence[Mapping[str, Any]], height: int = 320, **layout: Any) -> "Figure":
    """A figure of these traces in the look of the reports; `layout` overrides it."""
    import plotly.graph_objects as go

    axis = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": GRID, "automargin": True}
    base = {
        "template": {"layout": {"font": {"color": "#7D8590"}, "xaxis": axis, "yaxis": axis, "colorway": list(PALETTE)}},
        "height": height, "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "hovermode": "x unified",
        "margin": {"l": 56, "r": 24, "t": 40, "b": 40}, "font": {"size": 12},
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left", "traceorder": "normal"},
    }  # fmt: skip
    return go.Figure({"data": list(data), "layout": {**base, **layout}})


def day_axis(frame: "pd.DataFrame", **more: Any) -> dict[str, Any]:
    """An axis of whole days: at most about twelve labels, never an hour between two days."""
    if not len(frame):
        return {"type": "date", **more}
    first, last = frame["day"].min(), frame["day"].max()
    step = -(-((last - first).days + 1) // 12)
    return {"type": "date", "tickformat": "%-d %b", "tick0": f"{first:%Y-%m-%d}", "dtick": step * 86_400_000, **more}


def shown(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows that may be drawn."""
    return frame[~frame["suppressed"].astype(bool)] if "suppressed" in frame else frame


def days(frame: "pd.DataFrame", column: str = "day") -> list[str]:
    """The days of a column, as plotly reads them."""
    return list(frame[column].dt.strftime("%Y-%m-%d"))


def rounded(values: "pd.Series", digits: int = 4) -> list[float | None]:
    """The values with few digits, nothing where one is missing."""
    return [None if value != value else round(float(value), digits) for value in values]


def every_day(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame with a row for each day between its first and last: lines break at days without data instead of bridging them."""
    import pandas as pd

    if not len(frame):
        return frame
    days = pd.date_range(frame["day"].min(), frame["day"].max(), freq="D")
    return frame.set_index("day").reindex(days).rename_axis("day").reset_index()


def line(frame: "pd.DataFrame", column: str, name: str, index: int, shown: str, **more: Any) -> dict[str, Any]:
    """A trace: a line over days with its marker, colour and dash; `shown` is the hover text."""
    marker = {"size": 5, "color": PALETTE[index % len(PALETTE)]}
    return {
        "type": "scatter", "mode": "lines+markers", "name": text(name), "x": days(frame), "y": rounded(frame[column]),
        "line": {"color": PALETTE[index % len(PALETTE)], "width": 2, "dash": DASHES[index % len(DASHES)]}, "marker": marker,
        "hovertemplate": shown, **more,
    }  # fmt: skip


def band(frame: "pd.DataFrame", low: str, high: str, index: int, **more: Any) -> dict[str, Any]:
    """The interval around a line; each stretch without gaps is a polygon of its own."""
    x: list[str | None] = []
    y: list[float | None] = []
    known = frame[low].notna()
    for _, part in frame[known].groupby((~known).cumsum()[known]):
        dates = days(part)
        x += [*dates, *reversed(dates), None]
        y += [*rounded(part[high]), *reversed(rounded(part[low])), None]
    colour = PALETTE[index % len(PALETTE)]
    rgb = ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return {
        "type": "scatter", "mode": "lines", "fill": "toself", "x": x, "y": y, "line": {"width": 0}, "fillcolor": f"rgba({rgb},.18)",
        "hoverinfo": "skip", "showlegend": False, **more,
    }  # fmt: skip


def log_axis(title: str, powers: range, label: Callable[[float], str]) -> dict[str, Any]:
    """A logarithmic axis with labels at 1, 2 and 5 of each power of ten."""
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return {"type": "log", "title": title, "tickvals": ticks, "ticktext": [label(tick) for tick in ticks]}
