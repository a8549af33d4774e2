"""Charts of the RAG service level report."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.charts import base

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure


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
        data.append(_budget_line(part, suffix, base.STATE_COLOURS[states[name]]))
        layout |= _budget_axes(part, suffix, (number // columns, rows), (number % columns, columns))
        layout["annotations"].append({
            "text": f"<b>{base.text(title)}</b>", "xref": f"x{suffix} domain", "yref": f"y{suffix} domain", "x": 0, "y": 1,
            "yanchor": "bottom", "xanchor": "left", "showarrow": False, "yshift": 4,
        })  # fmt: skip
    return base.figure(data, height=80 + _ROW * rows + _GAP * (rows - 1), showlegend=False, hovermode="x", **layout)


_ROW, _GAP = 115, 60
"""Pixels of a small chart and between two: the gap holds dates and the next heading."""


def _budget_line(part: "pd.DataFrame", suffix: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": list(part["at"].dt.strftime("%Y-%m-%dT%H:%M")), "y": base.rounded(part["remaining"]),
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
    frame = base.every_day(base.shown(frame))
    hover = "%{y:,.0f} ms<extra></extra>"
    data = [base.line(frame, f"{name}_ms", name, index, f"{name} {hover}") for index, name in enumerate(("p50", "p95", "p99"))]
    few = list(frame["few"].fillna(False).astype(bool)) if len(frame) else []
    data[2]["marker"] = {**data[2]["marker"], "size": 7, "symbol": ["circle-open" if value else "circle" for value in few]}
    axis = base.log_axis("latency (log scale)", range(7), lambda ms: f"{ms:g} ms" if ms < 1000 else f"{ms / 1000:g} s")
    layout: dict[str, Any] = {"yaxis": axis}
    if threshold_ms:
        layout |= _threshold(threshold_ms, f"objective: {threshold_ms:,.0f} ms")
    return base.figure(data, 360, xaxis=base.day_axis(frame), **layout)


def _threshold(value: float, label: str) -> dict[str, Any]:
    import math

    level = {"x0": 0, "x1": 1, "y0": value, "y1": value, "line": {"color": base.GREY, "width": 1.5, "dash": "dot"}}
    line = {"type": "line", "xref": "paper", **level}
    place = {"xref": "paper", "x": 1, "xanchor": "right", "y": math.log10(value), "yanchor": "bottom"}
    note = {"text": base.text(label), "showarrow": False, **place}
    return {"shapes": [line], "annotations": [note]}


def latency_heatmap(frame: "pd.DataFrame") -> "Figure":
    """How the answers of each day spread over latency bands; darker = a larger share of the day's answers.

    Args:
        frame: `day`, `band` (its label), `from_ms`, `answers`, `share` (of the day's answers), `suppressed`.
    """
    bands = list(frame.sort_values("from_ms")["band"].unique())
    shown = base.shown(frame)
    hidden = frame.drop(shown.index).assign(share=1.0)
    hover = "%{x|%a %-d %b}: %{z:.1%} of answers took %{y}<extra></extra>"
    withheld = "%{x|%a %-d %b}, %{y}: withheld<extra></extra>"
    data = [_cells(shown, bands, base.SCALE, hover), _cells(hidden, bands, base.FLAT, withheld)]
    axes = {
        "xaxis": base.day_axis(frame, showgrid=False),
        "yaxis": {"type": "category", "showgrid": False, "categoryarray": [base.text(b) for b in bands]},
    }
    return base.figure(data, 80 + 22 * max(len(bands), 3), hovermode="closest", **axes)


def _cells(part: "pd.DataFrame", bands: Sequence[str], scale: list[list[Any]], hover: str) -> dict[str, Any]:
    wide = part.pivot(index="band", columns="day", values="share").reindex(bands)
    return {
        "type": "heatmap", "x": [f"{column:%Y-%m-%d}" for column in wide.columns], "y": [base.text(band) for band in bands],
        "z": [base.rounded(row, 3) for _, row in wide.iterrows()], "colorscale": scale, "zmin": 0, "xgap": 1, "ygap": 1,
        "hoverongaps": False, "hovertemplate": hover, "showscale": False,
    }  # fmt: skip


def shares(frame: "pd.DataFrame", names: Mapping[str, str]) -> "Figure":
    """Daily proportions with their 95 % intervals.

    Args:
        frame: `day`, `measure`, `value`, `low`, `high` (ratios).
        names: measure → label, in the order drawn.
    """
    data = []
    for index, (measure, label) in enumerate(names.items()):
        part = base.every_day(base.shown(frame[frame["measure"] == measure]))
        data.append(base.band(part, "low", "high", index))
        data.append(base.line(part, "value", label, index, f"{base.text(label)} %{{y:.1%}}<extra></extra>"))
    return base.figure(data, 340, xaxis=base.day_axis(base.shown(frame)), yaxis={"tickformat": ".0%", "title": "share"})


def cost_by_day(frame: "pd.DataFrame") -> "Figure":
    """Yen spent a day, stacked by model.

    Args:
        frame: `day`, `model`, `cost_jpy`, `suppressed`; the largest six models keep their names, the others are drawn as one.
    """
    frame = _largest(base.shown(frame), "model", "cost_jpy")
    order = frame.groupby("model")["cost_jpy"].sum().sort_values(ascending=False).index
    data = [
        {
            "type": "bar", "name": base.text(model), "x": base.days(part), "y": base.rounded(part["cost_jpy"], 2),
            "marker": {"color": base.PALETTE[index]},
            "hovertemplate": f"{base.text(model)} ¥%{{y:,.0f}}<extra></extra>",
        }
        for index, model in enumerate(order) for part in [frame[frame["model"] == model]]
    ]  # fmt: skip
    return base.figure(data, 320, barmode="stack", xaxis=base.day_axis(frame), yaxis={"title": "yen a day", "tickprefix": "¥"})


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
    frame = base.shown(frame)
    models = frame.groupby("model")["answers"].sum().nlargest(len(base.PALETTE)).index
    data = [
        base.line(
            base.every_day(frame[frame["model"] == model]),
            "cost_per_answer_jpy",
            model,
            index,
            f"{base.text(model)} ¥%{{y:.4f}}<extra></extra>",
        )
        for index, model in enumerate(models)
    ]
    marks = changes[changes["model"].isin(models)]
    lines = [
        {"type": "line", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": base.GREY, "dash": "dot", "width": 1.5}}
        for day in base.days(marks)
    ]
    notes = [
        {
            "text": f"{base.text(model)}: new price",
            "x": day,
            "yref": "paper",
            "y": 1,
            "xanchor": "left",
            "yanchor": "top",
            "showarrow": False,
        }
        for model, day in zip(marks["model"], base.days(marks), strict=True)
    ]
    yaxis = base.log_axis("yen an answer (log scale)", range(-5, 5), lambda yen: f"¥{yen:g}")
    return base.figure(data, 320, shapes=lines, annotations=notes, xaxis=base.day_axis(frame), yaxis=yaxis)


def compared_groups(frame: "pd.DataFrame") -> "Figure":
    """A rate for each group, raw with its interval and standardised: dots that part show that the groups are not asked alike.

    Args:
        frame: `group`, `raw`, `raw_low`, `raw_high`, `standardised`, `suppressed` (ratios).
    """
    frame = base.shown(frame).sort_values("raw")
    names = [base.text(group) for group in frame["group"]]
    raw, low, high = (frame[column] for column in ("raw", "raw_low", "raw_high"))
    bars = {"type": "data", "symmetric": False, "array": base.rounded(high - raw), "arrayminus": base.rounded(raw - low), "thickness": 1.5}
    data = [
        {
            "type": "scatter", "mode": "markers", "name": "as asked (95 % interval)", "x": base.rounded(raw), "y": names, "error_x": bars,
            "marker": {"size": 9, "color": base.PALETTE[0]}, "hovertemplate": "%{y}: %{x:.2%} as asked<extra></extra>",
        },
        {
            "type": "scatter", "mode": "markers", "name": "standardised", "x": base.rounded(frame["standardised"]), "y": names,
            "marker": {"size": 10, "color": base.PALETTE[1], "symbol": "diamond-open", "line": {"width": 2}},
            "hovertemplate": "%{y}: %{x:.2%} standardised<extra></extra>",
        },
    ]  # fmt: skip
    return base.figure(data, 110 + 34 * len(names), hovermode="closest", xaxis={"tickformat": ".1%"}, yaxis={"type": "category"})


def answers_by_day(frame: "pd.DataFrame") -> "Figure":
    """Answers a day, good and erroneous; silent days (learners there, no answer) are marked.

    Args:
        frame: `day`, `answers`, `errors`, `kind` (`data`, `idle` or `silent`), `suppressed`.
    """
    shown, silent = base.shown(frame), frame[frame["kind"] == "silent"]
    good = list(shown["answers"] - shown["errors"])
    data = [
        {"type": "bar", "name": "answers", "x": base.days(shown), "y": good, "marker": {"color": base.PALETTE[0]}},
        {"type": "bar", "name": "errors", "x": base.days(shown), "y": list(shown["errors"]), "marker": {"color": base.PALETTE[1]}},
        {
            "type": "scatter", "mode": "markers", "name": "silent day", "x": base.days(silent), "y": [0] * len(silent),
            "marker": {"symbol": "x", "size": 10, "color": base.STATE_COLOURS["breached"]}, "hovertemplate": "no answers<extra></extra>",
        },
    ]  # fmt: skip
    return base.figure(data, 260, barmode="stack", xaxis=base.day_axis(frame), yaxis={"title": "answers a day"})
