"""Complementary suppression in a two-way table with totals (definition X5): the hypercube method.

The table is extended by its totals, so every row and every column adds up to zero when totals count negative. Four cells at the corners of
a rectangle can then change by the same amount, one up, its neighbours down, the opposite one up, and no sum changes: whoever knows all
shown cells cannot tell the tables apart. A cell is safe when it is such a corner, all corners are withheld, and the change leaves every
number of learners at 1 or more, for a withheld cell is known not to be empty. Moreover the cell beside it in its row, and in its column,
is about k learners or is that line's total: what a total gives back, the withheld rest of its line, is never about fewer than k.
"""

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.int64]
Flags = NDArray[np.bool_]
Cell = tuple[int, int]

_FREE = 10**9
_NEVER = 10**15


def protect(grid: Grid, k: int) -> Flags:
    """Which cells to withhold.

    Args:
        grid: learners of each cell, with totals in the last row and the last column; -1 where a cell is not given: an inner one is then
            empty, a total unknown to the reader.
        k: fewest learners a shown cell is about.

    Returns:
        Flags of the grid's shape; those of cells that are not given mean nothing.
    """
    full, hidden = _prepared(grid, k)
    few = (full > 0) & (full < k)
    for cell in sorted(zip(*np.nonzero(few), strict=True), key=lambda at: (full[at], at)):
        costs = _costs(full, hidden, cell, k)
        row, column = np.unravel_index(int(np.argmin(costs)), costs.shape)
        if costs[row, column] >= _NEVER:
            return full > 0
        hidden[cell[0], column] = hidden[row, cell[1]] = hidden[row, column] = True
    return hidden


def _prepared(grid: Grid, k: int) -> tuple[Grid, Flags]:
    """Learners, and the cells withheld at first. A total that the reader does not know can take any value, and costs nothing."""
    full = np.maximum(grid, 0)
    unknown = np.zeros(grid.shape, dtype=bool)
    unknown[-1, :], unknown[:, -1] = grid[-1, :] < 0, grid[:, -1] < 0
    full[unknown] = _FREE
    return full, unknown | ((full > 0) & (full < k))


def _costs(full: Grid, hidden: Flags, cell: Cell, k: int) -> Grid:
    """By opposite corner, the learners that the rectangle it makes with the cell withholds anew; _NEVER where it protects nothing."""
    row, column = cell
    last_row, last_column = (np.arange(size) == size - 1 for size in full.shape)
    beside, beyond = full[row, :], full[:, column]
    price = np.where(hidden, 0, full)
    # the rest of a line is about k learners, or its total is withheld
    fine_beside = (beside >= k) | ((beside > 0) & (last_column | last_column[column]))
    fine_beyond = (beyond >= k) | ((beyond > 0) & (last_row | last_row[row]))
    usable = (full > 0) & fine_beside[None, :] & fine_beyond[:, None] & _movable(full, cell)
    usable[row, :] = False
    usable[:, column] = False
    return np.where(usable, price + price[row, :][None, :] + price[:, column][:, None], _NEVER)


def _movable(full: Grid, cell: Cell) -> Flags:
    """By opposite corner, whether the change is possible in one of its two directions with every number staying at 1 or more."""
    row, column = cell
    rises = np.ones(full.shape, dtype=bool)  # in the first direction a total moves against an inner cell in its place
    rises[:-1, -1] = rises[-1, :-1] = False
    can_fall = full >= 2
    corners = (
        (rises[row, column], can_fall[row, column]),
        (rises, can_fall),
        (~rises[row, :][None, :], can_fall[row, :][None, :]),
        (~rises[:, column][:, None], can_fall[:, column][:, None]),
    )
    first, second = np.ones(full.shape, dtype=bool), np.ones(full.shape, dtype=bool)
    for rising, may_fall in corners:
        first &= rising | may_fall
        second &= np.logical_not(rising) | may_fall
    return first | second
