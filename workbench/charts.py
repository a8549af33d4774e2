"""One function a chart: a DataFrame goes in, a plotly figure comes out.

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
_GRID = "rgba(128,134,144,.25)"
_CLEAR = "rgba(0,0,0,0)"
_SCALE = [[0, "rgba(59,127,196,.22)"], [1, "rgba(59,127,196,1)"]]  # by opacity: more ink is more answers on white and on black
_FLAT = [[0, "rgba(138,143,152,.16)"], [1, "rgba(138,143,152,.16)"]]


def text(value: object) -> str:
    """The value as plain text for plotly, which would read tags in it.

    >>> text("<b>gpt</b>")
    '&lt;b&gt;gpt&lt;/b&gt;'
    """
    return html.escape(str(value))


def _figure(data: Sequence[Mapping[str, Any]], height: int = 320, **layout: Any) -> "Figure":
    import plotly.graph_objects as go

    axis = {"gridcolor": _GRID, "zerolinecolor": _GRID, "linecolor": _GRID, "automargin": True}
    base = {
        "template": {"layout": {"font": {"color": "#7D8590"}, "xaxis": axis, "yaxis": axis, "colorway": list(PALETTE)}},
        "height": height, "paper_bgcolor": _CLEAR, "plot_bgcolor": _CLEAR, "hovermode": "x unified",
        "margin": {"l": 56, "r": 24, "t": 40, "b": 40}, "font": {"size": 12},
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left", "traceorder": "normal"},
    }  # fmt: skip
    return go.Figure({"data": list(data), "layout": {**base, **layout}})


def _day_axis(frame: "pd.DataFrame", **more: Any) -> dict[str, Any]:
    """An axis of whole days: at most about twelve labels, never an hour between two days."""
    if not len(frame):
        return {"type": "date", **more}
    first, last = frame["day"].min(), frame["day"].max()
    step = -(-((last - first).days + 1) // 12)
    return {"type": "date", "tickformat": "%-d %b", "tick0": f"{first:%Y-%m-%d}", "dtick": step * 86_400_000, **more}


def _shown(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows that may be drawn."""
    return frame[~frame["suppressed"].astype(bool)] if "suppressed" in frame else frame


def _days(frame: "pd.DataFrame", column: str = "day") -> list[str]:
    return list(frame[column].dt.strftime("%Y-%m-%d"))


def _rounded(values: "pd.Series", digits: int = 4) -> list[float | None]:
    return [None if value != value else round(float(value), digits) for value in values]


def _every_day(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame with a row for each day between its first and last: lines break at days without data instead of bridging them."""
    import pandas as pd

    if not len(frame):
        return frame
    days = pd.date_range(frame["day"].min(), frame["day"].max(), freq="D")
    return frame.set_index("day").reindex(days).rename_axis("day").reset_index()


def _line(frame: "pd.DataFrame", column: str, name: str, index: int, shown: str, **more: Any) -> dict[str, Any]:
    marker = {"size": 5, "color": PALETTE[index % len(PALETTE)]}
    return {
        "type": "scatter", "mode": "lines+markers", "name": text(name), "x": _days(frame), "y": _rounded(frame[column]),
        "line": {"color": PALETTE[index % len(PALETTE)], "width": 2, "dash": DASHES[index % len(DASHES)]}, "marker": marker,
        "hovertemplate": shown, **more,
    }  # fmt: skip


def _band(frame: "pd.DataFrame", low: str, high: str, index: int, **more: Any) -> dict[str, Any]:
    """The interval around a line; each stretch without gaps is a polygon of its own."""
    x: list[str | None] = []
    y: list[float | None] = []
    known = frame[low].notna()
    for _, part in frame[known].groupby((~known).cumsum()[known]):
        days = _days(part)
        x += [*days, *reversed(days), None]
        y += [*_rounded(part[high]), *reversed(_rounded(part[low])), None]
    colour = PALETTE[index % len(PALETTE)]
    rgb = ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return {
        "type": "scatter", "mode": "lines", "fill": "toself", "x": x, "y": y, "line": {"width": 0}, "fillcolor": f"rgba({rgb},.18)",
        "hoverinfo": "skip", "showlegend": False, **more,
    }  # fmt: skip


def burn_down(frame: "pd.DataFrame", titles: Mapping[str, str], states: Mapping[str, str], columns: int = 2) -> "Figure":
    """What is left of each objective's error budget, one small chart an objective.

    Args:
        frame: `objective`, `at` (instant), `remaining` (1 = untouched, below 0 = overspent).
        titles: heading of each objective, in the order drawn.
        states: state of each objective; it colours the line.
        columns: charts side by side.
    """
    data, rows = [], -(-len(titles) // columns)
    layout: dict[str, Any] = {"grid": {"rows": rows, "columns": columns, "pattern": "independent"}, "annotations": []}
    for number, (name, title) in enumerate(titles.items()):
        part, suffix = frame[frame["objective"] == name], str(number + 1) if number else ""
        data.append(_budget_line(part, suffix, STATE_COLOURS[states[name]]))
        layout |= _budget_axes(part, suffix, (number // columns, rows), (number % columns, columns))
        layout["annotations"].append({
            "text": f"<b>{text(title)}</b>", "xref": f"x{suffix} domain", "yref": f"y{suffix} domain", "x": 0, "y": 1, "yanchor": "bottom",
            "xanchor": "left", "showarrow": False, "yshift": 4,
        })  # fmt: skip
    return _figure(data, height=80 + _ROW * rows + _GAP * (rows - 1), showlegend=False, hovermode="x", **layout)


_ROW, _GAP = 115, 60
"""Pixels of a small chart and between two: the gap holds dates and the next heading."""


def _budget_line(part: "pd.DataFrame", suffix: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": list(part["at"].dt.strftime("%Y-%m-%dT%H:%M")), "y": _rounded(part["remaining"]),
        "xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "line": {"color": colour, "width": 2, "shape": "hv"}, "fill": "tozeroy",
        "hovertemplate": "%{y:.0%} left<extra>%{x|%-d %b %H:%M}</extra>",
    }  # fmt: skip


def _budget_axes(part: "pd.DataFrame", suffix: str, row: tuple[int, int], column: tuple[int, int]) -> dict[str, Any]:
    """Axes of the small chart at (place, of how many) rows and columns."""
    width, height = (1 - 0.07 * (column[1] - 1)) / column[1], _ROW * row[1] + _GAP * (row[1] - 1)
    left, top = column[0] * (width + 0.07), 1 - row[0] * (_ROW + _GAP) / height
    lowest = min(0.0, float(part["remaining"].min())) if len(part) and part["remaining"].notna().any() else 0.0
    return {
        f"xaxis{suffix}": {"domain": [left, left + width], "anchor": f"y{suffix}", "nticks": 6, "tickformat": "%-d %b", "type": "date"},
        f"yaxis{suffix}": {
            "domain": [max(top - _ROW / height, 0), top], "anchor": f"x{suffix}", "tickformat": ".0%", "range": [lowest * 1.1, 1.05],
            "nticks": 4, "zerolinewidth": 2,
        },
    }  # fmt: skip


def latency_lines(frame: "pd.DataFrame", threshold_ms: float | None = None) -> "Figure":
    """Daily latency percentiles on a logarithmic scale; a p99 over fewer than 100 answers has an open marker.

    Args:
        frame: `day`, `answers`, `p50_ms`, `p95_ms`, `p99_ms`, `few`.
        threshold_ms: a line to compare with, for instance the objective's.
    """
    frame = _every_day(_shown(frame))
    hover = "%{y:,.0f} ms<extra></extra>"
    data = [_line(frame, f"{name}_ms", name, index, f"{name} {hover}") for index, name in enumerate(("p50", "p95", "p99"))]
    few = list(frame["few"].fillna(False).astype(bool)) if len(frame) else []
    data[2]["marker"] = {**data[2]["marker"], "size": 7, "symbol": ["circle-open" if value else "circle" for value in few]}
    axis = _log_axis("latency (log scale)", range(7), lambda ms: f"{ms:g} ms" if ms < 1000 else f"{ms / 1000:g} s")
    layout: dict[str, Any] = {"yaxis": axis}
    if threshold_ms:
        layout |= _threshold(threshold_ms, f"objective: {threshold_ms:,.0f} ms")
    return _figure(data, 360, xaxis=_day_axis(frame), **layout)


def _log_axis(title: str, powers: range, label: Callable[[float], str]) -> dict[str, Any]:
    """A logarithmic axis with labels at 1, 2 and 5 of each power of ten."""
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return {"type": "log", "title": title, "tickvals": ticks, "ticktext": [label(tick) for tick in ticks]}


def _threshold(value: float, label: str) -> dict[str, Any]:
    import math

    level = {"x0": 0, "x1": 1, "y0": value, "y1": value, "line": {"color": GREY, "width": 1.5, "dash": "dot"}}
    line = {"type": "line", "xref": "paper", **level}
    place = {"xref": "paper", "x": 1, "xanchor": "right", "y": math.log10(value), "yanchor": "bottom"}
    note = {"text": text(label), "showarrow": False, **place}
    return {"shapes": [line], "annotations": [note]}


def latency_heatmap(frame: "pd.DataFrame") -> "Figure":
    """How the answers of each day spread over latency bands; darker = a larger share of the day's answers.

    Args:
        frame: `day`, `band` (its label), `from_ms`, `answers`, `share` (of the day's answers), `suppressed`.
    """
    bands = list(frame.sort_values("from_ms")["band"].unique())
    shown = _shown(frame)
    hidden = frame.drop(shown.index).assign(share=1.0)
    hover = "%{x|%a %-d %b}: %{z:.1%} of answers took %{y}<extra></extra>"
    withheld = "%{x|%a %-d %b}, %{y}: withheld<extra></extra>"
    data = [_cells(shown, bands, _SCALE, hover), _cells(hidden, bands, _FLAT, withheld)]
    axes = {
        "xaxis": _day_axis(frame, showgrid=False),
        "yaxis": {"type": "category", "showgrid": False, "categoryarray": [text(b) for b in bands]},
    }
    return _figure(data, 80 + 22 * max(len(bands), 3), hovermode="closest", **axes)


def _cells(part: "pd.DataFrame", bands: Sequence[str], scale: list[list[Any]], hover: str) -> dict[str, Any]:
    wide = part.pivot(index="band", columns="day", values="share").reindex(bands)
    return {
        "type": "heatmap", "x": [f"{column:%Y-%m-%d}" for column in wide.columns], "y": [text(band) for band in bands],
        "z": [_rounded(row, 3) for _, row in wide.iterrows()], "colorscale": scale, "zmin": 0, "xgap": 1, "ygap": 1, "hoverongaps": False,
        "hovertemplate": hover, "showscale": False,
    }  # fmt: skip


def shares(frame: "pd.DataFrame", names: Mapping[str, str]) -> "Figure":
    """Daily proportions with their 95 % intervals.

    Args:
        frame: `day`, `measure`, `value`, `low`, `high` (ratios).
        names: measure → label, in the order drawn.
    """
    data = []
    for index, (measure, label) in enumerate(names.items()):
        part = _every_day(_shown(frame[frame["measure"] == measure]))
        data.append(_band(part, "low", "high", index))
        data.append(_line(part, "value", label, index, f"{text(label)} %{{y:.1%}}<extra></extra>"))
    return _figure(data, 340, xaxis=_day_axis(_shown(frame)), yaxis={"tickformat": ".0%", "title": "share"})


def cost_by_day(frame: "pd.DataFrame") -> "Figure":
    """Yen spent a day, stacked by model.

    Args:
        frame: `day`, `model`, `cost_jpy`, `suppressed`; the largest six models keep their names, the others are drawn as one.
    """
    frame = _largest(_shown(frame), "model", "cost_jpy")
    order = frame.groupby("model")["cost_jpy"].sum().sort_values(ascending=False).index
    data = [
        {
            "type": "bar", "name": text(model), "x": _days(part), "y": _rounded(part["cost_jpy"], 2), "marker": {"color": PALETTE[index]},
            "hovertemplate": f"{text(model)} ¥%{{y:,.0f}}<extra></extra>",
        }
        for index, model in enumerate(order) for part in [frame[frame["model"] == model]]
    ]  # fmt: skip
    return _figure(data, 320, barmode="stack", xaxis=_day_axis(frame), yaxis={"title": "yen a day", "tickprefix": "¥"})


def _largest(frame: "pd.DataFrame", column: str, by: str, keep: int = 6) -> "pd.DataFrame":
    """The frame with all but the `keep` largest groups put together as "others"."""
    totals = frame.groupby(column)[by].sum().sort_values(ascending=False)
    if len(totals) <= keep:
        return frame
    small = frame[column].isin(totals.index[keep:])
    return frame.assign(**{column: frame[column].mask(small, "others")}).groupby(["day", column], as_index=False)[by].sum()


def cost_per_answer(frame: "pd.DataFrame", changes: "pd.DataFrame") -> "Figure":
    """Yen an answer by day and model on a logarithmic scale, with a mark where a model's price changed: equal steps are equal factors.

    Args:
        frame: `day`, `model`, `cost_per_answer_jpy`, `answers`, `suppressed`; the seven models with most answers are drawn.
        changes: `model`, `day`: the first day of the new price.
    """
    frame = _shown(frame)
    models = frame.groupby("model")["answers"].sum().nlargest(len(PALETTE)).index
    data = [
        _line(_every_day(frame[frame["model"] == model]), "cost_per_answer_jpy", model, index, f"{text(model)} ¥%{{y:.4f}}<extra></extra>")
        for index, model in enumerate(models)
    ]
    marks = changes[changes["model"].isin(models)]
    lines = [
        {"type": "line", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": GREY, "dash": "dot", "width": 1.5}}
        for day in _days(marks)
    ]
    notes = [
        {"text": f"{text(model)}: new price", "x": day, "yref": "paper", "y": 1, "xanchor": "left", "yanchor": "top", "showarrow": False}
        for model, day in zip(marks["model"], _days(marks), strict=True)
    ]
    yaxis = _log_axis("yen an answer (log scale)", range(-5, 5), lambda yen: f"¥{yen:g}")
    return _figure(data, 320, shapes=lines, annotations=notes, xaxis=_day_axis(frame), yaxis=yaxis)


def compared_groups(frame: "pd.DataFrame") -> "Figure":
    """A rate for each group, raw with its interval and standardised: dots that part show that the groups are not asked alike.

    Args:
        frame: `group`, `raw`, `raw_low`, `raw_high`, `standardised`, `suppressed` (ratios).
    """
    frame = _shown(frame).sort_values("raw")
    names = [text(group) for group in frame["group"]]
    raw, low, high = (frame[column] for column in ("raw", "raw_low", "raw_high"))
    bars = {"type": "data", "symmetric": False, "array": _rounded(high - raw), "arrayminus": _rounded(raw - low), "thickness": 1.5}
    data = [
        {
            "type": "scatter", "mode": "markers", "name": "as asked (95 % interval)", "x": _rounded(raw), "y": names, "error_x": bars,
            "marker": {"size": 9, "color": PALETTE[0]}, "hovertemplate": "%{y}: %{x:.2%} as asked<extra></extra>",
        },
        {
            "type": "scatter", "mode": "markers", "name": "standardised", "x": _rounded(frame["standardised"]), "y": names,
            "marker": {"size": 10, "color": PALETTE[1], "symbol": "diamond-open", "line": {"width": 2}},
            "hovertemplate": "%{y}: %{x:.2%} standardised<extra></extra>",
        },
    ]  # fmt: skip
    return _figure(data, 110 + 34 * len(names), hovermode="closest", xaxis={"tickformat": ".1%"}, yaxis={"type": "category"})


def answers_by_day(frame: "pd.DataFrame") -> "Figure":
    """Answers a day, good and erroneous; silent days (learners there, no answer) are marked.

    Args:
        frame: `day`, `answers`, `errors`, `kind` (`data`, `idle` or `silent`), `suppressed`.
    """
    shown, silent = _shown(frame), frame[frame["kind"] == "silent"]
    good = list(shown["answers"] - shown["errors"])
    data = [
        {"type": "bar", "name": "answers", "x": _days(shown), "y": good, "marker": {"color": PALETTE[0]}},
        {"type": "bar", "name": "errors", "x": _days(shown), "y": list(shown["errors"]), "marker": {"color": PALETTE[1]}},
        {
            "type": "scatter", "mode": "markers", "name": "silent day", "x": _days(silent), "y": [0] * len(silent),
            "marker": {"symbol": "x", "size": 10, "color": STATE_COLOURS["breached"]}, "hovertemplate": "no answers<extra></extra>",
        },
    ]  # fmt: skip
    return _figure(data, 260, barmode="stack", xaxis=_day_axis(frame), yaxis={"title": "answers a day"})


def failing_by_day(frame: "pd.DataFrame", severities: Sequence[str]) -> "Figure":
    """Failing rules a day, stacked by severity. Columns: `day`, and one for each of the severities."""
    colours = dict(zip(severities, (STATE_COLOURS["breached"], STATE_COLOURS["at_risk"], GREY), strict=True))
    bars = [
        {
            "type": "bar", "name": name, "x": _days(frame), "y": [int(n) for n in frame[name]], "marker": {"color": colours[name]},
            "hovertemplate": f"%{{y}} {name}<extra></extra>",
        }
        for name in severities
    ]  # fmt: skip
    return _figure(bars, 240, barmode="stack", xaxis=_day_axis(frame), yaxis={"title": {"text": "failing rules"}, "rangemode": "tozero"})
