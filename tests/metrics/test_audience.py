"""The audience curve, first watch and re-watch, and completion (definition E6)."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import audience, stats

SECONDS = 20.0
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.floats(-5, 25), st.floats(-5, 25)), max_size=12)


def table(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["learner_id", "from_second", "to_second"])
    return frame.assign(started_at=pd.Timestamp("2026-08-01T10:00:00Z"))


def views(rows: list[tuple[str, float, float]], seconds: int = 20) -> Counter[tuple[str, int]]:
    """How often each learner watched each second, second by second."""
    return Counter((who, t) for who, begin, end in rows for t in range(seconds) if begin <= t + 0.5 < end)


@given(ROWS)
def test_the_curve_is_what_counting_second_by_second_gives(rows: list[tuple[str, float, float]]) -> None:
    found, seen = audience.audience(table(rows), SECONDS), views(rows)
    starters = len({who for who, _ in seen})
    assert found["second"].tolist() == list(range(20))
    for t, row in enumerate(found.itertuples()):
        times = [seen[who, t] for who in "abc" if seen[who, t]]
        assert row.first_watch == row.learners == len(times) and row.rewatch == sum(times) - len(times)
        assert row.rewatchers == sum(n > 1 for n in times)
        assert np.isnan(row.audience) if not starters else row.audience == len(times) / starters


@given(ROWS)
def test_completion_is_what_counting_distinct_seconds_gives(rows: list[tuple[str, float, float]]) -> None:
    seen = Counter(who for who, _ in views(rows))
    found = audience.completed(table(rows), SECONDS)
    assert {row.learner_id: (row.seconds, row.share, row.completed) for row in found.itertuples()} == {
        who: (count, count / 20, count >= 19) for who, count in seen.items()
    }
    assert audience.completion(table(rows), SECONDS) == stats.Proportion(sum(n >= 19 for n in seen.values()), len(seen))


@given(st.lists(st.floats(0, 20), min_size=1, max_size=6))
def test_a_stretch_in_parts_is_the_stretch(cuts: list[float]) -> None:
    edges = [0.0, *sorted(cuts), 20.0]
    parts = table([("a", begin, end) for begin, end in itertools.pairwise(edges)])
    pd.testing.assert_frame_equal(audience.audience(parts, SECONDS), audience.audience(table([("a", 0.0, 20.0)]), SECONDS))


def test_what_lies_over_each_other_counts_once_as_first_watch() -> None:
    rows = [("a", 0, 10), ("a", 5, 15), ("a", 6, 7), ("b", 0, 6)]
    found = audience.audience(table(rows), SECONDS, starters=4)
    assert found["first_watch"].tolist() == [2] * 6 + [1] * 9 + [0] * 5
    assert found["rewatch"].tolist() == [0] * 5 + [1, 2, 1, 1, 1] + [0] * 10 and found["rewatchers"].max() == 1
    assert found["audience"][[0, 6, 19]].tolist() == [0.5, 0.25, 0]


def test_rows_that_watch_nothing_make_no_starter() -> None:
    rows = [("a", 5.0, 5.0), ("b", 9.0, 3.0), ("c", np.nan, 4.0), ("d", 30.0, 40.0), ("e", 0.0, np.inf)]
    found = audience.audience(table(rows), SECONDS)
    assert found["learners"].sum() == 0 and found["audience"].isna().all()
    assert audience.completed(table(rows), SECONDS).empty and np.isnan(audience.completion(table(rows), SECONDS).value)


def test_complete_is_nineteen_seconds_in_twenty() -> None:
    rows = [("a", 0, 12), ("a", 10, 19), ("b", 0, 18), ("c", 1, 20)]
    found = audience.completed(table(rows), SECONDS)
    assert found["seconds"].tolist() == [19, 18, 19] and found["completed"].tolist() == [True, False, True]
    assert audience.completion(table(rows), SECONDS, starters=5).interval == stats.wilson(2, 5)


@pytest.mark.parametrize("seconds", [0, -1, np.nan, np.inf])
def test_a_video_without_length_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="no seconds to watch"):
        audience.audience(table([]), seconds)
