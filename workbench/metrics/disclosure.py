"""What must not be shown about few people (definition X5), and names that stand for learners in one report (X6).

A cell about 1 to k − 1 learners is withheld. A cell about nobody is not: a zero says nothing about anybody. Where a total is shown from
which a withheld cell could be worked out, further cells are withheld (complementary suppression), so that what can be worked out is never
about fewer than k learners, and no withheld number can be. A withheld row keeps its keys and the column `suppressed`; every other value of
it is emptied, whichever columns there are: nothing is left to leak through a chart, a hover text or embedded data.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError
from workbench.metrics.disclosure_grid import protect

if TYPE_CHECKING:
    import pandas as pd

K = 10
"""Fewest learners a shown cell is about, unless a named role says otherwise."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Suppressed:
    """A table that may be shown.

    Attributes:
        table: all rows in their order, with the column `suppressed`; withheld rows hold their keys and nothing else.
        keys: columns that name a cell.
        primary: how many rows are withheld because they are about few. complementary: how many to protect those.
        totals_to_withhold: the totals (values of `within`; an empty tuple is the total of the table) that must not be shown either, since
            all that adds up to them is withheld and nothing of it is about k learners.
    """

    table: "pd.DataFrame"
    keys: tuple[str, ...]
    primary: int
    complementary: int
    totals_to_withhold: tuple[tuple[Any, ...], ...] = ()

    @property
    def count(self) -> int:
        """How many rows are withheld."""
        return self.primary + self.complementary

    @property
    def cells(self) -> "pd.DataFrame":
        """The keys of the withheld rows."""
        return self.table.loc[self.table["suppressed"], list(self.keys)].reset_index(drop=True)


def is_few(learners: ArrayLike, k: int = K) -> Flags:
    """Whether a cell is about 1 to k − 1 learners.

    >>> is_few([0, 1, 9, 10]).tolist()
    [False, True, True, False]
    """
    _check(k)
    counts = np.asarray(learners)
    return (counts > 0) & (counts < k)


def suppress(
    table: "pd.DataFrame",
    keys: str | Sequence[str],
    learners: str = "learners",
    k: int = K,
    within: Sequence[str] = (),
    totals: bool = True,
) -> Suppressed:
    """Withhold the rows about few learners, and what would give them back.

    A row is a cell of a breakdown. Where `totals` (the sum over the rows, shown here or elsewhere in the report) are known, the withheld
    rows of a total together are always about at least k learners: if those about few do not make sure of that, the smallest row about k
    or more is withheld too. Learners may be in several rows, so only a row of at least k makes sure.

    Args:
        table: one row a cell.
        keys: columns that name the cell; they stay.
        learners: column with the number of distinct learners of the cell.
        k: at least 1; 1 withholds nothing.
        within: keys whose combinations each have a total of their own, for instance the day; by default there is one for the table.
        totals: False where no total of these rows is known to the reader.

    Raises:
        UsageError: k is below 1. ValueError: a cell without a number of learners.
    """
    counts = _counts(table, learners, k)
    primary = is_few(counts, k)
    hidden, exposed = primary.copy(), []
    for name, rows in _groups(table, within).items() if totals else ():
        others = rows[counts[rows] >= k]
        if primary[rows].any() and len(others):
            hidden[others[np.argmin(counts[others])]] = True
        elif primary[rows].any():
            exposed.append(name)
    return _emptied(table, keys, primary, hidden, exposed)


def suppress_grid(table: "pd.DataFrame", row: str, column: str, learners: str = "learners", k: int = K, total: Any = "*") -> Suppressed:
    """Withhold the cells of a two-way table about few learners, and what its row and column totals would give back.

    Every withheld cell ends up as a corner of a rectangle of withheld cells along which numbers can be moved without a change of any
    total; where the table has no other way, totals are withheld too.

    Args:
        table: one row a cell, named by `row` and `column`; a cell that is not there is about nobody. A cell with `total` as its row or
            column (or both) is a total. All totals that the reader sees anywhere belong into the table: one that is not in it counts as
            unknown to the reader.
        learners, k: as in `suppress`.
        total: the mark of totals.

    Raises:
        UsageError: k is below 1. ValueError: a cell twice, or without a number of learners.
    """
    counts = _counts(table, learners, k)
    (height, rows), (width, columns) = (_places(table[name], total) for name in (row, column))
    if table.duplicated([row, column]).any():
        raise ValueError(f"a cell of {row} and {column} occurs twice: add its rows up first")
    grid = np.full((height + 1, width + 1), -1, dtype=np.int64)
    grid[rows, columns] = counts
    return _emptied(table, (row, column), is_few(counts, k), protect(grid, k)[rows, columns])


def _places(names: "pd.Series", total: Any) -> tuple[int, NDArray[np.int64]]:
    """How many lines there are beside that of the totals, and the line of each name; totals come last."""
    places = {name: number for number, name in enumerate(name for name in dict.fromkeys(names) if name != total)}
    return len(places), np.array([places.get(name, len(places)) for name in names], dtype=np.int64)


def _check(k: int) -> None:
    if k < 1:
        raise UsageError(f"The least number of learners of a shown cell must be 1 or more, not {k}.")


def _counts(table: "pd.DataFrame", learners: str, k: int) -> NDArray[np.int64]:
    _check(k)
    values = table[learners].to_numpy(dtype=float)
    if not (np.isfinite(values) & (values >= 0)).all():
        raise ValueError(f"every row needs its number of {learners}: without it nobody knows whether it may be shown")
    return values.astype(np.int64)


def _groups(table: "pd.DataFrame", within: Sequence[str]) -> dict[tuple[Any, ...], NDArray[np.int64]]:
    """Positions of the rows of each total."""
    if not within:
        return {(): np.arange(len(table))}
    return dict(table.groupby(list(within), dropna=False, observed=True).indices)  # type: ignore[arg-type]


def _emptied(
    table: "pd.DataFrame", keys: str | Sequence[str], primary: Flags, hidden: Flags, exposed: Sequence[tuple[Any, ...]] = ()
) -> Suppressed:
    kept = (keys,) if isinstance(keys, str) else tuple(keys)
    shown = table.copy()
    for name in shown.columns.difference([*kept, "suppressed"], sort=False) if hidden.any() else ():
        shown[name] = shown[name].where(~hidden)
    shown["suppressed"] = hidden
    return Suppressed(shown, kept, int((hidden & primary).sum()), int((hidden & ~primary).sum()), tuple(exposed))


def pseudonym(report: str, learner: object, key: str | bytes) -> str:
    """A name that stands for a learner in one report: the same each time, another in every other report (definition X6).

    HMAC-SHA256 of the report's name and the learner's id, 50 bits of it: two of 10 000 learners share one with probability 4e-8.

    Args:
        report: name of the report. learner: id (UUID or text; upper and lower case are the same).
        key: secret of at least one byte; without it nobody can try out ids.

    >>> pseudonym("progress", "00000000-0000-0000-0000-000000000001", "secret")
    'L-UOMAUC2DA2'
    """
    secret = key.encode() if isinstance(key, str) else key
    if not secret:
        raise UsageError("Pseudonyms need a key; set WORKBENCH_PSEUDONYM_KEY.")
    digest = hmac.new(secret, f"{report}\0{str(learner).lower()}".encode(), hashlib.sha256).digest()
    return f"L-{base64.b32encode(digest)[:10].decode()}"


def pseudonyms(report: str, learners: Iterable[object], key: str | bytes) -> list[str]:
    """The pseudonym of each learner, in order; ids that occur often are hashed once."""
    known: dict[object, str] = {}
    return [known.get(one) or known.setdefault(one, pseudonym(report, one, key)) for one in learners]
