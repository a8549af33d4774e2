"""What learners made of items and skills: recomputed whole for each learner whose answers changed, after the days of a refresh.

The days that a refresh computes note their learners in `marts.touched_learner`, in the same transaction; here the answers of these
learners are staged once, `item_response` and `learner_skill` are written from them, and `skill_opportunity` from that. Where the platform
has parameters of knowledge tracing (`marts.dim_skill`), every sequence of answers is replayed (definition P1); the parameters used are
kept, and learners of a skill that has others now are due as well.

Of a row that began before raw rows were archived the beginning cannot be computed again: it stands, and what is later than its last
answer is added to it. A late answer between the two does not count.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np
from sqlalchemy import Connection

from workbench import db, sqlfiles
from workbench.errors import UsageError
from workbench.metrics import bkt

_STAGED = ("batch_parameter", "batch_answerer", "batch_answer", "batch_skill", "batch_sequence", "batch_replayed")


def is_due(connection: Connection, platform: str) -> bool:
    """Whether answers of any learner changed on days that were computed since."""
    text = "select exists (select from marts.touched_learner where platform = %s)"
    return bool(connection.exec_driver_sql(text, (platform,)).scalar())


def compute(connection: Connection, platform: str, everyone: bool = False) -> Counter[str]:
    """Compute the learners that are due, or all, inside the open transaction of the loader; returns rows written, by rollup."""
    if everyone:
        sqlfiles.execute(connection, "marts/rollups/touch_all_learners", platform=platform)
    if not is_due(connection, platform):
        return Counter()
    sqlfiles.execute(connection, "marts/rollups/batch_parameter", platform=platform)
    sqlfiles.execute(connection, "marts/rollups/touch_retraced", platform=platform)
    sqlfiles.execute(connection, "marts/rollups/batch_answerer", platform=platform)
    rows = _write(connection, platform, {}, "infinity")
    sqlfiles.execute(connection, "marts/rollups/clear_skill_parameter", platform=platform)
    sqlfiles.execute(connection, "marts/rollups/skill_parameter", platform=platform)
    sqlfiles.execute(connection, "marts/rollups/forget_learners", platform=platform)
    _drop(connection)
    return rows


def check_archived(connection: Connection, platforms: Sequence[str], as_of: datetime) -> None:
    """Refuse an instant as of which the learners cannot be computed.

    Raises:
        UsageError: raw rows of answers were archived, and learners who gave some of these have answered since the instant.
    """
    if platforms and (found := sqlfiles.fetch(connection, "marts/rollups/archived_answers", platforms=list(platforms), as_of=as_of)):
        names = ", ".join(row.platform for row in found)
        raise UsageError(
            f"Raw answers of {names} are archived, so what learners had made of items and skills by {as_of:%Y-%m-%d %H:%M %Z} "
            f"cannot be computed; leave out as_of to use the stored rollups."
        )


def compute_as_of(
    connection: Connection, platform: str, tables: Mapping[str, str], as_of: datetime | str, zone: str, start: date, end: date
) -> Counter[str]:
    """The same for all learners from answers that happened and were recorded before an instant, into the tables that replace the stored.

    What cannot be computed from raw rows is copied from the stored tables: rows of people who were erased, those of the local days
    `[start, end)` too, and rows begun before raw rows were archived.
    """
    for name in ("attempt_days", "learner_attempt_days"):
        sqlfiles.execute(connection, f"marts/rollups/as_of_{name}", platform=platform, zone=zone, start=start, end=end)
    for name in ("item_response", "learner_skill"):
        sqlfiles.execute(connection, f"marts/rollups/as_of_{name}", platform=platform, as_of=as_of)
    sqlfiles.execute(connection, "marts/rollups/batch_parameter", platform=platform)
    sqlfiles.execute(connection, "marts/rollups/batch_answerer_as_of", platform=platform, as_of=as_of)
    rows = _write(connection, platform, tables, as_of)
    _drop(connection)
    return rows


def _write(connection: Connection, platform: str, tables: Mapping[str, str], as_of: datetime | str) -> Counter[str]:
    rows: Counter[str] = Counter()

    def run(name: str) -> int:
        return sqlfiles.execute(connection, f"marts/rollups/{name}", tables, platform=platform)

    connection.exec_driver_sql("analyze batch_answerer")
    sqlfiles.execute(connection, "marts/rollups/batch_answer", {"{platform}": platform}, platform=platform, as_of=as_of)
    connection.exec_driver_sql("analyze batch_answer")
    run("batch_skill")
    run("clear_item_response")
    rows["item_response"] = run("item_response")
    run("clear_learner_skill")
    run("batch_sequence")
    _replay(connection)
    rows["learner_skill"] = run("learner_skill")
    run("clear_skill_opportunity")
    rows["skill_opportunity"] = run("skill_opportunity")
    return rows


def _replay(connection: Connection) -> None:
    """Fill the staged table `batch_replayed` from the staged sequences of skills that have parameters."""
    sqlfiles.execute(connection, "marts/rollups/replayed_table")
    skills = sqlfiles.fetch(connection, "marts/rollups/parameters")
    sequences = sqlfiles.rows(db.raw(connection), "marts/rollups/sequences") if skills else []
    if not sequences:
        return
    number = {row.skill_id: position for position, row in enumerate(skills)}
    given = bkt.parameters(*(np.array(column, dtype=float) for column in list(zip(*skills, strict=True))[1:]))
    places, skill_ids, answers, begun = zip(*sequences, strict=True)
    lengths = np.fromiter(map(len, answers), dtype=np.int64, count=len(answers))
    right = np.frombuffer("".join(answers).encode(), dtype=np.uint8) == ord("1")
    sequence = np.repeat(np.arange(len(answers)), lengths)
    key = np.repeat(np.fromiter(map(number.__getitem__, skill_ids), dtype=np.int64, count=len(answers)), lengths)
    start = np.array([np.nan if odds is None else odds for odds in begun])
    after = bkt.replay(sequence, key, right, given, start if np.isfinite(start).any() else None).log_odds
    ends = np.cumsum(lengths)
    mastered = _first_mastered(after, ends - lengths, lengths)
    with db.raw(connection).cursor().copy("copy batch_replayed (place, log_odds, mastered_with) from stdin") as copy:
        for place, odds, first in zip(places, after[ends - 1].tolist(), mastered, strict=True):
            copy.write_row((place, odds, first))


def _first_mastered(after: np.ndarray, first: np.ndarray, lengths: np.ndarray) -> list[int | None]:
    """With which answer, from 1, each sequence of states first reached mastery; None where it never did."""
    at = np.where(bkt.probability(after) >= bkt.MASTERED, np.arange(len(after)), len(after))
    earliest = np.minimum.reduceat(at, first)
    return [int(found - begin + 1) if found < begin + length else None
            for found, begin, length in zip(earliest.tolist(), first.tolist(), lengths.tolist(), strict=True)]  # fmt: skip


def _drop(connection: Connection) -> None:
    connection.exec_driver_sql(f"drop table {', '.join(_STAGED)}")
