"""Charts: what is drawn, what is left out, and that text from data stays text."""

import json
from functools import cache

import pandas as pd
import pytest

from workbench.charts import answers as charts
from workbench.charts import base

EVIL = "<script>alert(1)</script>"
JAPANESE = "日本語モデル"
DAYS = pd.to_datetime(["2026-08-01", "2026-08-02", "2026-08-04"])


def daily(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"day": DAYS, "suppressed": False, **columns})


def models(**columns: object) -> pd.DataFrame:
    return pd.concat([daily(model=name, **columns) for name in (EVIL, JAPANESE)], ignore_index=True)


NAMES = ("burn_down", "latency_lines", "latency_heatmap", "shares", "cost_by_day", "cost_per_answer", "compared_groups", "answers_by_day")


@cache
def figures() -> dict[str, object]:
    at = pd.to_datetime(["2026-08-01T00:00Z", "2026-08-01T06:00Z"])
    burn = pd.concat([pd.DataFrame({"objective": name, "at": at, "remaining": [1.0, -0.4]}) for name in ("a", "b", "c")])
    changes = pd.DataFrame({"model": [EVIL], "day": DAYS[:1]})
    latency = daily(
        answers=[200, 20, 300], p50_ms=[800.0, 900, 850], p95_ms=[2e3, 3e3, 2e3], p99_ms=[5e3, 9e3, 6e3], few=[False, True, False]
    )
    bands = daily(band=["< 1 s", "1–2 s", "< 1 s"], from_ms=[0, 1000, 0], answers=[20, 30, 40], share=[0.4, 0.6, 1.0])
    shares = daily(measure="coverage", value=[0.9, 0.8, 0.7], low=[0.8, 0.7, 0.6], high=[0.95, 0.9, 0.8])
    groups = pd.DataFrame(
        {"group": [EVIL, JAPANESE], "raw": [0.9, 0.8], "raw_low": [0.8, 0.7], "raw_high": [0.95, 0.9], "standardised": [0.85, 0.83]}
    )
    return {
        "burn_down": charts.burn_down(burn, {"a": EVIL, "b": JAPANESE, "c": "C"}, {"a": "met", "b": "breached", "c": "no_data"}),
        "latency_lines": charts.latency_lines(latency, 3000),
        "latency_heatmap": charts.latency_heatmap(bands),
        "shares": charts.shares(shares, {"coverage": JAPANESE}),
        "cost_by_day": charts.cost_by_day(models(cost_jpy=[1.0, 2.0, 3.0])),
        "cost_per_answer": charts.cost_per_answer(models(cost_per_answer_jpy=[1.0, 2.0, 3.0], answers=100), changes),
        "compared_groups": charts.compared_groups(groups),
        "answers_by_day": charts.answers_by_day(daily(answers=[10, 10, 0], errors=[1, 0, 0], kind=["data", "data", "silent"])),
    }


def test_every_figure_is_looked_at() -> None:
    assert tuple(figures()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_transparent_and_holds_no_markup_from_data(name: str) -> None:
    figure = figures()[name]
    made = figure.to_json()
    assert "<script" not in made and "\\u003cscript" not in made
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert len(made) < 20_000, "no full template in every figure"


def test_japanese_survives() -> None:
    assert JAPANESE in json.dumps(figures()["cost_by_day"].to_plotly_json(), ensure_ascii=False, default=list)


def test_a_line_breaks_at_a_day_without_data() -> None:
    line = figures()["latency_lines"].data[0]
    assert list(line.x)[2] == "2026-08-03" and line.y[2] is None


def test_a_band_is_one_polygon_for_each_stretch_of_days() -> None:
    band = figures()["shares"].data[0]
    assert list(band.x).count(None) == 2


def test_a_p99_over_few_answers_has_an_open_marker() -> None:
    assert list(figures()["latency_lines"].data[2].marker.symbol) == ["circle", "circle-open", "circle", "circle"]


def test_suppressed_rows_are_neither_drawn_nor_embedded() -> None:
    frame = models(cost_jpy=[1.0, 2.0, 77.77])
    frame.loc[frame["cost_jpy"] == 77.77, "suppressed"] = True
    assert "77.77" not in charts.cost_by_day(frame).to_json()
    bands = daily(band="< 1 s", from_ms=0, answers=[20, 3, 40], share=[0.4, 0.0123, 1.0]).assign(suppressed=[False, True, False])
    assert "0.0123" not in charts.latency_heatmap(bands).to_json()
    assert "0.012" not in charts.latency_heatmap(bands).to_json()


def test_small_models_are_drawn_as_one() -> None:
    many = pd.concat([daily(model=f"m{i}", cost_jpy=float(i + 1)) for i in range(9)])
    figure = charts.cost_by_day(many)
    assert len(figure.data) == 7 and {trace.name for trace in figure.data} >= {"others", "m8"}
    assert sum(sum(trace.y) for trace in figure.data) == pytest.approx(3 * 45)


def test_an_overspent_budget_reaches_below_zero() -> None:
    figure = figures()["burn_down"]
    assert figure.layout.yaxis.range[0] < -0.4
    assert figure.data[1].line.color == base.STATE_COLOURS["breached"]
    assert len({trace.xaxis for trace in figure.data}) == 3


@pytest.mark.parametrize(
    "name", ["latency_lines", "latency_heatmap", "shares", "cost_by_day", "cost_per_answer", "compared_groups", "answers_by_day"]
)
def test_an_empty_frame_still_makes_a_figure(name: str) -> None:
    columns = {
        "latency_lines": ["day", "answers", "p50_ms", "p95_ms", "p99_ms", "few"],
        "latency_heatmap": ["day", "band", "from_ms", "answers", "share"],
        "shares": ["day", "measure", "value", "low", "high"],
        "cost_by_day": ["day", "model", "cost_jpy"],
        "cost_per_answer": ["day", "model", "cost_per_answer_jpy", "answers"],
        "compared_groups": ["group", "raw", "raw_low", "raw_high", "standardised"],
        "answers_by_day": ["day", "answers", "errors", "kind"],
    }[name]
    frame = pd.DataFrame({c: pd.Series(dtype="datetime64[us]" if c == "day" else "float64") for c in columns})
    more = {"shares": [{"coverage": "c"}], "cost_per_answer": [pd.DataFrame({"model": [], "day": frame.get("day")})]}.get(name, [])
    assert getattr(charts, name)(frame, *more).layout.height > 0
