"""Charts of the progress report. Rows marked `suppressed` are left out, hover text and embedded data included."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.charts import base

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure


def mastery_heatmap(frame: "pd.DataFrame") -> "Figure":
    """How surely each skill is known; the stronger the blue, the larger the share of the skill's learners in the band.

    Args:
        frame: `label` of the skill, `band`, `from_share`, `share`, `suppressed`; skills in the order drawn from the top.
    """
    bands = list(frame.sort_values("from_share")["band"].unique())
    skills = list(dict.fromkeys(frame["label"]))[::-1]
    shown = base.shown(frame)
    hidden = frame.drop(shown.index).assign(share=1.0)
    data = [
        _cells(shown, skills, bands, base.SCALE, "%{y}: %{z:.0%} %{x}<extra></extra>"),
        _cells(hidden, skills, bands, base.FLAT, "%{y}, %{x}: withheld<extra></extra>"),
    ]
    xaxis = {"type": "category", "side": "top", "showgrid": False, "categoryarray": [base.text(band) for band in bands]}
    yaxis = {"type": "category", "showgrid": False, "categoryarray": [base.text(skill) for skill in skills]}
    return base.figure(data, 90 + 20 * max(len(skills), 3), hovermode="closest", xaxis=xaxis, yaxis=yaxis)


def _cells(part: "pd.DataFrame", skills: list[str], bands: list[str], scale: list[list[Any]], hover: str) -> dict[str, Any]:
    wide = part.pivot(index="label", columns="band", values="share").reindex(index=skills, columns=bands)
    return {
        "type": "heatmap",
        "x": [base.text(band) for band in bands],
        "y": [base.text(skill) for skill in skills],
        "z": [base.rounded(row, 3) for _, row in wide.iterrows()],
        "colorscale": scale,
        "zmin": 0,
        "zmax": 1,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "hovertemplate": hover,
        "showscale": False,
    }


def time_to_mastery(frame: "pd.DataFrame", unit: str) -> "Figure":
    """Share of the learners of each skill who have mastered it by so many answers, or days; those not there yet are censored.

    Args:
        frame: `skill`, `time`, `mastered_share`; at most seven skills. unit: label of the axis.
    """
    data = [
        {**_line(part, "time", "mastered_share", skill, index), "mode": "lines", "line": {**_look(index), "shape": "hv"}}
        for index, (skill, part) in enumerate(frame.groupby("skill", sort=False))
    ]
    return base.figure(
        data, 360, xaxis={"title": unit, "rangemode": "tozero"}, yaxis={"tickformat": ".0%", "range": [0, 1], "title": "mastered"}
    )


def learning_curves(frame: "pd.DataFrame") -> "Figure":
    """Small plots, one a skill: error rate by opportunity with its interval, of everybody (line), of the same learners all through (dots).

    Args:
        frame: `skill`, `view` (everybody, steady), `opportunity`, `error_rate`, `low`, `high`, `learners`, `suppressed`.
    """
    from plotly.subplots import make_subplots

    shown = base.shown(frame)
    skills = list(dict.fromkeys(shown["skill"]))
    rows = -(-len(skills) // 3)
    grid = make_subplots(
        rows=rows, cols=3, shared_yaxes=True, subplot_titles=[base.text(skill) for skill in skills], vertical_spacing=0.28 / max(rows, 1)
    )
    for place, skill in enumerate(skills):
        part = shown[shown["skill"] == skill]
        for trace in _curve(part, first=place == 0):
            grid.add_trace(trace, row=place // 3 + 1, col=place % 3 + 1)
    made = base.figure([], 130 + 170 * max(rows, 1), hovermode="closest")
    grid.update_layout(made.layout)
    grid.update_layout(margin={"t": 80}, legend={"yref": "container", "y": 1.0, "yanchor": "top"})
    grid.update_annotations(font_size=13)
    grid.update_yaxes(tickformat=".0%", rangemode="tozero")
    return grid


def _curve(part: "pd.DataFrame", first: bool) -> list[dict[str, Any]]:
    whole, steady = (part[part["view"] == view].sort_values("opportunity") for view in ("everybody", "steady"))
    x = list(whole["opportunity"].astype(int))
    colour = base.PALETTE[0]
    area = {
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "x": [*x, *reversed(x)],
        "line": {"width": 0},
        "y": [*base.rounded(whole["high"]), *reversed(base.rounded(whole["low"]))],
        "fillcolor": "rgba(68,119,170,.18)",
        "hoverinfo": "skip",
        "showlegend": False,
    }
    hover = "opportunity %{x}: %{y:.1%} wrong, %{customdata} learners<extra></extra>"
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "everybody (95 % interval)",
        "x": x,
        "y": base.rounded(whole["error_rate"]),
        "customdata": [int(n) for n in whole["learners"]],
        "line": {"color": colour, "width": 2},
        "marker": {"size": 4},
        "showlegend": first,
        "hovertemplate": hover,
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": "the same learners throughout",
        "x": list(steady["opportunity"].astype(int)),
        "y": base.rounded(steady["error_rate"]),
        "customdata": [int(n) for n in steady["learners"]],
        "marker": {"color": base.PALETTE[1], "size": 7, "symbol": "diamond-open"},
        "showlegend": first,
        "hovertemplate": hover,
    }
    return [area, line, dots]


def reliability(frame: "pd.DataFrame", names: Mapping[str, str]) -> "Figure":
    """Predicted against observed share of right answers; on the diagonal the model means what it says.

    Args:
        frame: `predictor`, `predicted`, `observed`, `low`, `high`, `suppressed` (ratios). names: predictor → label, in the order drawn.
    """
    shown = base.shown(frame)
    data: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "as predicted",
            "x": [0, 1],
            "y": [0, 1],
            "hoverinfo": "skip",
            "line": {"color": base.GREY, "dash": "dot", "width": 1.5},
        }
    ]
    for index, (predictor, label) in enumerate(names.items()):
        part = shown[shown["predictor"] == predictor].sort_values("predicted")
        ends = {
            "type": "data",
            "symmetric": False,
            "array": base.rounded(part["high"] - part["observed"]),
            "arrayminus": base.rounded(part["observed"] - part["low"]),
        }
        data.append({**_line(part, "predicted", "observed", label, index), "error_y": {**ends, "thickness": 1.2}})
    span = [0, 1]
    return base.figure(
        data,
        400,
        hovermode="closest",
        xaxis={"tickformat": ".0%", "title": "predicted", "range": span},
        yaxis={"tickformat": ".0%", "title": "observed", "range": span},
    )


def due_by_day(frame: "pd.DataFrame") -> "Figure":
    """Reviews due a day. Columns: `day`, `reviews`, `suppressed`."""
    shown = base.shown(frame)
    bars = [
        {
            "type": "bar",
            "name": "reviews due",
            "x": base.days(shown),
            "y": [int(n) for n in shown["reviews"]],
            "marker": {"color": base.PALETTE[0]},
            "hovertemplate": "%{y} reviews<extra></extra>",
        }
    ]
    return base.figure(bars, 240, xaxis=base.day_axis(frame), yaxis={"title": "reviews due", "rangemode": "tozero"})


def recall(frame: "pd.DataFrame") -> "Figure":
    """Observed recall by days since the last practice with its interval, and what tracing predicts.

    Args:
        frame: `band` (label), `recall`, `low`, `high`, `predicted`, `suppressed` (ratios).
    """
    shown = base.shown(frame)
    bars = {
        "type": "data",
        "symmetric": False,
        "array": base.rounded(shown["high"] - shown["recall"]),
        "arrayminus": base.rounded(shown["recall"] - shown["low"]),
    }
    names = [base.text(band) for band in shown["band"]]
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "recalled (95 % interval)",
            "x": names,
            "y": base.rounded(shown["recall"]),
            "error_y": {**bars, "thickness": 1.5},
            "line": _look(0),
            "marker": {"size": 8},
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "predicted by tracing",
            "x": names,
            "y": base.rounded(shown["predicted"]),
            "line": _look(1),
            "marker": {"size": 8, "symbol": "diamond-open"},
        },
    ]
    return base.figure(
        data, 300, xaxis={"type": "category", "title": "days since last practised"}, yaxis={"tickformat": ".0%", "title": "right"}
    )


def grades(frame: "pd.DataFrame") -> "Figure":
    """Units by letter, a bar a kind. Columns: `label` of the kind, `grade`, `share`, `suppressed`."""
    shown = base.shown(frame)
    data = [
        {
            "type": "bar",
            "name": base.text(kind),
            "x": [base.text(grade) for grade in part["grade"]],
            "y": base.rounded(part["share"]),
            "marker": {"color": base.PALETTE[index % len(base.PALETTE)]},
            "hovertemplate": "%{x}: %{y:.1%}<extra></extra>",
        }
        for index, (kind, part) in enumerate(shown.groupby("label", sort=False))
    ]
    letters = sorted(shown["grade"].unique(), key=lambda letter: (letter != "S", letter))
    xaxis = {"type": "category", "categoryorder": "array", "categoryarray": [base.text(letter) for letter in letters]}
    return base.figure(data, 260, barmode="group", xaxis=xaxis, yaxis={"tickformat": ".0%", "title": "share of graded units"})


def _look(index: int) -> dict[str, Any]:
    return {"color": base.PALETTE[index % len(base.PALETTE)], "width": 2, "dash": base.DASHES[index % len(base.DASHES)]}


def _line(part: "pd.DataFrame", x: str, y: str, name: str, index: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": base.text(name),
        "x": base.rounded(part[x]),
        "y": base.rounded(part[y]),
        "line": _look(index),
        "marker": {"size": 7},
    }
