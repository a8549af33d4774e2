"""Groups with the same mix for all (definition X4)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import stats, strata


def counts(groups: str) -> st.SearchStrategy:
    """Group, stratum, good ones and all of them."""
    drawn = st.tuples(st.sampled_from(groups), st.sampled_from("xyz"), st.integers(0, 250), st.integers(0, 250))
    return drawn.map(lambda row: (*row[:3], max(row[2] + row[3], 1)))


ROWS = st.tuples(counts("a"), counts("b"), st.lists(counts("ab"), max_size=10)).map(lambda rows: [*rows[:2], *rows[2]])


def test_the_kidney_stones_flip() -> None:
    groups, sizes = ["open", "open", "closed", "closed"], ["small", "large", "small", "large"]
    good, total = [81, 192, 234, 55], [87, 263, 270, 80]
    found = strata.compare(groups, sizes, good, total, "open", "closed")
    assert found.flips and found.raw.value > 0 > found.standardised.value and found.covered == 1
    rates = {row.group: row for row in strata.standardise(groups, sizes, good, total)}
    # 357 small and 343 large stones: 0.51 × 81/87 + 0.49 × 192/263
    assert round(rates["open"].standardised, 4) == 0.8325 and round(rates["closed"].standardised, 4) == 0.7789
    assert round(rates["open"].raw, 4) == 0.78 and rates["open"].raw_low < 0.78 < rates["open"].raw_high


@given(ROWS)
def test_with_one_stratum_standardising_changes_nothing(rows: list[tuple[str, str, int, int]]) -> None:
    groups, _, good, total = zip(*rows, strict=True)
    found = strata.compare(groups, ["all"] * len(rows), good, total, "a", "b")
    assert found.standardised == pytest.approx(found.raw, abs=1e-12)
    assert not found.flips or abs(found.raw.value) < 1e-12


@given(ROWS)
def test_rates_lie_in_their_intervals_and_between_the_strata(rows: list[tuple[str, str, int, int]]) -> None:
    groups, kinds, good, total = zip(*rows, strict=True)
    for row in strata.standardise(groups, kinds, good, total):
        assert -1e-9 <= row.low <= row.standardised + 1e-12 and row.standardised - 1e-12 <= row.high <= 1 + 1e-9
        assert 0 < row.covered <= 1


@given(ROWS, st.randoms())
def test_neither_the_order_of_rows_nor_their_splitting_matters(rows: list[tuple[str, str, int, int]], random: object) -> None:
    before = strata.compare(*zip(*rows, strict=True), "a", "b")
    split = [part for g, s, good, total in rows for part in ((g, s, good, good), (g, s, 0, total - good))]
    random.shuffle(split)  # type: ignore[attr-defined]
    after = strata.compare(*zip(*split, strict=True), "a", "b")
    assert after.raw == pytest.approx(before.raw)
    assert after.standardised == pytest.approx(before.standardised, nan_ok=True)


def test_groups_without_a_common_stratum_are_not_compared_within_strata() -> None:
    found = strata.compare("ab", "xy", [5, 1], [10, 10], "a", "b")
    assert math.isnan(found.standardised.value) and found.covered == 0 and not found.flips
    assert found.raw == stats.difference(5, 10, 1, 10)


def test_a_stratum_that_a_group_has_never_seen_is_said() -> None:
    rows = strata.standardise("aab", "xyx", [5, 9, 4], [10, 10, 20])
    assert [row.covered for row in rows] == [1.0, 0.75]


def test_a_group_without_trials_has_no_rate() -> None:
    empty = strata.standardise("ab", "xx", [0, 4], [0, 20])[0]
    assert math.isnan(empty.raw) and math.isnan(empty.standardised) and empty.covered == 0


def test_a_group_is_not_compared_with_itself_or_with_nobody() -> None:
    for other in ("a", "c"):
        with pytest.raises(ValueError, match="two different groups"):
            strata.compare("ab", "xx", [1, 1], [2, 2], "a", other)
