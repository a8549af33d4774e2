"""CSV, JSONL, JSON and Parquet files as chunks of columns, and the line of the file that each row came from."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from pydantic_core import from_json

from workbench.errors import UsageError
from workbench.loading.convert import Values

ROWS = 65_536  # of a chunk: large enough for vectors, small enough to be sent again when one row of it is refused
BLOCK = 8 << 20  # bytes of a CSV file read at a time
FEW = 1024  # JSON objects turned into columns at a time
BOM = b"\xef\xbb\xbf"
UTF8 = ("utf-8", "utf8")


@dataclass(frozen=True)
class Format:
    """How a text file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","


@dataclass(frozen=True)
class Broken:
    """A record that could not be read as a row at all."""

    line: Callable[[], int]
    reason: str
    row: Any


@dataclass
class Chunk:
    """Some rows of a file, column by column."""

    file: Path
    rows: int
    fields: dict[str, Values]
    line: Callable[[int], int]  # of the row at a position of this chunk (Parquet: its row number)
    broken: list[Broken] = field(default_factory=list)
    loose: bool = False  # rows need not have the same fields (JSON)
    read: int = 0  # bytes of the file read so far, roughly

    def row(self, position: int) -> dict[str, Any]:
        """One row as it stood in the file."""
        return {name: _plain(values[position]) for name, values in self.fields.items()}


def read(path: Path, form: Format) -> Iterator[Chunk]:
    """The chunks of a file; its suffix says what it is.

    Raises:
        UsageError: the file cannot be read, or is cut short, or is of another kind.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path} is none of {', '.join(sorted(READERS))}; its suffix says how it is read.")
    try:
        yield from reader(path, form)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from None
    except UnicodeError:
        raise UsageError(f"{path} is not {form.encoding} text; set `encoding` in the map, for instance cp932.") from None
    except pa.ArrowInvalid as error:
        raise UsageError(f"{path} cannot be read as {path.suffix[1:].upper()}: {str(error).splitlines()[0]}.") from None
    except LookupError:
        raise UsageError(f"there is no encoding {form.encoding!r}; name one that Python knows, for instance cp932.") from None


def _plain(value: Any) -> Any:
    value = value.as_py() if isinstance(value, pa.Scalar) else value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


class _Records:
    """Finds the first line of a CSV record by its number (header = 1, blank lines not counted); reads on as far as it is asked."""

    def __init__(self, path: Path, form: Format) -> None:
        self._open = lambda: _csv_rows(path, form)
        self._rows, self._record, self._start = self._open(), 0, 0

    def line(self, record: int) -> int:
        if record < self._record:
            self._rows, self._record = self._open(), 0
        while self._record < record:
            self._start = next(self._rows)[0]
            self._record += 1
        return self._start


def _csv_rows(path: Path, form: Format) -> Iterator[tuple[int, list[str]]]:
    """(first line, values) of each record that is not blank."""
    csv.field_size_limit(1 << 30)
    encoding = "utf-8-sig" if form.encoding.lower().replace("_", "-") in UTF8 else form.encoding
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=form.delimiter)
        last = 0
        for values in reader:
            if values:
                yield last + 1, values
            last = reader.line_num


def _header(path: Path, form: Format) -> list[str]:
    _, names = next(_csv_rows(path, form), (0, []))
    if not names:
        raise UsageError(f"{path} is empty; a CSV file starts with a line of field names.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or "" in names:
        raise UsageError(f"{path}:1 names field {twice[0]!r} twice." if twice else f"{path}:1 has a field without a name.")
    return names


def _read_csv(path: Path, form: Format) -> Iterator[Chunk]:
    names = _header(path, form)
    refused: list[tuple[int, str, int]] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        refused.append((row.number, row.text, row.actual_columns))
        return "skip"

    stream = pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK, encoding=form.encoding),
        parse_options=pyarrow.csv.ParseOptions(delimiter=form.delimiter, newlines_in_values=True, invalid_row_handler=refuse),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.binary()), null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    records, first, told, size = _Records(path, form), 0, 0, path.stat().st_size
    for blocks, batch in enumerate(stream, 1):
        for start in range(0, batch.num_rows, ROWS):
            part = batch.slice(start, ROWS)
            new, told = refused[told:], len(refused)
            broken = [_miscounted(records, *entry, len(names)) for entry in new]
            line = _csv_line(records, first + start, refused)
            yield Chunk(path, part.num_rows, dict(zip(names, part.columns, strict=True)), line, broken, read=min(blocks * BLOCK, size))
        first += batch.num_rows
    if first == 0:  # a header alone, or nothing but broken records: its names are checked all the same
        broken = [_miscounted(records, *entry, len(names)) for entry in refused[told:]]
        yield Chunk(path, 0, dict.fromkeys(names, pa.array([], pa.string())), int, broken, read=size)


def _miscounted(records: _Records, number: int, text: str, given: int, wanted: int) -> Broken:
    return Broken(partial(records.line, number), f"has {given} fields instead of {wanted}", text)


def _csv_line(records: _Records, first: int, refused: list[tuple[int, str, int]]) -> Callable[[int], int]:
    """The k-th good row is record k + 2, and one more for each refused record before it."""

    def line(position: int) -> int:
        numbers = np.array([number for number, _, _ in refused], np.int64)
        good = first + position + 2
        return records.line(good + int(np.searchsorted(numbers - np.arange(len(numbers)), good, side="right")))

    return line


class _Objects:
    """Objects of a JSON file as columns, apart by their keys: a key that is missing takes the column's default, a null is NULL."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        self.broken: list[Broken] = []
        self._path = path
        self._held: dict[tuple[str, ...], list[tuple[int, dict]]] = {}  # by keys in their order
        self._fields: dict[tuple[str, ...], dict[str, list]] = {}  # by sorted keys
        self._lines: dict[tuple[str, ...], list[int]] = {}

    def add(self, line: int, value: Any) -> None:
        """One element of the file."""
        self.count += 1
        if isinstance(value, dict):
            self._held.setdefault(tuple(value), []).append((line, value))
        else:
            self.broken.append(Broken(partial(int, line), "is not an object with named fields", value))
        if self.count % FEW == 0:
            self._sort()

    def refuse(self, line: int, reason: str, text: str) -> None:
        """A line that holds nothing of the kind."""
        self.count += 1
        self.broken.append(Broken(partial(int, line), reason, text))

    def chunks(self, read: int) -> Iterator[Chunk]:
        """All that was added; the first chunk names what was refused."""
        self._sort()
        broken = self.broken
        for keys, fields in self._fields.items():
            lines = self._lines[keys]
            yield Chunk(self._path, len(lines), fields, lines.__getitem__, broken, loose=True, read=read)
            broken = []
        if broken:
            yield Chunk(self._path, 0, {}, int, broken, loose=True, read=read)

    def _sort(self) -> None:
        """Few objects at a time, while the processor's cache still holds them."""
        for keys, members in self._held.items():
            known = tuple(sorted(keys))
            fields = self._fields.setdefault(known, {key: [] for key in known})
            self._lines.setdefault(known, []).extend([line for line, _ in members])
            for key, values in zip(keys, zip(*[value.values() for _, value in members], strict=True), strict=True):
                fields[key].extend(values)
        self._held = {}


def _read_jsonl(path: Path, form: Format) -> Iterator[Chunk]:
    objects, parse = _Objects(path), _parser(form.encoding)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                value = parse(line.removeprefix(BOM) if number == 1 else line)
            except UnicodeError:
                raise
            except ValueError as error:
                if text := line.removeprefix(BOM).decode(form.encoding).strip():
                    objects.refuse(number, f"is not JSON ({error})", text)
            else:
                objects.add(number, value)
            if objects.count >= ROWS:
                yield from objects.chunks(file.tell())
                objects = _Objects(path)
    yield from objects.chunks(path.stat().st_size)


def _parser(encoding: str) -> Callable[[bytes], Any]:
    """What makes a value of a line. What pydantic's quick parser does not take goes through `json`, which also has the last word on why."""

    def parse(line: bytes) -> Any:
        try:
            return from_json(line if is_utf8 else line.decode(encoding), cache_strings="keys")
        except ValueError:
            return json.loads(line.decode(encoding).strip())

    is_utf8 = encoding.lower().replace("_", "-") in UTF8
    return parse


def _read_json(path: Path, form: Format) -> Iterator[Chunk]:
    text = path.read_bytes().removeprefix(BOM).decode(form.encoding)
    objects = _Objects(path)
    for line, value in _elements(path, text):
        objects.add(line, value)
        if objects.count >= ROWS:
            yield from objects.chunks(0)
            objects = _Objects(path)
    yield from objects.chunks(len(text))


def _elements(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """(line, value) of each element of the one array that a JSON file holds."""
    decoder, space = json.JSONDecoder(), json.decoder.WHITESPACE
    at = space.match(text, 0).end()
    line, counted = 1, 0
    if text[at : at + 1] != "[":
        raise UsageError(f"{path} must hold one JSON array of objects; one object a line goes into a .jsonl file.")
    at = space.match(text, at + 1).end()
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError as error:
            raise UsageError(f"{path}:{line} is not JSON, or the file is cut short ({error}).") from None
        yield line, value
        at = space.match(text, at).end()
        if text[at : at + 1] == ",":
            at = space.match(text, at + 1).end()
        elif text[at : at + 1] != "]":
            raise UsageError(f"{path}:{text.count(chr(10), 0, at) + 1} is not JSON, or the file is cut short.")


def _read_parquet(path: Path, form: Format) -> Iterator[Chunk]:
    first, size = 1, path.stat().st_size
    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=ROWS):
            done = size * (first - 1 + batch.num_rows) // file.metadata.num_rows
            fields = dict(zip(batch.schema.names, batch.columns, strict=True))
            yield Chunk(path, batch.num_rows, fields, first.__add__, read=done)
            first += batch.num_rows


READERS: dict[str, Callable[[Path, Format], Iterator[Chunk]]] = {
    ".csv": _read_csv,
    ".tsv": lambda path, form: _read_csv(path, Format(form.encoding, "\t")),
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".json": _read_json,
    ".parquet": _read_parquet,
}
