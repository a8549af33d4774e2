"""Nothing about few learners can be read or worked out (definition X5), and pseudonyms hold in one report only (X6)."""

import uuid

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.metrics import disclosure
from workbench.metrics.disclosure import pseudonym, suppress, suppress_grid

K = disclosure.K
LEARNERS = st.one_of(st.just(0), st.integers(1, 9), st.integers(10, 40))


def groups(*learners: int) -> pd.DataFrame:
    names = [f"モデル{number}" for number in range(len(learners))]
    return pd.DataFrame({"model": names, "learners": learners, "answers": [n * 7 for n in learners], "rate": 0.5})


def shown(found: disclosure.Suppressed) -> list[bool]:
    return (~found.table["suppressed"]).tolist()


# --- one total -------------------------------------------------------------------------------------------------------


def test_a_cell_about_few_takes_the_next_smallest_with_it() -> None:
    found = suppress(groups(50, 3, 12, 30), "model")
    assert shown(found) == [True, False, False, True]
    assert (found.primary, found.complementary, found.count) == (1, 1, 2)
    assert found.cells["model"].tolist() == ["モデル1", "モデル2"]


def test_two_small_cells_whose_rest_is_still_small_take_a_third() -> None:
    assert shown(suppress(groups(50, 3, 4, 12), "model")) == [True, False, False, False], "7 learners could be told from the total"


def test_nothing_of_a_withheld_row_is_left_but_its_keys() -> None:
    table = groups(50, 3, 12).assign(day=pd.Timestamp("2026-08-01"), note="text", good=True)
    found = suppress(table, ["model"])
    assert found.table.loc[1, ["learners", "answers", "rate", "day", "note", "good"]].isna().all()
    assert found.table.loc[0, "answers"] == 350 and found.table.loc[1, "model"] == "モデル1"
    assert "suppressed" not in table and table["answers"].notna().all(), "the table given is as it was"


def test_nobody_is_not_few() -> None:
    found = suppress(groups(50, 0, 20), "model")
    assert found.count == 0 and found.table["learners"].tolist() == [50, 0, 20]


def test_without_a_total_only_the_small_cells_are_withheld() -> None:
    assert shown(suppress(groups(50, 3, 12), "model", totals=False)) == [True, False, True]


def test_every_total_is_protected_by_itself() -> None:
    table = pd.concat([groups(50, 3, 12).assign(day=1), groups(50, 11, 12).assign(day=2)], ignore_index=True)
    found = suppress(table, ["day", "model"], within=["day"])
    assert shown(found) == [True, False, False, True, True, True]


def test_a_total_that_only_small_cells_add_up_to_is_named() -> None:
    assert suppress(groups(1, 1, 1), "model").totals_to_withhold == ((),)
    table = pd.concat([groups(6, 7).assign(day=1), groups(50, 20).assign(day=2)], ignore_index=True)
    assert suppress(table, ["day", "model"], within=["day"]).totals_to_withhold == ((1,),)
    assert suppress(groups(50, 3, 12), "model").totals_to_withhold == ()


@pytest.mark.parametrize("k", [0, -1])
def test_a_limit_below_one_is_refused(k: int) -> None:
    with pytest.raises(UsageError, match="1 or more"):
        suppress(groups(5), "model", k=k)
    with pytest.raises(UsageError, match="1 or more"):
        disclosure.is_few(5, k)


def test_a_limit_of_one_withholds_nothing() -> None:
    assert suppress(groups(1, 5, 0), "model", k=1).count == 0


@pytest.mark.parametrize("learners", [None, np.nan, -1])
def test_a_cell_without_its_number_of_learners_is_refused(learners: object) -> None:
    with pytest.raises(ValueError, match="number of learners"):
        suppress(pd.DataFrame({"model": ["a"], "learners": [learners]}), "model")


def test_an_empty_table_stays_empty() -> None:
    for found in (suppress(groups(), "model"), suppress_grid(pd.DataFrame({"a": [], "b": [], "learners": []}), "a", "b")):
        assert len(found.table) == 0 and found.count == 0 and "suppressed" in found.table


@settings(max_examples=30)
@given(st.lists(LEARNERS, max_size=8), st.integers(1, 15))
def test_a_total_gives_no_withheld_cell_back(learners: list[int], k: int) -> None:
    found = suppress(groups(*learners), "model", k=k)
    hidden = [count for count, is_shown in zip(learners, shown(found), strict=True) if not is_shown]
    assert all(count == 0 or count >= k for count, is_shown in zip(learners, shown(found), strict=True) if is_shown)
    if hidden and not found.totals_to_withhold:
        # known: their sum, and that each is at least 1; about at least k learners, and no number certain
        assert len(hidden) >= 2 and max(hidden) >= k and sum(hidden) > len(hidden)
    assert (disclosure.is_few(learners, k) <= disclosure.is_few(learners, k + 5)).all(), "a higher limit shows no more"


# --- rows and columns ------------------------------------------------------------------------------------------------


def grid_table(cells: np.ndarray, margins: str = "both") -> pd.DataFrame:
    """Long form of a matrix with the totals of its rows, columns, both or none."""
    rows = [(f"r{i}", f"c{j}", n) for (i, j), n in np.ndenumerate(cells)]
    if margins in ("rows", "both"):
        rows += [(f"r{i}", "*", n) for i, n in enumerate(cells.sum(axis=1))]
    if margins in ("columns", "both"):
        rows += [("*", f"c{j}", n) for j, n in enumerate(cells.sum(axis=0))]
    if margins != "none":
        rows.append(("*", "*", cells.sum()))
    return pd.DataFrame(rows, columns=["day", "model", "learners"]).assign(answers=lambda table: table["learners"] * 3)


def worked_out(truth: pd.DataFrame, withheld: np.ndarray) -> list[tuple[str, str]]:
    """The withheld cells that follow for a reader who knows every shown cell, all sums, and that a withheld cell is at least 1.

    Two tables that agree in all sums differ by cycles: through the lines, one withheld cell up, the next one down. So a cell is certain
    exactly when there is no such cycle through it. A total that is not in the table is unknown, and so is any amount of it.
    """
    known = {(d, m): n for d, m, n in zip(truth["day"], truth["model"], truth["learners"], strict=True)}
    days, models = ([*dict.fromkeys(name for name in truth[key] if name != "*"), "*"] for key in ("day", "model"))
    unknown = {(d, m): 10**6 for d in days for m in models if (d, m) not in known and "*" in (d, m)}
    hidden = {cell for cell, is_hidden in zip(known, withheld, strict=True) if is_hidden} | unknown.keys()
    steps: dict[tuple[str, str], list] = {}
    for d, m in hidden:
        sign = -1 if (d == "*") != (m == "*") else 1
        for change, start, end in ((1, ("day", d), ("model", m)), (-1, ("model", m), ("day", d))):
            if change * sign > 0 or {**known, **unknown}[d, m] >= 2:
                steps.setdefault(start, []).append((end, (d, m)))
    return [cell for cell in sorted(hidden - unknown.keys()) if not any(returns(steps, cell, way) for way in (1, -1))]


def returns(steps: dict, cell: tuple[str, str], way: int) -> bool:
    """Whether a change of the cell can be made up for by changes of other cells."""
    start, goal = (("day", cell[0]), ("model", cell[1]))[::way]
    if all(other != cell for _, other in steps.get(start, [])):
        return False
    reached, ahead = {goal}, [goal]
    while ahead:
        for node, through in steps.get(ahead.pop(), []):
            if through != cell and node not in reached:
                reached.add(node)
                ahead.append(node)
    return start in reached


def test_the_attack_finds_what_bare_suppression_gives_away() -> None:
    table = grid_table(np.array([[20, 3, 30], [40, 50, 60]]))
    assert worked_out(table, suppress(table, ["day", "model"], totals=False).table["suppressed"].to_numpy()) == [("r0", "c1")]
    ones = grid_table(np.array([[1, 1], [1, 1]]))
    assert len(worked_out(ones, ~ones["day"].eq("*").to_numpy() & ~ones["model"].eq("*").to_numpy())) == 4, "sums of 2, and none empty"


def test_the_attack_knows_that_two_withheld_cells_in_every_line_are_not_enough() -> None:
    # r1 × c3 joins two squares and follows from the totals of the rows and columns of one of them
    square = {(f"r{i}", f"c{j}") for low in (0, 3) for i in (low, low + 1) for j in (low, low + 1)} | {("r1", "c3")}
    table = grid_table(np.full((6, 6), 50))
    withheld = np.array([cell in square for cell in zip(table["day"], table["model"], strict=True)])
    assert worked_out(table, withheld) == [("r1", "c3")]


@settings(max_examples=40)
@given(st.data(), st.sampled_from(["both", "rows", "columns", "none"]), st.sampled_from([2, 3, K]))
def test_no_withheld_cell_can_be_worked_out(data: st.DataObject, margins: str, k: int) -> None:
    height, width = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    cells = np.array(data.draw(st.lists(LEARNERS, min_size=height * width, max_size=height * width))).reshape(height, width)
    found = suppress_grid(grid_table(cells, margins), "day", "model", k=k)
    visible = found.table.loc[~found.table["suppressed"], "learners"]
    assert ((visible == 0) | (visible >= k)).all()
    assert found.table.loc[found.table["suppressed"], "answers"].isna().all()
    withheld = found.table["suppressed"].to_numpy()
    truth = grid_table(cells, margins).assign(hidden=withheld)
    assert worked_out(truth, withheld) == [], found.table
    # what a shown total leaves of its line is about at least k learners
    for key, other in (("day", "model"), ("model", "day")):
        for name in set(truth[key]) - {"*"}:
            line = truth[truth[key] == name]
            total, rest = line[line[other] == "*"], line[(line[other] != "*") & line["hidden"]]
            assert total.empty or total["hidden"].all() or rest.empty or rest["learners"].max() >= k, (name, found.table)


def test_a_grid_without_small_cells_is_shown_whole() -> None:
    assert suppress_grid(grid_table(np.array([[20, 0], [40, 50]])), "day", "model").count == 0


def test_a_small_cell_takes_the_cheapest_rectangle() -> None:
    found = suppress_grid(grid_table(np.array([[20, 3, 90], [14, 12, 80], [70, 60, 95]])), "day", "model")
    assert sorted(map(tuple, found.cells.to_numpy())) == [("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")]
    assert (found.primary, found.complementary) == (1, 3)


def test_totals_the_reader_does_not_know_ask_for_no_complement() -> None:
    found = suppress_grid(grid_table(np.array([[20, 3], [14, 12]]), "none"), "day", "model")
    assert (found.primary, found.complementary) == (1, 0)


def test_a_cell_given_twice_is_refused() -> None:
    table = grid_table(np.array([[20]]))
    with pytest.raises(ValueError, match="occurs twice"):
        suppress_grid(pd.concat([table, table]), "day", "model")


@pytest.mark.timeout(60)
def test_a_year_of_days_by_models_is_protected() -> None:
    cells = np.random.default_rng(1).poisson(12, (365, 8))
    assert suppress_grid(grid_table(cells), "day", "model").primary > 100


# --- pseudonyms ------------------------------------------------------------------------------------------------------


def test_a_pseudonym_holds_in_its_report_and_key_only() -> None:
    learner = uuid.UUID(int=7)
    name = pseudonym("progress", learner, "key")
    assert name == pseudonym("progress", str(learner).upper(), b"key") and len(name) == 12 and name.startswith("L-")
    assert (
        len(
            {
                name,
                pseudonym("engagement", learner, "key"),
                pseudonym("progress", learner, "other"),
                pseudonym("progress", uuid.uuid4(), "key"),
            }
        )
        == 4
    )


def test_pseudonyms_of_many_are_those_of_each_and_distinct() -> None:
    learners = [uuid.UUID(int=number % 500) for number in range(1000)]
    names = disclosure.pseudonyms("progress", learners, "key")
    assert names == [pseudonym("progress", one, "key") for one in learners] and len(set(names)) == 500


def test_a_pseudonym_without_a_key_is_refused() -> None:
    with pytest.raises(UsageError, match="WORKBENCH_PSEUDONYM_KEY"):
        pseudonym("progress", 1, "")
