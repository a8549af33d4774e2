"""Retention by day and by week, and how its three kinds hang together (definition E3)."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import retention

MONDAY = date(2026, 6, 1)
VECTOR = [{1, 2, 3, 5, 7, 9}, {1, 4, 10}, {1, 2}, {3}, set()]

MEMBERS = st.lists(st.tuples(st.integers(0, 20), st.sampled_from("ab"), st.sets(st.integers(0, 60), max_size=8)), min_size=1, max_size=12)
"""Start (days after the Monday), tenant and active days since the start."""


def cells(members: list[tuple[int, str, set[int]]], last: int) -> pd.DataFrame:
    """Rows as `marts.cohort_week` has them, made member by member; nothing is known after day `last` of the Monday."""
    sums = {}
    for start, tenant, offsets in members:
        weeks = {offset // 7 for offset in offsets if start + offset <= last}
        later = weeks - {0}
        for week in weeks | {0}:
            first = week > 0 and week == min(later)
            flags = (1, week in weeks, first, bool(weeks) and week == max(weeks))
            sums[tenant, start, week] = [one + flag for one, flag in zip(sums.get((tenant, start, week), [0] * 4), flags, strict=True)]
    names = ["tenant", "start_day", "week", "members", "active", "first_back", "last_active"]
    rows = [
        (tenant, MONDAY + timedelta(days=start), week, sums[tenant, start, 0][0], *counts[1:])
        for (tenant, start, week), counts in sorted(sums.items())
    ]
    return pd.DataFrame(rows, columns=names)


def table(members: list[tuple[int, str, set[int]]], last: int, complete: bool = True) -> pd.DataFrame:
    known = [member for member in members if member[0] <= last]
    return retention.triangle(cells(known, last), np.datetime64(MONDAY) + last, complete)


@pytest.mark.parametrize(("n", "counts"), [(7, (5, 1, 2, 4)), (1, (5, 3, 4, 3))])
def test_the_vectors_of_the_definition(n: int, counts: tuple[int, ...]) -> None:
    found = retention.day_n(VECTOR, [30] * 5, n)
    assert found == counts
    shares = {7: [0.2, 0.4, 0.8], 1: [0.6, 0.8, 0.6]}
    assert [part / found.reached for part in found[1:]] == shares[n]


def test_who_cannot_have_reached_the_day_is_not_counted() -> None:
    assert retention.day_n(VECTOR, [30, 6, 7, 30, 30], 7) == (4, 1, 1, 3)
    assert retention.day_n(VECTOR, [6] * 5, 7) == (0, 0, 0, 0)
    assert retention.day_n([{1, 9}], [8], 7) == (1, 0, 0, 1), "what is after the cut-off did not happen"


def test_a_day_before_the_start_is_no_question() -> None:
    with pytest.raises(ValueError, match="day 0 or later"):
        retention.day_n(VECTOR, [30] * 5, -1)


@given(MEMBERS, st.integers(20, 80))
def test_the_triangle_is_what_counting_members_one_by_one_gives(members: list[tuple[int, str, set[int]]], last: int) -> None:
    found = {(row.cohort_week.date(), row.week): row for row in table(members, last).itertuples()}
    for cohort in range(3):
        own = [member for member in members if member[0] // 7 == cohort and member[0] <= last]
        weeks = [{day // 7 for day in days if start + day <= last} for start, _, days in own]
        reachable = [(last - start - 6) // 7 for start, _, _ in own]
        for week in range(12):
            # later activity counts for rolling retention even in a week that is not over, as long as the asked week is
            shown = [max(reached, *seen, 0) if reached >= week else -1 for seen, reached in zip(weeks, reachable, strict=True)]
            counts = retention.day_n(weeks, shown, week)
            cell = found.pop((MONDAY + timedelta(weeks=cohort), week), None)
            assert (cell is None) == (counts.reached == 0)
            if cell is not None:
                assert cell.members == len(own)
                assert (cell.reached, cell.classic, cell.rolling, cell.cumulative) == counts
    assert not found


@given(MEMBERS, st.integers(20, 80), st.booleans())
def test_the_three_kinds_hang_together(members: list[tuple[int, str, set[int]]], last: int, complete: bool) -> None:
    found = table(members, last, complete)
    assert (found["classic"] <= found["rolling"]).all() and (found["rolling"] <= found["reached"]).all()
    assert (found["reached"] <= found["members"]).all() and (found["cumulative"] <= found["reached"]).all()
    first = found["week"] == 0
    assert (found["cumulative"] == found["classic"])[first].all() and (found["classic"] <= found["cumulative"])[~first].all()
    for _, cohort in found.groupby("cohort_week"):
        assert cohort["week"].tolist() == list(range(len(cohort))) and cohort["reached"].is_monotonic_decreasing
        same = cohort["reached"].diff() == 0
        assert (cohort["rolling"].diff()[same] <= 0).all()
        assert (cohort["cumulative"].diff()[same & (cohort["week"] > 1)] >= 0).all()


@given(MEMBERS, st.integers(20, 80))
def test_tenants_add_up_whether_before_or_after(members: list[tuple[int, str, set[int]]], last: int) -> None:
    def counts(found: pd.DataFrame) -> dict[tuple, np.ndarray]:
        return {row[:2]: np.array(row[3:]) for row in found[list(retention.TRIANGLE)].itertuples(index=False, name=None)}

    summed: dict[tuple, np.ndarray] = {}
    for tenant in {m[1] for m in members}:
        for cell, added in counts(table([m for m in members if m[1] == tenant], last)).items():
            summed[cell] = summed.get(cell, 0) + added
    whole = counts(table(members, last))
    assert summed.keys() == whole.keys() and all((summed[cell] == whole[cell]).all() for cell in whole)


def test_a_week_counts_once_its_seventh_day_is_over() -> None:
    members = [(0, "a", {0, 8}), (6, "a", {0})]
    assert table(members, 13).query("week == 1").values.tolist()[0][2:] == [2, 1, 1, 1, 1]
    assert table(members, 12).query("week == 1").empty
    assert table(members, 12, complete=False).query("week == 1")["reached"].tolist() == [1]


def test_without_a_started_member_there_is_no_cell() -> None:
    for frame in (cells([(5, "a", {0})], 9).iloc[:0], cells([(5, "a", {0})], 9)):
        empty = retention.triangle(frame, "2026-06-02")
        assert empty.empty and tuple(empty.columns) == retention.TRIANGLE


def test_members_are_not_guessed() -> None:
    frame = cells([(0, "a", {0, 8})], 20)
    with pytest.raises(ValueError, match="2026-06-01 have no row of week 0"):
        retention.triangle(frame[frame["week"] > 0], "2026-06-30")
