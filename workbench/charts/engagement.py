"""Charts of the engagement report: active learners, where a change comes from, states, retention, sessions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.charts import base

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
STATE_COLOURS = {
    "new": "#3BA3C7", "active": "#4477AA", "returned": "#228833", "at_risk": "#D99A00", "dormant": "#8A8F98", "never_started": "#AA3377",
    "not_joined": "#B9BEC6", "left": "#B9BEC6",
}  # fmt: skip
MEASURES = {"dau": "a day", "wau": "in 7 days", "mau": "in 28 days"}


def active_learners(frame: "pd.DataFrame", unusual: "pd.DataFrame", changes: "pd.DataFrame") -> "Figure":
    """Learners active a day, in 7 and in 28 days; rings mark days unlike their weekday, dotted lines the first day of another level.

    Args:
        frame: `day`, `dau`, `wau`, `mau`, `suppressed`. unusual: `day`, `value`. changes: `day`, `difference`.
    """
    shown = base.every_day(base.shown(frame)) if len(frame) else frame
    names = list(reversed(MEASURES.items()))
    data = [base.line(shown, name, label, index, f"{label} %{{y:,.0f}}<extra></extra>") for index, (name, label) in enumerate(names)]
    for trace in data[:2]:
        trace["mode"] = "lines"
    ring = {"symbol": "circle-open", "size": 13, "color": base.STATE_COLOURS["breached"], "line": {"width": 2}}
    data.append({
        "type": "scatter", "mode": "markers", "name": "unlike its weekday", "x": base.days(unusual), "y": base.rounded(unusual["value"], 1),
        "marker": ring, "hoverinfo": "skip", "visible": True if len(unusual) else "legendonly", "showlegend": bool(len(unusual)),
    })  # fmt: skip
    steps = zip(base.days(changes), changes["difference"], strict=True)
    marks = [(day, f"{difference:+.0f} a day".replace("-", "−")) for day, difference in steps]
    layout = _vertical(marks)
    return base.figure(data, 340, xaxis=base.day_axis(frame), yaxis={"title": "active learners", "rangemode": "tozero"}, **layout)


def _vertical(marks: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    """Dotted vertical lines with their labels at the top."""
    line = {"color": base.GREY, "dash": "dot", "width": 1.5}
    shapes = [{"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line} for x, _ in marks]
    place = {"yref": "paper", "y": 1, "xanchor": "left", "yanchor": "top", "showarrow": False}
    return {"shapes": shapes, "annotations": [{"text": base.text(words), "x": x, **place} for x, words in marks]}


def platforms_by_day(frame: "pd.DataFrame", names: Mapping[str, str]) -> "Figure":
    """Learners active a day, a line for each platform.

    Args:
        frame: `platform`, `day`, `dau`, `suppressed`. names: platform → label, in the order drawn.
    """
    data = []
    for index, (platform, label) in enumerate(names.items()):
        part = base.every_day(base.shown(frame[frame["platform"] == platform]))
        if len(part):
            data.append(base.line(part, "dau", label, index, f"{base.text(label)} %{{y:,.0f}}<extra></extra>"))
    return base.figure(data, 300, xaxis=base.day_axis(frame), yaxis={"title": "active learners a day", "rangemode": "tozero"})


def calendar(frame: "pd.DataFrame") -> "Figure":
    """Active learners of every day as a calendar: a column a week, a row a weekday; more ink is more learners.

    Args:
        frame: `day`, `dau`, `suppressed`.
    """
    week = frame["day"] - _days(frame["day"].dt.day_of_week)
    cells = frame.assign(week=week, weekday=frame["day"].dt.day_of_week)
    shown = base.shown(cells)
    hidden = cells.drop(shown.index).assign(dau=1.0)
    weeks = sorted(cells["week"].unique())
    data = [
        _week_cells(part, weeks, scale, hover)
        for part, scale, hover in (
            (shown, base.SCALE, "%{customdata}: %{z:,.0f} active learners<extra></extra>"),
            (hidden, base.FLAT, "%{customdata}: withheld<extra></extra>"),
        )
    ]
    axes = {
        "xaxis": {"type": "date", "tickformat": "%-d %b", "showgrid": False, "tickvals": [f"{w:%Y-%m-%d}" for w in weeks[::2]]},
        "yaxis": {"type": "category", "categoryarray": list(WEEKDAYS), "autorange": "reversed", "showgrid": False},
    }
    return base.figure(data, 250, hovermode="closest", margin={"l": 56, "r": 24, "t": 30, "b": 36}, **axes)


def _days(numbers: "pd.Series") -> "pd.Series":
    import pandas as pd

    return pd.to_timedelta(numbers, unit="D")


def _week_cells(part: "pd.DataFrame", weeks: Sequence[Any], scale: list[list[Any]], hover: str) -> dict[str, Any]:
    wide = part.pivot(index="weekday", columns="week", values="dau").reindex(index=range(7), columns=weeks)
    dates = [[f"{_day(week, weekday)}" for week in weeks] for weekday in range(7)]
    return {
        "type": "heatmap", "x": [f"{week:%Y-%m-%d}" for week in weeks], "y": list(WEEKDAYS), "z": [base.rounded(row, 1) for _, row in
        wide.iterrows()], "customdata": dates, "colorscale": scale, "zmin": 0, "xgap": 3, "ygap": 3, "hoverongaps": False,
        "hovertemplate": hover, "showscale": False,
    }  # fmt: skip


def _day(week: "pd.Timestamp", weekday: int) -> str:
    import pandas as pd

    day = week + pd.Timedelta(days=weekday)
    return f"{day:%a} {day.day} {day:%b}"


def contributions(frame: "pd.DataFrame") -> "Figure":
    """Change of mean daily active learners by group with its 95 % interval; the group that carries the change is drawn strong.

    Args:
        frame: `group`, `difference`, `low`, `high`, `carries`, `suppressed`, in the order drawn, the first at the top.
    """
    frame = base.shown(frame).iloc[::-1]
    colours = [base.STATE_COLOURS["breached" if d < 0 else "met"] for d in frame["difference"]]
    spread = {"type": "data", "symmetric": False, "array": base.rounded(frame["high"] - frame["difference"], 2),
              "arrayminus": base.rounded(frame["difference"] - frame["low"], 2), "thickness": 1.5, "color": base.GREY}  # fmt: skip
    data = [{
        "type": "bar", "orientation": "h", "y": [base.text(group) for group in frame["group"]], "x": base.rounded(frame["difference"], 2),
        "marker": {"color": colours, "opacity": [1.0 if carries else 0.55 for carries in frame["carries"]]}, "error_x": spread,
        "hovertemplate": "%{y}: %{x:+.1f} a day<extra></extra>",
    }]  # fmt: skip
    axes = {"xaxis": {"title": "change of mean daily active learners", "zerolinewidth": 2}, "yaxis": {"type": "category"}}
    return base.figure(data, 80 + 28 * max(len(frame), 2), hovermode="closest", bargap=0.35, **axes, margin=_LEFT)


_LEFT = {"l": 56, "r": 24, "t": 30, "b": 56}


def flow(frame: "pd.DataFrame", labels: Mapping[str, str]) -> "Figure":
    """How learners went from state to state: a Sankey diagram, the period before on the left, this one on the right.

    Args:
        frame: `state_before`, `state_after`, `learners`, `suppressed`. labels: words for each state, in the order drawn.
    """
    frame = base.shown(frame)
    sides = [[state for state in labels if state in set(frame[column])] for column in ("state_before", "state_after")]
    place = [{state: number for number, state in enumerate(sides[0])}, {s: n for n, s in enumerate(sides[1], len(sides[0]))}]
    every = [*sides[0], *sides[1]]
    link = {
        "source": [place[0][state] for state in frame["state_before"]], "target": [place[1][state] for state in frame["state_after"]],
        "value": [int(number) for number in frame["learners"]],
        "color": [_faint(STATE_COLOURS[state]) for state in frame["state_after"]],
        "hovertemplate": "%{source.label} → %{target.label}: %{value:,.0f} learners<extra></extra>",
    }  # fmt: skip
    node = {
        "label": [base.text(labels[state]) for state in every], "color": [STATE_COLOURS[state] for state in every], "pad": 18,
        "thickness": 16, "line": {"width": 0}, "hovertemplate": "%{label}: %{value:,.0f} learners shown<extra></extra>",
    }  # fmt: skip
    font = {"size": 13, "color": "#7D8590", "shadow": "none"}
    data = [{"type": "sankey", "node": node, "link": link, "arrangement": "snap", "textfont": font}]
    return base.figure(data, 400, hovermode="closest", margin={"l": 12, "r": 12, "t": 16, "b": 16})


def _faint(colour: str, opacity: float = 0.35) -> str:
    return f"rgba({','.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))},{opacity})"


def triangle(frame: "pd.DataFrame") -> "Figure":
    """Retention of weekly cohorts: a row a cohort, a column a week since joining; weeks nobody has reached stay blank.

    Args:
        frame: `cohort_week`, `week`, `rate`, `at_least`, `at_most` (ratios), `suppressed`, of one kind and platform.
    """
    cohorts = sorted(frame["cohort_week"].unique())
    names = [f"{_stamp(cohort).day} {_stamp(cohort):%b}" for cohort in cohorts]
    weeks = list(range(int(frame["week"].max()) + 1))
    shown = base.shown(frame)
    hidden = frame.drop(shown.index).assign(rate=1.0)
    data = []
    for part, scale, hover in (
        (shown, base.SCALE, "joined in the week of %{y}, week %{x}: %{z:.0%}<extra></extra>"),
        (hidden, base.FLAT, "joined in the week of %{y}, week %{x}: withheld<extra></extra>"),
    ):
        wide = part.pivot(index="cohort_week", columns="week", values="rate").reindex(index=cohorts, columns=weeks)
        trace = {
            "type": "heatmap", "x": weeks, "y": names, "z": [base.rounded(row, 3) for _, row in wide.iterrows()], "colorscale": scale,
            "zmin": 0, "zmax": 1, "xgap": 2, "ygap": 2, "hoverongaps": False, "hovertemplate": hover, "showscale": False,
        }  # fmt: skip
        trace |= _cell_texts(part, cohorts, weeks) if scale is base.FLAT else {"texttemplate": "%{z:.0%}", "textfont": {"size": 11}}
        data.append(trace)
    axes = {
        "xaxis": {"title": "weeks since joining", "dtick": 1, "showgrid": False, "zeroline": False},
        "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False, "title": "joined in the week of"},
    }
    return base.figure(data, 110 + 28 * len(cohorts), hovermode="closest", margin=_LEFT, **axes)


def _cell_texts(hidden: "pd.DataFrame", cohorts: Sequence[Any], weeks: Sequence[int]) -> dict[str, Any]:
    """What withheld cells may say: the end of the range that they lie in."""
    words = [
        f"≥{low:.0%}" if low == low else f"≤{high:.0%}" if high == high else ""
        for low, high in zip(hidden["at_least"].astype(float), hidden["at_most"].astype(float), strict=True)
    ]
    wide = hidden.assign(words=words).pivot(index="cohort_week", columns="week", values="words").reindex(index=cohorts, columns=weeks)
    texts = [list(row) for _, row in wide.fillna("").iterrows()]
    return {"text": texts, "texttemplate": "%{text}", "textfont": {"size": 10, "color": base.GREY}}


def _stamp(value: Any) -> "pd.Timestamp":
    import pandas as pd

    return pd.Timestamp(value)


def retention_curves(frame: "pd.DataFrame", names: Mapping[str, str]) -> "Figure":
    """Retention of all cohorts together by week since joining, three kinds with their 95 % intervals.

    Args:
        frame: `kind`, `week`, `rate`, `low`, `high` (ratios), `suppressed`. names: kind → label, in the order drawn.
    """
    data = []
    for index, (kind, label) in enumerate(names.items()):
        part = base.shown(frame[frame["kind"] == kind]).set_index("week").reindex(range(int(frame["week"].max()) + 1))
        data += [_week_band(part, base.PALETTE[index]), _week_line(part, label, index)]
    axes = {"xaxis": {"title": "weeks since joining", "dtick": 1}, "yaxis": {"tickformat": ".0%", "rangemode": "tozero"}}
    return base.figure(data, 340, margin={**_LEFT, "t": 40}, **axes)


def _week_line(part: "pd.DataFrame", label: str, index: int) -> dict[str, Any]:
    """A line over weeks, broken where a week is withheld."""
    colour = base.PALETTE[index]
    return {
        "type": "scatter", "mode": "lines+markers", "name": base.text(label), "x": list(part.index), "y": base.rounded(part["rate"]),
        "line": {"color": colour, "width": 2, "dash": base.DASHES[index]}, "marker": {"size": 6, "color": colour},
        "hovertemplate": f"{base.text(label)} %{{y:.1%}}<extra></extra>",
    }  # fmt: skip


def _week_band(part: "pd.DataFrame", colour: str) -> dict[str, Any]:
    """The interval around it; each stretch without gaps is a polygon of its own."""
    x: list[int | None] = []
    y: list[float | None] = []
    known = part["low"].notna()
    for _, run in part[known].groupby((~known).cumsum()[known]):
        x += [*run.index, *reversed(run.index), None]
        y += [*base.rounded(run["high"]), *reversed(base.rounded(run["low"])), None]
    return {
        "type": "scatter", "mode": "lines", "fill": "toself", "x": x, "y": y, "line": {"width": 0}, "fillcolor": _faint(colour, 0.16),
        "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def lengths(frame: "pd.DataFrame") -> "Figure":
    """Sessions by length.

    Args:
        frame: `band` (label), `from_min`, `share` (ratio), `suppressed`; ascending.
    """
    order = [base.text(band) for band in frame.sort_values("from_min")["band"]]
    shown = base.shown(frame)
    data = [{
        "type": "bar", "x": [base.text(band) for band in shown["band"]], "y": base.rounded(shown["share"]),
        "marker": {"color": base.PALETTE[0]}, "hovertemplate": "%{x}: %{y:.1%} of sessions<extra></extra>",
    }]  # fmt: skip
    axes = {"xaxis": {"type": "category", "categoryarray": order}, "yaxis": {"tickformat": ".0%", "title": "share of sessions"}}
    return base.figure(data, 260, hovermode="closest", bargap=0.12, margin=_LEFT, **axes)


def rhythm(frame: "pd.DataFrame") -> "Figure":
    """When sessions begin: a row a weekday, a column an hour.

    Args:
        frame: `weekday` (1 is Monday), `hour`, `sessions`, `suppressed`.
    """
    shown = base.shown(frame)
    hidden = frame.drop(shown.index).assign(sessions=1.0)
    data = []
    for part, scale, hover in (
        (shown, base.SCALE, "%{y} %{x}:00: %{z:,.0f} sessions<extra></extra>"),
        (hidden, base.FLAT, "%{y} %{x}:00: withheld<extra></extra>"),
    ):
        wide = part.pivot(index="weekday", columns="hour", values="sessions").reindex(index=range(1, 8), columns=range(24))
        data.append({
            "type": "heatmap", "x": list(range(24)), "y": list(WEEKDAYS), "z": [base.rounded(row, 0) for _, row in wide.iterrows()],
            "colorscale": scale, "zmin": 0, "xgap": 2, "ygap": 2, "hoverongaps": False, "hovertemplate": hover, "showscale": False,
        })  # fmt: skip
    axes = {
        "xaxis": {"title": "hour of the day", "dtick": 2, "showgrid": False, "zeroline": False, "ticksuffix": ":00"},
        "yaxis": {"type": "category", "categoryarray": list(WEEKDAYS), "autorange": "reversed", "showgrid": False},
    }
    return base.figure(data, 280, hovermode="closest", margin=_LEFT, **axes)
