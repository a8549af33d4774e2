"""The rule "at risk" on a known past (definition E7)."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import backtest, stats

CUT = date(2026, 6, 1)
COLUMNS = ["judged", "flagged", "left", "hits"]


def table(ago: dict[str, list[int]], cut: date = CUT) -> pd.DataFrame:
    """Days as days before the cut-off (the cut-off itself is 0, later ones are negative)."""
    return pd.DataFrame([(who, cut - timedelta(days=n)) for who, days in ago.items() for n in days], columns=["learner_id", "day"])


PAST = {
    "stays": [60, 3, -5],  # active, comes back
    "fades": [60, 5, 3],  # active, leaves without a warning
    "warned": [60, 20],  # at risk, leaves: silent for 28 days on the eighth day from the last one known
    "rescued": [60, 9, -27],  # at risk, comes back on the last day
    "late": [60, 9, -28],  # at risk, comes back when the horizon is over
    "gone": [60, 29],  # dormant, not judged
    "fresh": [2, -3],  # new, not judged
    "back": [60, 2, -3],  # returned, not judged
    "unborn": [-3],
}
PAST["stays"].insert(1, 25)
PAST["fades"].insert(1, 25)


def test_hits_misses_and_who_is_not_judged() -> None:
    (row,) = backtest.at_risk(table(PAST), [CUT], until=CUT + timedelta(days=29)).itertuples()
    assert (row.judged, row.flagged, row.left, row.hits) == (5, 3, 3, 2)
    assert (row.precision, row.recall, row.base_rate) == (2 / 3, 2 / 3, 3 / 5)
    assert (row.precision_low, row.precision_high) == stats.wilson(2, 3) and (row.base_rate_low, row.base_rate_high) == stats.wilson(3, 5)
    # last active 20 and 9 days before the cut-off, flagged on the eve of it: silent for 28 days after 9 and 20 more
    assert row.lead_days == np.median([28 - 20 + 1, 28 - 9 + 1])


def test_nothing_after_the_cut_off_changes_who_is_judged_and_flagged() -> None:
    past = table({who: [n for n in days if n > 0] for who, days in PAST.items()})
    both = [backtest.at_risk(days, [CUT], until="2026-07-01")[["judged", "flagged"]] for days in (past, table(PAST))]
    pd.testing.assert_frame_equal(*both)


def test_a_horizon_that_is_not_over_is_refused() -> None:
    days = table({"a": [40, 9], "b": [60, -26]})  # the last day known is the 27th of the horizon
    with pytest.raises(ValueError, match="28 days after 2026-06-01 are not over: the days known end with 2026-06-27"):
        backtest.at_risk(days, [CUT])
    assert backtest.at_risk(days, [CUT], horizon=27)["left"].tolist() == [1]
    assert backtest.at_risk(days, [CUT], until="2026-06-29")["left"].tolist() == [1]


def test_without_anybody_there_is_no_rate() -> None:
    (row,) = backtest.at_risk(table({"a": [50]}), [CUT], until="2026-07-01").itertuples()
    assert row.judged == 0 and np.isnan([row.precision, row.recall, row.base_rate, row.lead_days]).all()
    assert backtest.at_risk(table({}), []).columns[0] == "cut_off" and backtest.at_risk(table({}), []).empty


SOME = st.dictionaries(st.integers(0, 30), st.lists(st.integers(-40, 80), min_size=1, max_size=8), max_size=15)


@given(SOME)
def test_the_summary_adds_the_cut_offs_up(ago: dict[int, list[int]]) -> None:
    days, cuts = table(ago), [CUT, CUT - timedelta(days=14), CUT - timedelta(days=28)]
    parts = backtest.at_risk(days, cuts, until="2026-08-01")
    (row,) = backtest.summary(days, cuts, until="2026-08-01").to_dict("records")
    assert row["cut_offs"] == 3 and {name: row[name] for name in COLUMNS} == parts[COLUMNS].sum().to_dict()
    assert (parts["hits"] <= parts[["flagged", "left"]].min(axis=1)).all() and (parts["flagged"] <= parts["judged"]).all()
    assert parts["lead_days"].dropna().between(1, 21).all()


@given(SOME)
def test_it_is_what_counting_learner_by_learner_gives(ago: dict[int, list[int]]) -> None:
    flagged = left = judged = 0
    for days in ago.values():
        past = sorted(n for n in days if n > 0)
        # as of the eve of the cut-off, of which a day n days before the cut-off is n - 1 days away
        if not past or past[-1] - 1 < 7 or past[0] - 1 >= 28:
            continue
        recent = [n for n in past if n - 1 < 7]
        if recent and min(n for n in past if n - 1 >= 7) - max(recent) >= 28:
            continue
        judged += 1
        flagged += not recent
        left += not any(-28 < n <= 0 for n in days)
    (row,) = backtest.at_risk(table(ago), [CUT], until="2026-08-01").to_dict("records")
    assert (row["judged"], row["flagged"], row["left"]) == (judged, flagged, left)


def test_where_leaving_is_planted_the_rule_beats_the_base_rate() -> None:
    random = np.random.default_rng(3)
    ago = {}
    for who in range(300):
        stop = random.integers(8, 21) if who < 60 else -40
        ago[who] = [n for n in range(80, stop, -1) if random.random() < 0.35] + [90]
    row = backtest.summary(table(ago), [CUT], until="2026-07-10").iloc[0]
    assert row["precision_low"] > row["base_rate_high"] and row["recall"] > 0.95
