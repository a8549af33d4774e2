"""Files into a table through COPY: checked value by value, all or nothing, or with the bad rows kept apart.

The file is read, mapped and encoded in one thread while the server stores the batch before: see `loading`.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from workbench import partition
from workbench.errors import RunFailed, UsageError
from workbench.loading.ahead import ahead
from workbench.loading.convert import convert
from workbench.loading.copying import Batch, Refusal, Writer, as_loader
from workbench.loading.ledger import note_load
from workbench.loading.mapping import Map, assign, check, read_map
from workbench.loading.readers import Chunk, read
from workbench.loading.target import Target, describe
from workbench.partitioning.backfill import Filling
from workbench.partitioning.instants import by_month

if TYPE_CHECKING:
    from sqlalchemy import Connection

Progress = Callable[[int, int | None, str], None]


@dataclass(frozen=True)
class LoadReport:
    """What a load did."""

    target: str
    files: list[str]
    rows: int
    rejected: int
    rejects: str | None
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The report for scripts."""
        return asdict(self)

    def text(self) -> str:
        """The report for people."""
        kept = f"; {self.rejected:,} rejected rows are in {self.rejects}" if self.rejected else ""
        return f"{self.target}: {self.rows:,} rows from {len(self.files)} file(s) in {self.seconds:.1f} s{kept}"


@dataclass(frozen=True)
class Reject:
    """A row that was not loaded, and why."""

    file: str
    line: int
    column: str | None
    reason: str
    row: Any

    def __str__(self) -> str:
        column = f" column {self.column}" if self.column else ""
        return f"{self.file}:{self.line}{column}: {self.reason}"


@dataclass(frozen=True)
class _Prepared:
    """A chunk ready to be sent: the batch, where its rows stand in the chunk, and the rows that do not fit the table."""

    chunk: Chunk
    batch: Batch
    positions: np.ndarray
    refused: list[Refusal]
    month: date | None = None  # of all its rows, in a back-fill


def load_table(
    connection: "Connection",
    target: str,
    files: Sequence[Path | str],
    mapping: Path | str | None = None,
    rejects: Path | str | None = None,
    progress: Progress | None = None,
    backfill: bool = False,
) -> LoadReport:
    """Load CSV, TSV, JSONL, JSON or Parquet files into a table, in the transaction of the connection; committing is the caller's.

    Rows are stored in batches of at most 65 536, so a row may refer only to rows before it or near it. CSV: an empty field is NULL,
    a quoted empty one is an empty text. JSON: a missing key takes the column's default. Parquet lines are row numbers.

    Args:
        target: the table, `<platform>.<table>`; a partitioned one is named by its parent, and the months of its rows are made.
        mapping: a `map.toml` (see `loading.mapping`); without it every field goes into the column of its name.
        rejects: keep rows that do not fit in this file, one JSON object a line (file, line, column, reason, row), and load the others.
        progress: called with bytes read, bytes in all, and a label.
        backfill: months that are not there yet are made out of their rows, indexes and references last (see `partitioning.backfill`):
            several times as fast for many rows, but whoever writes to the table waits. A reference to nothing is named by its key alone.

    Raises:
        UsageError: the table, the map or a file as a whole is wrong, or it cannot be back-filled; nothing was loaded.
        RunFailed: a row does not fit and `rejects` is not given, or the server failed; nothing was loaded.
    """
    started = time.monotonic()
    if backfill and rejects:
        raise UsageError("a back-fill takes all rows or none; leave out either --backfill or --rejects.")
    paths, rules = _checked(files), read_map(Path(mapping) if mapping else None)
    with as_loader(connection), _Rejects(rejects) as kept:
        table = describe(connection, target)
        check(rules, table)
        connection.exec_driver_sql("set constraints all immediate")  # a deferred one would only speak when nobody knows the row
        destination = _Destination(connection, table, not kept.wanted, backfill)
        rows, total = 0, sum(path.stat().st_size for path in paths)
        with closing(ahead(_prepare(paths, rules, table, rejects is None, destination.splits))) as chunks:
            for prepared, read_bytes in chunks:
                rows += _store(destination, prepared, kept)
                if progress:
                    progress(read_bytes, total, f"{target}: {rows:,} rows")
        destination.finish()
        note_load(connection, table.schema, str(table), [str(path) for path in paths], rows, kept.count, started)
        kept.keep()
    seconds = round(time.monotonic() - started, 3)
    return LoadReport(target, [str(path) for path in paths], rows, kept.count, str(rejects) if rejects else None, seconds)


def _checked(files: Sequence[Path | str]) -> list[Path]:
    paths = [Path(file) for file in files]
    if not paths:
        raise UsageError("no file to load was named.")
    missing = next((path for path in paths if not path.is_file()), None)
    if missing:
        raise UsageError(f"there is no file {missing}.")
    return paths


def _prepare(paths: Iterable[Path], rules: Map, target: Target, first_only: bool, instant: str | None) -> Iterator[tuple[_Prepared, int]]:
    """Each chunk, mapped, converted and encoded, with the bytes read so far; with `first_only` a chunk with a bad row is not encoded.

    Args:
        instant: column by whose months the rows of a chunk are told apart; None: they stay together.
    """
    before = 0
    for path in paths:
        for chunk in read(path, rules.format):
            for prepared in _months(_converted(chunk, rules, target), instant):
                if prepared.batch.rows and not (first_only and (prepared.refused or chunk.broken)):
                    _ = prepared.batch.body
                yield prepared, before + chunk.read
        before += path.stat().st_size


def _months(prepared: _Prepared, instant: str | None) -> Iterator[_Prepared]:
    batch = prepared.batch
    said = batch.array(instant) if instant else None
    if said is None or not batch.rows:
        yield prepared
        return
    for month, rows in by_month(said):
        yield replace(prepared, batch=batch.take(rows), positions=prepared.positions[rows], month=month)


def _converted(chunk: Chunk, rules: Map, target: Target) -> _Prepared:
    try:
        assignments = assign(rules, target, chunk) if chunk.fields else []
    except UsageError as error:
        if not chunk.loose:
            raise UsageError(f"{chunk.file} {error}.") from None
        return _Prepared(chunk, Batch((), ()), np.arange(0), [Refusal(i, None, str(error)) for i in range(chunk.rows)])
    bad: dict[int, Refusal] = {}
    arrays = []
    for item in assignments:
        array, reasons = convert(item.values(chunk), item.column, item.timezone, item.factor)
        arrays.append(array)
        for position, reason in reasons:
            bad.setdefault(position, Refusal(position, item.column.name, reason))
    positions = np.setdiff1d(np.arange(chunk.rows), np.fromiter(bad, np.int64, len(bad)), assume_unique=True)
    batch = Batch(tuple(item.column for item in assignments), tuple(arrays))
    return _Prepared(chunk, batch.take(positions) if arrays else batch, positions, list(bad.values()))


class _Destination:
    """Where batches go: straight into the table, or, in a back-fill, into months that are made out of them."""

    def __init__(self, connection: "Connection", table: Target, first_only: bool, backfill: bool) -> None:
        self._connection, self._table, self._first_only = connection, table, first_only
        self._writer = Writer(connection, table)
        self._months = partition.month_table(connection, str(table))
        self._filling = Filling.begin(connection, table, self._months) if backfill else None
        if backfill and self._filling is None:
            raise UsageError(f"{table} cannot be back-filled: it has no month partitions, or triggers of its own; leave out --backfill.")

    @property
    def splits(self) -> str | None:
        """The column by whose months batches have to be split."""
        return self._filling and self._filling.instant

    def settle(self, prepared: _Prepared) -> list[Refusal]:
        """Store a batch; returns the rows that the server refused."""
        batch = prepared.batch
        if self._filling and self._filling.takes(prepared.month, [column.name for column in batch.columns]):
            return self._filling.add(prepared.month, batch)
        if self._months:  # rows that do not say when they happened happen now
            partition.ensure_for(self._connection, self._months, batch.array(self._months.instant))
        return self._writer.settle(batch, first_only=self._first_only)

    def finish(self) -> None:
        self._writer.close()
        if self._filling:
            try:
                self._filling.finish()
            except RunFailed as error:
                raise RunFailed(f"{error} Nothing was loaded; without --backfill the row is named by its line.") from error


def _store(destination: _Destination, prepared: _Prepared, kept: "_Rejects") -> int:
    """How many rows of the chunk are stored now."""
    if not kept.wanted:
        kept.add(prepared.chunk, prepared.refused)
    refused = destination.settle(prepared) if prepared.batch.rows else []
    at = prepared.positions
    kept.add(prepared.chunk, [*prepared.refused, *(Refusal(int(at[r.position]), r.column, r.reason) for r in refused)])
    return prepared.batch.rows - len(refused)


def _rejects(chunk: Chunk, refused: list[Refusal]) -> list[Reject]:
    """The bad rows of a chunk by line; to find a line of a CSV file, the file is read again so far."""
    name = str(chunk.file)
    found = [Reject(name, broken.line(), None, broken.reason, broken.row) for broken in chunk.broken]
    for one in sorted(refused, key=lambda refusal: refusal.position):
        found.append(Reject(name, chunk.line(one.position), one.column, one.reason, chunk.row(one.position)))
    return sorted(found, key=lambda reject: reject.line)


class _Rejects:
    """The file of rejected rows: complete under its name when the load has succeeded, not there when it has not."""

    def __init__(self, path: Path | str | None) -> None:
        self.wanted = path is not None
        self.count = 0
        self._path = Path(path) if path else None
        self._file: IO[str] | None = None

    def __enter__(self) -> "_Rejects":
        if self._path:
            try:
                self._file = self._part.open("w", encoding="utf-8")
            except OSError as error:
                raise UsageError(f"{self._path} cannot be written: {error.strerror}.") from None
        return self

    def __exit__(self, *exception: object) -> None:
        if self._file:
            self._file.close()
            self._part.unlink(missing_ok=True)

    @property
    def _part(self) -> Path:
        return self._path.with_name(self._path.name + ".part")

    def add(self, chunk: Chunk, refused: list[Refusal]) -> None:
        """Keep the bad rows of a chunk, or, where they are not wanted, refuse the whole load for the first of them."""
        for reject in _rejects(chunk, refused):
            if self._file is None:
                raise RunFailed(f"{reject}. Nothing was loaded: correct the file, or keep bad rows apart with --rejects FILE.")
            self._file.write(json.dumps(asdict(reject), ensure_ascii=False, default=str) + "\n")
            self.count += 1

    def keep(self) -> None:
        """Put the finished file in its place."""
        if self._file:
            self._file.close()
            self._part.replace(self._path)
