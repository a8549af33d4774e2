"""`map.toml`: which field of a file goes into which column of a table, and what is done to it on the way.

    timezone = "Asia/Tokyo"          # of times that carry no zone
    encoding = "cp932"               # of text files; default UTF-8
    delimiter = ";"                  # of CSV files
    null_values = ["NA", "-"]        # texts that mean NULL, in every field
    ignore = ["internal_note"]       # fields that go nowhere

    [columns.latency_ms]
    from = "latency"                 # the field's name, where it is not the column's
    unit = "s"                       # its unit (us ms s min h, ratio pct); the column's own ends its name; of a timestamptz: an epoch
    multiply = 1000                  # or a plain factor; into a whole-number column the product is rounded
    values = { fast = "1" }          # single values replaced
    null_values = ["?"]              # as above, for this field
    default = 0                      # instead of NULL
    timezone = "UTC"                 # as above, for this field
    parse = "json"                   # JSON inside a JSON string

    [columns.source]
    constant = "note"                # the same for every row

Fields of a column's own name need no entry. Everything else in the file must be mapped or ignored: nothing is lost silently.
"""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from workbench.errors import UsageError
from workbench.loading.convert import Values, literal
from workbench.loading.readers import Chunk, Format
from workbench.loading.target import Column, Target, nearest

SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
SHARES = {"ratio": 1.0, "pct": 0.01}
SUFFIXES = {"us": "us", "ms": "ms", "s": "s", "seconds": "s", "minutes": "min", "hours": "h", "ratio": "ratio", "pct": "pct"}


def _known_zone(name: str | None) -> str | None:
    if name is not None and name not in available_timezones():
        raise ValueError("no such time zone; use an IANA name such as Asia/Tokyo")
    return name


class Rule(BaseModel):
    """What is said about one column."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    source: str | None = Field(None, alias="from")
    constant: Any = None
    default: Any = None
    multiply: float | None = None
    unit: Literal["us", "ms", "s", "min", "h", "ratio", "pct"] | None = None
    values: dict[str, Any] = {}
    null_values: list[str] = []
    timezone: str | None = None
    parse: Literal["json"] | None = None

    _zone = field_validator("timezone")(_known_zone)


class Map(BaseModel):
    """A whole `map.toml`."""

    model_config = ConfigDict(extra="forbid")

    timezone: str | None = None
    encoding: str = "utf-8"
    delimiter: str = Field(",", min_length=1, max_length=1)
    null_values: list[str] = []
    ignore: list[str] = []
    columns: dict[str, Rule] = {}

    _zone = field_validator("timezone")(_known_zone)

    @property
    def format(self) -> Format:
        """How the text files are written."""
        return Format(self.encoding, self.delimiter)


@dataclass(frozen=True)
class Assignment:
    """One column of the target, and where its values come from."""

    column: Column
    source: str | None  # None: the rule's constant
    rule: Rule
    timezone: str | None
    factor: float | None
    null_values: tuple[str, ...]

    def values(self, chunk: Chunk) -> Values:
        """The column's values for the rows of a chunk, before they are converted to its type."""
        if self.source is None:
            return [self.rule.constant] * chunk.rows
        given = chunk.fields[self.source]
        if not (self.rule.values or self.null_values or self.rule.parse or self.rule.default is not None):
            return given
        return [self._one(value) for value in given] if isinstance(given, list) else self._all(given)

    def _one(self, value: Any) -> Any:
        if isinstance(value, str):
            value = None if value in self.null_values else self.rule.values.get(value, value)
        if self.rule.parse and isinstance(value, str):
            value = _parsed(value)
        return self.rule.default if value is None else value

    def _all(self, values: pa.Array) -> Values:
        """Over bytes, so that text in a wrong encoding comes out as it went in and is found later."""
        if pa.types.is_nested(values.type):
            return [self._one(value) for value in values.to_pylist()]
        values = (values if pa.types.is_binary(values.type) else values.cast(pa.string())).cast(pa.binary())
        if self.rule.values or self.null_values:
            known = {old.encode(): literal(new, self.column) for old, new in self.rule.values.items()} | dict.fromkeys(self._nulls)
            values = pa.array([known.get(value, value) for value in values.to_pylist()], pa.binary())
        default = self.rule.default
        return values if default is None else pc.fill_null(values, literal(default, self.column))

    @property
    def _nulls(self) -> list[bytes]:
        return [text.encode() for text in self.null_values]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_map(path: Path | None) -> Map:
    """The map in a file; without a file the empty one, by which every field goes into the column of its name.

    Raises:
        UsageError: the file cannot be read, is not TOML, or holds a key or value that is not allowed; the sentence names the key.
    """
    if path is None:
        return Map()
    try:
        return Map.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        if isinstance(error, ValidationError):
            raise UsageError(f"{path}: {_first(error)}.") from None
        raise UsageError(f"{path} is not TOML: {error}.") from None


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] != "extra_forbidden":
        return f"{where}: {first['msg']}"
    known = [field.alias or name for name, field in (Rule if first["loc"][0] == "columns" else Map).model_fields.items()]
    return f"{where} is not a key of a map{nearest(str(first['loc'][-1]), known)}"


def check(rules: Map, target: Target) -> None:
    """Refuse a map that does not suit the table, whatever the files hold.

    Raises:
        UsageError: it names the key that is wrong.
    """
    for name, rule in rules.columns.items():
        try:
            column = target.column(name)
        except UsageError as error:
            raise UsageError(f"columns.{name}: {error}") from None
        if column.computed:
            raise UsageError(f"columns.{name}: {target} computes this column itself; leave it out.")
        if rule.constant is not None and rule.source is not None:
            raise UsageError(f"columns.{name}: `from` and `constant` exclude each other.")
        if rule.source in rules.ignore:
            raise UsageError(f"columns.{name}.from: the field {rule.source!r} is also listed under `ignore`.")
        _factor(column, rule)


def assign(rules: Map, target: Target, chunk: Chunk) -> list[Assignment]:
    """Every column that the rows of a chunk or the map fill, in the table's order.

    Raises:
        UsageError: a field goes nowhere, the map names one that is not there, or a column that must be filled is not.
    """
    named = {column.name for column in target.columns}
    taken = {rule.source for rule in rules.columns.values()}
    for name in chunk.fields:
        if name not in taken and name not in rules.ignore and not _own(name, named, rules):
            raise UsageError(
                f"has a field {name!r} that {target} has no column for{nearest(name, named)}; "
                "map it (columns.<column>.from) or list it under `ignore`"
            )
    for name, rule in rules.columns.items():
        if chunk.loose or rule.source is None or rule.source in chunk.fields:
            continue
        raise UsageError(f"has no field {rule.source!r}, which columns.{name}.from names{nearest(str(rule.source), chunk.fields)}")
    return [found for column in target.columns if (found := _assignment(rules, target, column, chunk))]


def _own(name: str, named: set[str], rules: Map) -> bool:
    """Whether a field goes by itself into the column of its name."""
    rule = rules.columns.get(name, Rule())
    return name in named and rule.source is None and rule.constant is None


def _assignment(rules: Map, target: Target, column: Column, chunk: Chunk) -> Assignment | None:
    rule = rules.columns.get(column.name, Rule())
    source = rule.source or (column.name if column.name not in rules.ignore and _own(column.name, {column.name}, rules) else None)
    if source not in chunk.fields:
        source = None
        if rule.constant is None and rule.default is not None:
            rule = rule.model_copy(update={"constant": rule.default})
    if source is None and rule.constant is None:
        if column.required and not (column.filled or column.computed):
            raise UsageError(f"has no field for {target}.{column.name}, which must be filled; map it (columns.{column.name})")
        return None
    if column.computed:
        raise UsageError(f"has a field {column.name!r}, which {target} computes itself; list it under `ignore`")
    nulls = (*rules.null_values, *rule.null_values)
    return Assignment(column, source, rule, rule.timezone or rules.timezone, _factor(column, rule), nulls)


def _factor(column: Column, rule: Rule) -> float | None:
    """What a value is multiplied by; for an epoch, to microseconds."""
    if rule.unit is None:
        return rule.multiply
    if column.kind == "timestamptz" and rule.unit in SECONDS:
        return SECONDS[rule.unit] * 1e6
    own = SUFFIXES.get(column.name.rsplit("_", 1)[-1])
    scales = SECONDS if rule.unit in SECONDS else SHARES
    if own not in scales:
        raise UsageError(f"columns.{column.name}.unit: {rule.unit!r} cannot be turned into the column's unit; use `multiply`.")
    return scales[rule.unit] / scales[own] * (rule.multiply or 1.0)
