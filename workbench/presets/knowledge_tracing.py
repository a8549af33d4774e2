"""Preset `knowledge-tracing` of DriveMaster: answers to items of one skill each become learners, concepts, content and events.

The files are tab-separated with the columns `user_id`, `item_id`, `timestamp`, `correct`, `skill_id` (whole numbers), as collections of
data sets for knowledge tracing keep them; a folder is read file by file in the order of their names, each learner's answers in the order
of the rows. Where every `timestamp` is 0, only that order is known: the answers are put on a synthetic clock, one a minute for each
learner from the first day on, and `marts.load_run.details` says so. Otherwise timestamps are seconds after the first day.

Nothing is known of the learners but their answers. Every knowledge state is the replay (definition P1) with parameters fitted to these
answers, and its schedule that of definition P5, where a right answer without confidence is graded 4.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv

from workbench import db
from workbench.errors import UsageError
from workbench.load import LoadReport
from workbench.loading.copying import as_loader
from workbench.loading.ledger import loads, note_load
from workbench.loading.target import describe
from workbench.metrics import bkt, bkt_fit, sm2
from workbench.partitioning import backfill

if TYPE_CHECKING:
    from sqlalchemy import Connection

PRESET = "knowledge-tracing"
FIRST_DAY = date(2009, 9, 1)
COLUMNS = ("user_id", "item_id", "timestamp", "correct", "skill_id")
CATEGORY = "knowledge_tracing"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "workbench/presets/knowledge-tracing")
INSTANT = pa.timestamp("us", "UTC")
DAY_US, MINUTE_US = 86_400_000_000, 60_000_000
SYNTHETIC = "synthetic: the files hold no times; one answer a minute for each learner from the first day, in the order of the rows"
GIVEN = "timestamps of the files, as seconds after the first day"


@dataclass(frozen=True)
class Answers:
    """All answers, by learner and in their order. `user`, `item`, `skill` are positions among the sorted numbers of the files."""

    user: np.ndarray
    item: np.ndarray
    skill: np.ndarray
    right: np.ndarray
    at: np.ndarray  # microseconds since 1970
    users: np.ndarray
    items: np.ndarray
    skills: np.ndarray
    item_skill: np.ndarray
    clock: str

    @property
    def sequence(self) -> np.ndarray:
        """One value for each learner × skill."""
        return self.user * len(self.skills) + self.skill


def load(
    connection: "Connection", folder: Path, start: date = FIRST_DAY, progress: Callable[[int, int | None, str], None] | None = None
) -> LoadReport:
    """Load every `*.csv` and `*.tsv` of a folder (or one such file); see the module for the mapping.

    Raises:
        UsageError: there is nothing to load, a file has another shape, or the preset was loaded before.
    """
    started = time.monotonic()
    files = _files(folder)
    given = _answers(files, start)
    with as_loader(connection):
        db.one_at_a_time(connection, f"preset {PRESET}")
        describe(connection, "drivemaster.learning_events")
        if loads(connection, "drivemaster", PRESET):
            raise UsageError(f"the preset {PRESET} was loaded into this database before (see marts.load_run); use a fresh database.")
        fit = bkt_fit.fit(given.sequence, given.skill, given.right)
        tables, done = _tables(given, fit, start), 0
        total = sum(len(next(iter(columns.values()))) for columns in tables.values())
        for name, columns in tables.items():
            done += backfill.store(connection, describe(connection, f"drivemaster.{name}"), columns)
            if progress:
                progress(done, total, f"drivemaster.{name}")
        rows, target = len(given.user), "drivemaster.learning_events"
        status = dict(zip(*(column.tolist() for column in np.unique(fit.status, return_counts=True)), strict=True))
        kept = {"start": start, "clock": given.clock, "learners": len(given.users), "items": len(given.items), "skills": len(given.skills)}
        note_load(connection, "drivemaster", target, [str(path) for path in files], rows, 0, started, PRESET, **kept, fits=status)
    return LoadReport(target, [path.name for path in files], rows, 0, None, round(time.monotonic() - started, 3))


def _files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.glob("*.[ct]sv")) if folder.is_dir() else [folder]
    if not found or not found[0].is_file():
        raise UsageError(f"there are no .csv or .tsv files of answers in {folder}.")
    return found


def _answers(files: list[Path], start: date) -> Answers:
    table = pa.concat_tables([_read(path) for path in files])
    if table.num_rows == 0:
        raise UsageError(f"there is no answer in {', '.join(path.name for path in files)}.")
    user, item, stamp, correct, skill = (table[name].to_numpy() for name in COLUMNS)
    order = np.lexsort((np.arange(len(user)), stamp, user))
    user, item, stamp, correct, skill = (column[order] for column in (user, item, stamp, correct, skill))
    (users, user), (items, item), (skills, skill) = (np.unique(column, return_inverse=True) for column in (user, item, skill))
    item_skill = np.empty(len(items), np.int64)
    item_skill[item] = skill
    if np.any(item_skill[item] != skill):
        raise UsageError(f"item {items[item[item_skill[item] != skill][0]]} has answers of several skills; an item belongs to one concept.")
    place = np.arange(len(user)) - np.searchsorted(user, user)
    after = stamp * 1_000_000 if stamp.any() else place * MINUTE_US
    at = int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()) * 1_000_000 + after
    return Answers(user, item, skill, correct == 1, at, users, items, skills, item_skill, GIVEN if stamp.any() else SYNTHETIC)


def _read(path: Path) -> pa.Table:
    """One file.

    Raises:
        UsageError: it is no such file, or holds something else than whole numbers, or an answer neither right nor wrong.
    """
    options = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(COLUMNS, pa.int64()), strings_can_be_null=False, null_values=[])
    try:
        table = pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions(delimiter="\t"), convert_options=options)
        table = table.select(COLUMNS)
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        raise UsageError(f"{path} is not a tab-separated file of answers ({', '.join(COLUMNS)}): {error}.") from None
    correct, stamp = table["correct"].to_numpy(), table["timestamp"].to_numpy()
    if bad := np.flatnonzero((correct < 0) | (correct > 1) | (stamp < 0) | (stamp > 10**10)).tolist():
        told = f"correct = {correct[bad[0]]}, timestamp = {stamp[bad[0]]}"
        raise UsageError(f"{path}: row {bad[0] + 1} has {told}; 0 or 1 and seconds are wanted.")
    return table


def _tables(given: Answers, fit: bkt_fit.Fit, start: date) -> dict[str, dict[str, pa.Array]]:
    """The rows of each table, in the order in which the tables can be filled."""
    begun = pa.scalar(datetime(start.year, start.month, start.day, tzinfo=UTC), INSTANT)
    people, concepts, items = (
        _keys(kind, numbers) for kind, numbers in (("user", given.users), ("skill", given.skills), ("item", given.items))
    )
    return {
        "users": _users(given, people, begun),
        "concepts": _concepts(given, concepts, begun),
        "content": _content(given, concepts, items, begun),
        "knowledge_states": _states(given, fit, people, concepts),
        "learning_events": _events(given, people, concepts, items),
    }


def _keys(kind: str, numbers: np.ndarray) -> pa.Array:
    return pa.array([uuid.uuid5(NAMESPACE, f"{kind}/{number}").bytes for number in numbers.tolist()], pa.binary(16))


def _times(us: np.ndarray) -> pa.Array:
    return pa.array(us).cast(INSTANT)


def _repeated(value: pa.Scalar, count: int) -> pa.Array:
    return pa.repeat(value, count)


def _users(given: Answers, people: pa.Array, begun: pa.Scalar) -> dict[str, pa.Array]:
    last = np.zeros(len(given.users), np.int64)
    np.maximum.at(last, given.user, given.at)
    return {
        "id": people,
        "email": pa.array([f"learner-{number}@{PRESET}.invalid" for number in given.users.tolist()]),
        "display_name": pa.array([f"Learner {number}" for number in given.users.tolist()]),
        "password_hash": _repeated(pa.scalar("!"), len(people)),
        "last_active_at": _times(last),
        "created_at": _repeated(begun, len(people)),
        "updated_at": _times(last),
    }


def _concepts(given: Answers, concepts: pa.Array, begun: pa.Scalar) -> dict[str, pa.Array]:
    return {
        "id": concepts,
        "key": pa.array([f"skill-{number}" for number in given.skills.tolist()]),
        "name": pa.array([f"Skill {number}" for number in given.skills.tolist()]),
        "category": _repeated(pa.scalar(CATEGORY), len(concepts)),
        "created_at": _repeated(begun, len(concepts)),
        "updated_at": _repeated(begun, len(concepts)),
    }


def _content(given: Answers, concepts: pa.Array, items: pa.Array, begun: pa.Scalar) -> dict[str, pa.Array]:
    count = len(items)
    return {
        "id": items,
        "concept_id": concepts.take(pa.array(given.item_skill)),
        "category": _repeated(pa.scalar(CATEGORY), count),
        "title": pa.array([f"Item {number}" for number in given.items.tolist()]),
        "total_attempts": pa.array(np.bincount(given.item, minlength=count)),
        "correct_attempts": pa.array(np.bincount(given.item[given.right], minlength=count)),
        "created_at": _repeated(begun, count),
        "updated_at": _repeated(begun, count),
    }


def _states(given: Answers, fit: bkt_fit.Fit, people: pa.Array, concepts: pa.Array) -> dict[str, pa.Array]:
    """One row per learner and skill; a fit whose slip and guess leave no room between them is moved apart by a thousandth."""
    fitted = fit.parameters
    guess = np.minimum(fitted.guess, 1 - fitted.slip - 1e-3)
    used = bkt.parameters(fitted.prior, fitted.learn, guess, fitted.slip)
    after = bkt.replay(given.sequence, given.skill, given.right, used).mastery
    plan = sm2.schedule(given.sequence, given.at // DAY_US, np.where(given.right, 4, 1))
    sequence, first, group = np.unique(given.sequence, return_index=True, return_inverse=True)
    last = np.empty(len(sequence), np.int64)
    last[group] = np.arange(len(group))  # of several answers the last one stays
    skill = given.skill[last]
    return {
        "user_id": people.take(pa.array(given.user[last])),
        "concept_id": concepts.take(pa.array(skill)),
        "initial_knowledge": pa.array(used.prior[skill]),
        "learning_rate": pa.array(used.learn[skill]),
        "guess_parameter": pa.array(used.guess[skill]),
        "slip_parameter": pa.array(used.slip[skill]),
        "mastery_probability": pa.array(after[last]),
        "easiness": pa.array(plan.easiness[last] / 100),
        "repetitions": pa.array(plan.repetitions[last]),
        "interval_days": pa.array(plan.interval_days[last]),
        "due_at": _times(plan.due_day[last] * DAY_US),
        "total_attempts": pa.array(np.bincount(group)),
        "correct_attempts": pa.array(np.bincount(group[given.right], minlength=len(sequence))),
        "last_interaction": _times(given.at[last]),
        "created_at": _times(given.at[first]),
        "updated_at": _times(given.at[last]),
    }


def _events(given: Answers, people: pa.Array, concepts: pa.Array, items: pa.Array) -> dict[str, pa.Array]:
    """One answer a row. Keys are a hash of the load and the row's place, so that a repetition gives the same ones."""
    count = len(given.user)
    rng = np.random.Generator(np.random.PCG64(int.from_bytes(NAMESPACE.bytes)))
    keys = np.frombuffer(rng.bytes(16 * count), np.uint8).reshape(count, 16).copy()
    keys[:, 6], keys[:, 8] = keys[:, 6] & 0x0F | 0x80, keys[:, 8] & 0x3F | 0x80
    times = _times(given.at)
    return {
        "id": pa.Array.from_buffers(pa.binary(16), count, [None, pa.py_buffer(keys)]),
        "user_id": people.take(pa.array(given.user)),
        "content_id": items.take(pa.array(given.item)),
        "concept_id": concepts.take(pa.array(given.skill)),
        "event_type": _repeated(pa.scalar("question_answered"), count),
        "timestamp": times,
        "recorded_at": times,
        "response_data": pa.array(['{"isCorrect": false}', '{"isCorrect": true}']).take(pa.array(given.right.astype(np.int64))),
    }
