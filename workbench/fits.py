"""Fitted models of the answers, kept with their cut-off: a report can be repeated, and a fit is not.

`fit_skills` fits knowledge tracing (definition P1), `fit_items` item response theory (definition P6), over the answers of a platform that
happened and were recorded before an instant. What is kept for that instant by the same code over as many answers (by the rollups) is
returned as it stands; else it is fitted and kept, on the primary, through functions that the reading roles may call.
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
from workbench.metrics import bkt_fit, irt, item_fit

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
    with right and wrong answers of at least `FEWEST_LEARNERS` learners, guessing held at its stored value. Of a platform beyond
    `MOST_CELLS` only a share of the learners, drawn by their identities, takes part.

    Args:
        cut_off: aware instant that is not in the future; only answers that happened and were recorded before it are used.

    Returns:
        One row per item, those of `marts.item_fit`: `platform`, `item_id`, `cut_off`, `definition`, `learners` whose answers were used,
        `correct` of these, `rest_correlation`, `discrimination`, `difficulty`, `guessing`, `discrimination_error`, `difficulty_error`,
        `infit`, `outfit` (`metrics.item_fit.statistics`); NaN where the item was not fitted. Empty without answers.

    Raises:
        UsageError: the cut-off has no zone or is in the future.
    """
    return _kept_or_made(connection, platform, cut_off, "items", _items)


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
    table, definition = TABLES[what], _definition(connection, platform, cut_off, what)
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


def _kept(connection: "Connection", table: str, platform: str, cut_off: datetime, definition: str) -> "pd.DataFrame":
    found = sqlfiles.read(connection, f"marts/fits/kept_{table}", platform=platform, cut_off=cut_off, definition=definition)
    return found.drop(columns="fitted_at")


def _definition(connection: "Connection", platform: str, cut_off: datetime, what: str) -> str:
    """Hash of whatever decides the figures: the fitting code, this module, the SQL that reads the answers, and how many there are: raw
    data that were replaced are fitted anew."""
    code = [bkt_fit.__file__] if what == "skills" else [irt.__file__, item_fit.__file__]
    files = [*map(Path, code), Path(__file__), paths.sql_file(f"marts/fits/{what.removesuffix('s')}_answers")]
    known = sqlfiles.fetch(connection, "marts/fits/known_answers", platform=platform, cut_off=cut_off)[0]
    parts = [*(path.read_text(encoding="utf-8") for path in files), *map(str, known)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


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
    learners, outcomes = [np.array(row.learners) for row in rows], [_outcomes([row.answers]) for row in rows]
    often = np.array([len(who) >= FEWEST_LEARNERS for who in learners])
    most = max(1, MOST_CELLS // max(often.sum(), 1))  # learners are numbered from 0 in the order of their identities
    drawn = [who < most for who in learners]
    used, correct = (np.array([one[part].sum() for one, part in zip(of, drawn, strict=True)]) for of in (drawn, outcomes))
    columns: dict[str, object] = {
        "item_id": [str(row.item_id) for row in rows],
        "learners": used,
        "correct": correct,
        "guessing": guessing,
    }
    fitted = np.flatnonzero(often & (correct > 0) & (correct < used))
    if len(fitted):
        table = np.full((min(most, max(learners[at].max() for at in fitted) + 1), len(fitted)), np.nan)
        for column, at in enumerate(fitted):
            table[learners[at][drawn[at]], column] = outcomes[at][drawn[at]]
        for name, values in item_fit.statistics(table[~np.isnan(table).all(axis=1)], guessing[fitted]).items():
            columns[name] = np.full(len(rows), np.nan)
            columns[name][fitted] = values
    return _rows(columns)


def _rows(columns: "dict[str, object]") -> list[dict[str, object]]:
    """Columns as rows of plain values, None for what is no finite number."""
    lists = [[_plain(value) for value in values] for values in columns.values()]  # type: ignore[attr-defined]
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def _plain(value: object) -> object:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not np.isfinite(value) else value
