"""Charts of the engagement report: funnels, videos, shares by state and by tenant."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.charts import base

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure


def funnels(frame: "pd.DataFrame", titles: Mapping[str, str], columns: int = 2) -> "Figure":
    """Funnels side by side: a bar a step, its length the share of the learners of the first step.

    Args:
        frame: `flow`, `step_no`, `step`, `learners`, `of_first` (ratio), `of_first_low`, `of_first_high`, `suppressed`.
        titles: heading of each flow, in the order drawn.
    """
    data, rows = [], -(-len(titles) // columns)
    layout: dict[str, Any] = {"annotations": []}
    most = int(frame["step_no"].max())
    for number, (name, title) in enumerate(titles.items()):
        part, suffix = frame[frame["flow"] == name].sort_values("step_no"), str(number + 1) if number else ""
        data.append(_steps(part, suffix))
        layout |= _axes(suffix, (number // columns, rows), (number % columns, columns), part)
        layout["annotations"].append({
            "text": f"<b>{base.text(title)}</b>", "xref": f"x{suffix} domain", "yref": f"y{suffix} domain", "x": 0, "y": 1,
            "yanchor": "bottom", "xanchor": "left", "showarrow": False, "yshift": 4,
        })  # fmt: skip
    return base.figure(data, 60 + rows * (50 + 34 * most), showlegend=False, hovermode="closest", bargap=0.3, **layout)


def _steps(part: "pd.DataFrame", suffix: str) -> dict[str, Any]:
    shown = base.shown(part)
    shares = base.rounded(shown["of_first"])
    words = [f"{learners:,.0f} learners, {share:.0%}" for learners, share in zip(shown["learners"], shown["of_first"], strict=True)]
    return {
        "type": "bar", "orientation": "h", "y": [base.text(step) for step in shown["step"]], "x": shares, "text": words,
        "textposition": "auto", "insidetextanchor": "start", "marker": {"color": base.PALETTE[0]}, "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}", "hovertemplate": "%{y}: %{text}<extra></extra>",
    }  # fmt: skip


def _axes(suffix: str, row: tuple[int, int], column: tuple[int, int], part: "pd.DataFrame") -> dict[str, Any]:
    """Axes of the funnel at (place, of how many) rows and columns; the names of the steps stand left of their bars."""
    width, height = 1 / column[1], 1 / row[1]
    left, top = column[0] * width + 0.13, 1 - row[0] * height
    return {
        f"xaxis{suffix}": {"domain": [left, (column[0] + 1) * width - 0.01], "anchor": f"y{suffix}", "range": [0, 1], "visible": False},
        f"yaxis{suffix}": {
            "domain": [top - 0.8 * height, top], "anchor": f"x{suffix}", "type": "category", "autorange": "reversed", "showgrid": False,
            "categoryarray": [base.text(step) for step in part["step"]], "automargin": False,
        },
    }  # fmt: skip


def audience(frame: "pd.DataFrame", stops: "pd.DataFrame") -> "Figure":
    """The audience of a video along its time: first watch and re-watch, milestones marked.

    Args:
        frame: `from_second`, `to_second`, `first_watch` (learners), `rewatch` (times), `suppressed`.
        stops: `timestamp_seconds`, `milestone`.
    """
    shown = base.shown(frame).sort_values("from_second")
    x = base.rounded((shown["from_second"] + shown["to_second"]) / 120, 3)
    data = []
    for index, (name, label) in enumerate((("first_watch", "first watch (learners)"), ("rewatch", "watched again (times)"))):
        data.append({
            "type": "scatter", "mode": "lines", "name": label, "x": x, "y": base.rounded(shown[name], 1),
            "line": {"color": base.PALETTE[index], "width": 2, "dash": base.DASHES[index]}, "fill": "tozeroy" if not index else "none",
            "fillcolor": "rgba(68,119,170,.15)", "hovertemplate": f"{label}: %{{y:.0f}}<extra></extra>",
        })  # fmt: skip
    line = {"color": base.GREY, "dash": "dot", "width": 1.5}
    at = [round(float(second) / 60, 3) for second in stops["timestamp_seconds"]]
    shapes = [{"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line} for x in at]
    notes = [{"text": base.text(name), "x": x, "yref": "paper", "y": 1, "yanchor": "top", "xanchor": "left", "showarrow": False}
             for x, name in zip(at, stops["milestone"], strict=True)]  # fmt: skip
    axes = {"xaxis": {"title": "minute of the video"}, "yaxis": {"rangemode": "tozero"}, "margin": {"l": 56, "r": 24, "t": 40, "b": 56}}
    return base.figure(data, 300, shapes=shapes, annotations=notes, **axes)


def shares(frame: "pd.DataFrame", column: str, labels: Sequence[str]) -> "Figure":
    """Shares with their 95 % intervals, one dot a row.

    Args:
        frame: `column` (its rows), `share`, `low`, `high` (ratios), `suppressed`; NaN shares are left out. labels: of the rows.
    """
    named = base.shown(frame.assign(label=[base.text(label) for label in labels])).dropna(subset=[column]).iloc[::-1]
    value = named[column]
    spread = {"type": "data", "symmetric": False, "array": base.rounded(named["high"] - value), "thickness": 1.5,
              "arrayminus": base.rounded(value - named["low"])}  # fmt: skip
    data = [{
        "type": "scatter", "mode": "markers", "x": base.rounded(value), "y": list(named["label"]), "error_x": spread,
        "marker": {"size": 10, "color": base.PALETTE[0]}, "hovertemplate": "%{y}: %{x:.0%}<extra></extra>",
    }]  # fmt: skip
    axes = {"xaxis": {"tickformat": ".0%", "range": [0, 1]}, "yaxis": {"type": "category"}}
    return base.figure(data, 80 + 34 * max(len(named), 2), hovermode="closest", margin={"l": 56, "r": 24, "t": 30, "b": 36}, **axes)


def states_by_platform(frame: "pd.DataFrame", names: Mapping[str, str], labels: Mapping[str, str], colours: Mapping[str, str]) -> "Figure":
    """Learners by state, one stacked bar a platform, as shares of those enrolled.

    Args:
        frame: `platform`, `state`, `learners`, `share`, `suppressed`. names: platform → label. labels, colours: of the states.
    """
    shown = base.shown(frame)
    order = [base.text(label) for label in names.values()]
    data = []
    for state, label in labels.items():
        part = shown[shown["state"] == state].dropna(subset=["learners"])
        if len(part):
            data.append({
                "type": "bar", "orientation": "h", "name": base.text(label), "x": [int(n) for n in part["learners"]],
                "y": [base.text(names[p]) for p in part["platform"]], "marker": {"color": colours[state]},
                "hovertemplate": f"{base.text(label)}: %{{x:,.0f}} learners<extra></extra>",
            })  # fmt: skip
    axes = {"xaxis": {"title": "enrolled learners"}, "yaxis": {"type": "category", "categoryarray": order, "autorange": "reversed"}}
    margin = {"l": 56, "r": 24, "t": 40, "b": 56}
    return base.figure(data, 120 + 40 * len(order), barmode="stack", hovermode="closest", bargap=0.35, margin=margin, **axes)
