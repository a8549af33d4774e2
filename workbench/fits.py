"""Fitted models of the answers, kept with their cut-off: a report can be repeated, and a fit is not.

`fit_skills` fits knowledge tracing (definition P1), `fit_items` item response theory (definition P6), over the answers of a platform that
happened and were recorded before an instant. What is kept for that instant by the same code is returned as it stands; else it is fitted
and kept, on the primary, through functions that the reading roles may call. The newest fit at or before an instant is `latest`: for
whoever is content with parameters a little older than the figures.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench import paths, replica, sqlfiles
from workbench.errors import UsageError
from workbench.metrics import bkt_fit, irt

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

FEWEST_LEARNERS = 100
"""An item that fewer learners answered is counted and not fitted: its slope would be anything."""
MOST_CELLS = 600_000
"""Cells of learners × items that are fitted together; of more, only the first learners in the order of their random identities."""
TABLES = {"skills": "bkt_fit", "items": "item_fit"}

_STATES = {"fitted": "fitted", "too_few": "few answers", "degenerate": "degenerate"}


def fit_skills(connection: "Connection", platform: str, cut_off: datetime) -> "pd.DataFrame":
    """Parameters of knowledge tracing of every skill with answers (definition P1).

    Args:
        cut_off: aware instant that is not in the future; only answers that happened and were recorded before it are used.

    Returns:
        One row per skill, those of `marts.bkt_fit`: `platform`, `skill_id`, `cut_off`, `definition`, `answers`, `learners`, `prior`,
        `learn`, `guess`, `slip`, `log_likelihood`, `iterations`, `state` (fitted; few answers: under 50, the parameters are those of
        all skills together; degenerate). Empty without answers.

    Raises:
        UsageError: the cut-off has no zone or is in the future.
    """
    return _kept_or_made(connection, platform, cut_off, "skills", _skills)


def fit_items(connection: "Connection", platform: str, cut_off: datetime) -> "pd.DataFrame":
    """Statistics of every item over first answers (definition P6): 2PL by marginal maximum likelihood over all items of the platform
    with right and wrong answers of at least `FEWEST_LEARNERS` learners, guessing held at its stored value.

    Args:
        cut_off: aware instant that is not in the future; only answers that happened and were recorded before it are used.

    Returns:
        One row per item, those of `marts.item_fit`: `platform`, `item_id`, `cut_off`, `definition`, `learners`, `correct`,
        `rest_correlation`, `discrimination`, `difficulty`, `guessing`, `discrimination_error`, `difficulty_error`, `infit`, `outfit`;
        NaN where the item was not fitted. Empty without answers.

    Raises:
        UsageError: the cut-off has no zone or is in the future.
    """
    return _kept_or_made(connection, platform, cut_off, "items", _items)


def latest(connection: "Connection", platform: str, before: datetime, what: str = "skills") -> "pd.DataFrame":
    """The newest kept fit at or before an instant, of `skills` or `items`, as `fit_skills` or `fit_items` returned it; else empty.

    Raises:
        UsageError: `what` is neither.
    """
    if what not in TABLES:
        raise UsageError(f"There are no fits of {what}; there are {' and '.join(TABLES)}.")
    table, definition = TABLES[what], _definition(what)
    found = sqlfiles.fetch(connection, f"marts/fits/latest_{table}", platform=platform, before=before, definition=definition)
    return _kept(connection, table, platform, found[0].cut_off, definition)


def _kept_or_made(
    connection: "Connection",
    platform: str,
    cut_off: datetime,
    what: str,
    make: "Callable[[Connection, str, datetime], list[dict[str, object]]]",
) -> "pd.DataFrame":
    if cut_off.tzinfo is None:
        raise UsageError(f"The cut-off {cut_off} has no time zone; a fit is kept by an instant.")
    if cut_off > connection.exec_driver_sql("select clock_timestamp()").scalar_one():
        raise UsageError(f"The cut-off {cut_off} is in the future; answers up to then are not known yet.")
    table, definition = TABLES[what], _definition(what)
    kept = _kept(connection, table, platform, cut_off, definition)
    if len(kept) or not (made := make(connection, platform, cut_off)):
        return kept
    key = {"platform": platform, "cut_off": cut_off.isoformat(), "definition": definition}
    document = json.dumps([{**key, **row} for row in made])
    with replica.primary_engine(connection).connect() as writing:
        writing.exec_driver_sql("set transaction read write")
        sqlfiles.fetch(writing, f"marts/fits/keep_{table}", fits=document)
        kept = _kept(writing, table, platform, cut_off, definition)
        writing.commit()
    return kept


def _kept(connection: "Connection", table: str, platform: str, cut_off: datetime | None, definition: str) -> "pd.DataFrame":
    found = sqlfiles.read(connection, f"marts/fits/kept_{table}", platform=platform, cut_off=cut_off, definition=definition)
    return found.drop(columns="fitted_at")


def _definition(what: str) -> str:
    """Hash of whatever decides the figures: the fitting code, this module, the SQL that reads the answers."""
    code = [bkt_fit.__file__] if what == "skills" else [irt.__file__]
    files = [*map(Path, code), Path(__file__), paths.sql_file(f"marts/fits/{what.removesuffix('s')}_answers")]
    return hashlib.sha256("\0".join(path.read_text(encoding="utf-8") for path in files).encode()).hexdigest()


def _outcomes(answers: "list[str]") -> np.ndarray:
    """Texts of 0 and 1 as one array of right and wrong."""
    return np.frombuffer("".join(answers).encode(), dtype=np.uint8) == ord("1")


def _skills(connection: "Connection", platform: str, cut_off: datetime) -> list[dict[str, object]]:
    rows = sqlfiles.fetch(connection, "marts/fits/skill_answers", platform=platform, cut_off=cut_off)
    if not rows:
        return []
    skill_ids, answers = zip(*rows, strict=True)
    names, skill, learners = np.unique([str(name) for name in skill_ids], return_inverse=True, return_counts=True)
    lengths = np.fromiter(map(len, answers), dtype=np.int64, count=len(answers))
    found = bkt_fit.fit(np.repeat(np.arange(len(answers)), lengths), np.repeat(skill, lengths), _outcomes(list(answers)))
    given = found.parameters
    columns = {
        "skill_id": names, "answers": found.answers, "learners": learners, "prior": given.prior, "learn": given.learn, "guess": given.guess,
        "slip": given.slip, "log_likelihood": found.log_likelihood, "state": [_STATES[status] for status in found.status],
    }  # fmt: skip
    return _rows({**columns, "iterations": np.full(len(names), found.iterations)})


def _items(connection: "Connection", platform: str, cut_off: datetime) -> list[dict[str, object]]:
    rows = sqlfiles.fetch(connection, "marts/fits/item_answers", platform=platform, cut_off=cut_off)
    if not rows:
        return []
    guessing = np.array([row.guessing or 0.0 for row in rows])
    outcomes = [_outcomes([row.answers]) for row in rows]
    learners, correct = np.array([len(one) for one in outcomes]), np.array([one.sum() for one in outcomes])
    columns: dict[str, object] = {
        "item_id": [str(row.item_id) for row in rows],
        "learners": learners,
        "correct": correct,
        "guessing": guessing,
    }
    fitted = np.flatnonzero((learners >= FEWEST_LEARNERS) & (correct > 0) & (correct < learners))
    table, fitted = _table([rows[at].learners for at in fitted], [outcomes[at] for at in fitted], fitted)
    for name, values in (_statistics(table, guessing[fitted]) if len(fitted) else {}).items():
        columns[name] = np.full(len(rows), np.nan)
        columns[name][fitted] = values
    return _rows(columns)


def _table(learners: list[list[int]], outcomes: list[np.ndarray], items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Learners × items: 1 right, 0 wrong, NaN not answered; and the items that still have right and wrong answers in it."""
    people = max((max(one) + 1 for one in learners), default=0)
    rows = min(people, max(1, MOST_CELLS // max(len(items), 1)))
    table = np.full((rows, len(items)), np.nan)
    for column, (who, right) in enumerate(zip(learners, outcomes, strict=True)):
        at = np.array(who)
        table[at[at < rows], column] = right[at < rows]
    seen, right = (~np.isnan(table)).sum(0), np.nansum(table, 0)
    varied = (right > 0) & (right < seen)
    return table[:, varied][~np.isnan(table[:, varied]).all(1)], items[varied]


def _statistics(table: np.ndarray, guessing: np.ndarray) -> dict[str, np.ndarray]:
    fitted = irt.fit_2pl(table, guessing, iterations=200, tolerance=1e-3)  # far below the errors of the parameters
    ability, _ = irt.ability(table, fitted.a, fitted.b, fitted.c)
    found = irt.item_statistics(table, irt.probability(ability[:, None], fitted.a, fitted.b, fitted.c))
    slope_error, place_error = irt.standard_errors(table, fitted)
    return {
        "rest_correlation": found.point_biserial, "discrimination": fitted.a, "difficulty": fitted.b, "discrimination_error": slope_error,
        "difficulty_error": place_error, "infit": found.infit, "outfit": found.outfit,
    }  # fmt: skip


def _rows(columns: "dict[str, object]") -> list[dict[str, object]]:
    """Columns as rows of plain values, None for what is no finite number."""
    lists = [[_plain(value) for value in values] for values in columns.values()]  # type: ignore[attr-defined]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def _plain(value: object) -> object:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not np.isfinite(value) else value
