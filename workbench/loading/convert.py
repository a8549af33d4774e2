"""Values as they stand in a file → the Arrow type a column wants; what does not fit is named, value by value.

A parser takes a whole array and either returns it converted or raises; only then is the array halved until the culprits are found.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic_core import to_json

from workbench.loading.binary import INTEGERS, arrow_type
from workbench.loading.target import Column

Values = pa.Array | list[Any]
Parser = Callable[[pa.Array], pa.Array]
REFUSED = (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, ValueError)

WANTED = {
    "text": "text that can be stored (UTF-8, without NUL)",
    "bool": "true or false",
    "uuid": "a UUID",
    "date": "a date (2026-01-31)",
    "json": 'JSON (of JSON inside a string, say `parse = "json"` in the map)',
}
WANTED["jsonb"] = WANTED["json"]
TRUE, FALSE = ("true", "t", "yes", "y", "on", "1"), ("false", "f", "no", "n", "off", "0")
ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)
ZONED = r"(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"


def convert(
    values: Values, column: Column, timezone: str | None = None, factor: float | None = None
) -> tuple[pa.Array, list[tuple[int, str]]]:
    """The values in the column's own Arrow type, NULL where they do not fit.

    Args:
        values: an array from a CSV or Parquet file, or a list of what `json` reads.
        timezone: the zone of time stamps that carry none; without it they do not fit a `timestamptz`.
        factor: numbers are multiplied by it (into whole numbers rounded); of a `timestamptz` they are then microseconds since 1970.

    Returns:
        The array, and (position, reason) for each value that does not fit, in order.
    """
    parser = _parser(column, timezone)
    if factor is not None:
        parser = partial(_scaled, parser=parser, column=column, factor=factor)
    given = _array(values, column)
    bad = [] if _fits(parser, given) else list(_culprits(parser, given, 0))
    if bad:
        keep = np.ones(len(given), bool)
        keep[bad] = False
        reasons = [(i, f"{_shown(given[i])} is not {_wanted(column, timezone)}") for i in bad]
        given = pc.if_else(pa.array(keep), given, pa.scalar(None, given.type))
        if given.null_count == len(given):  # of a type that does not suit the column at all
            given = pa.nulls(len(given), pa.string())
    else:
        reasons = []
    done = parser(given)
    if column.required and done.null_count:
        known = set(bad)
        empty = np.flatnonzero(pc.is_null(done).to_numpy(zero_copy_only=False))
        reasons += [(int(i), "is empty and must not be") for i in empty if i not in known]
    return done, sorted(reasons)


def _fits(parser: Parser, values: pa.Array) -> bool:
    try:
        parser(values)
    except REFUSED:
        return False
    return True


def _culprits(parser: Parser, values: pa.Array, start: int) -> Iterator[int]:
    """Positions of the values that the parser refuses; `values` is known to hold at least one."""
    if len(values) == 1:
        yield start
        return
    middle = len(values) // 2
    for part, offset in ((values[:middle], 0), (values[middle:], middle)):
        if not _fits(parser, part):
            yield from _culprits(parser, part, start + offset)


def _shown(value: pa.Scalar) -> str:
    plain = value.as_py()
    if isinstance(plain, bytes):
        plain = plain.decode("utf-8", "replace")
    text = str(plain).strip("\0")
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'


def _wanted(column: Column, timezone: str | None) -> str:
    """What the column would take, as the end of a sentence."""
    if column.kind in ("int2", "int4", "int8"):
        bits = 8 * int(column.kind[3:])
        return f"a whole number from {-(2 ** (bits - 1))} to {2 ** (bits - 1) - 1}"
    if column.kind == "enum":
        return f"one of {', '.join(column.labels)}"
    if column.kind == "timestamptz" and timezone is None:
        return "a time with its zone (2026-01-31T09:00:00+09:00; for times without one, set `timezone` in the map)"
    if column.length:
        return f"text of at most {column.length} characters"
    return WANTED.get(column.kind, f"a value of type {column.type}")


def _parser(column: Column, timezone: str | None) -> Parser:
    if not column.encodable:
        return _text
    if column.kind == "numeric":
        return partial(_numeric, digits=column.digits, scale=column.scale or 0)
    if column.kind in INTEGERS:
        return partial(_number, type=arrow_type(column.kind))
    if column.kind in ("text", "varchar", "bpchar"):
        return partial(_limited, length=column.length)
    if column.kind == "enum":
        return partial(_enum, labels=pa.array(column.labels, pa.string()))
    if column.kind in ("timestamptz", "timestamp"):
        return partial(_instant, timezone=timezone) if column.kind == "timestamptz" else _local_time
    return {"bool": _bool, "uuid": _uuid, "date": _date, "time": _time, "bytea": _bytea}.get(column.kind, _text)


def _array(values: Values, column: Column) -> pa.Array:
    """One Arrow array, dictionaries and extension types resolved; a list of JSON values becomes what the column can read."""
    if isinstance(values, list):
        return _json_array(values, column)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values.type, pa.BaseExtensionType):
        values = values.storage
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_nested(values.type):
        return _json_array(values.to_pylist(), column)
    if pa.types.is_null(values.type):
        return values.cast(pa.string())
    return values


def _json_array(values: list[Any], column: Column) -> pa.Array:
    if column.kind in ("json", "jsonb"):
        return _texts([None if value is None else _document(value) for value in values])
    if column.type.endswith("[]"):
        return _texts([_array_literal(value) if isinstance(value, list) else value for value in values])
    try:
        return _array(pa.array(values), column) if values else pa.array([], pa.string())
    except REFUSED:
        return _texts([value if value is None or isinstance(value, str) else json.dumps(value) for value in values])


def _texts(values: list[str | bytes | None]) -> pa.Array:
    """One with half a pair of surrogates, which JSON can spell and UTF-8 cannot, is left with a NUL, which no column takes."""
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([_marked(value) if isinstance(value, str) else value for value in values], pa.string())


def _marked(text: str) -> str:
    plain = text.encode("utf-8", "replace").decode()
    return text if plain == text else f"\0{plain}"


def _document(value: Any) -> str | bytes:
    """JSON text of a value. A string that is itself an object or array is left in quotes with a NUL, which no JSON column takes:
    stored as it stands it would be a string that looks like a document (double encoding)."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        return f"\0{value}"
    try:
        return to_json(value, fallback=str)
    except ValueError:  # half a pair of surrogates
        return ENCODER.encode(value)


def _array_literal(values: list[Any]) -> str:
    return "{" + ",".join("NULL" if value is None else json.dumps(str(value), ensure_ascii=False) for value in values) + "}"


def literal(value: Any, column: Column) -> bytes:
    """A value of a map as the text that a file would hold for the column."""
    if column.kind in ("json", "jsonb"):
        return ENCODER.encode(value).encode()
    text = _array_literal(value) if isinstance(value, list) else str(value)
    return (text.lower() if isinstance(value, bool) else text).encode()


def _is_text(values: pa.Array) -> bool:
    kind = values.type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _text(values: pa.Array) -> pa.Array:
    values = values.cast(pa.string())
    if pc.any(pc.match_substring(values, "\0")).as_py():
        raise ValueError("NUL")
    return values


def _trimmed(values: pa.Array) -> pa.Array:
    return pc.ascii_trim_whitespace(_text(values))


def _limited(values: pa.Array, length: int | None) -> pa.Array:
    values = _text(values)
    if length and pc.any(pc.greater(pc.utf8_length(values), length)).as_py():
        raise ValueError("too long")
    return values


def _enum(values: pa.Array, labels: pa.Array) -> pa.Array:
    values = _text(values)
    if not pc.all(pc.is_in(values.drop_null(), labels), min_count=0).as_py():
        raise ValueError("not a label")
    return values


def _number(values: pa.Array, type: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(values.type):
        raise ValueError("truth values are not numbers")
    return pc.cast(_trimmed(values) if _is_text(values) else values, type)


def _numeric(values: pa.Array, digits: int, scale: int) -> pa.Array:
    """Rounded to the column's scale, halves away from zero, as the server does."""
    if pa.types.is_boolean(values.type):
        raise ValueError("truth values are not numbers")
    if _is_text(values):
        values = _trimmed(values)
        try:
            exact = pc.cast(values, pa.decimal128(38, 18))
        except REFUSED:  # more than 18 digits after the point: no column here keeps them
            exact = pc.cast(pc.cast(values, pa.float64()), pa.decimal128(38, 18))
    else:
        exact = pc.cast(values, pa.decimal128(38, 18), safe=not pa.types.is_floating(values.type))
    return pc.cast(pc.round(exact, ndigits=scale, round_mode="half_towards_infinity"), pa.decimal128(digits, scale))


def _scaled(values: pa.Array, parser: Parser, column: Column, factor: float) -> pa.Array:
    product = pc.multiply(_number(values, pa.float64()), factor)
    if column.kind == "timestamptz":
        return pc.cast(pc.cast(pc.round(product), pa.int64()), pa.timestamp("us", "UTC"))
    return parser(pc.round(product, round_mode="half_towards_infinity") if column.kind.startswith("int") else product)


def _bool(values: pa.Array) -> pa.Array:
    if not _is_text(values):
        return pc.cast(values, pa.bool_())
    lower = pc.ascii_lower(_trimmed(values))
    true = pc.is_in(lower, pa.array(TRUE))
    if not pc.all(pc.or_(true, pc.is_in(lower.fill_null("f"), pa.array(FALSE))), min_count=0).as_py():
        raise ValueError("neither true nor false")
    return pc.if_else(pc.is_valid(lower), true, pa.scalar(None, pa.bool_()))


def _date(values: pa.Array) -> pa.Array:
    return pc.cast(_trimmed(values) if _is_text(values) else values, pa.date32())


def _time(values: pa.Array) -> pa.Array:
    if not _is_text(values):
        return pc.cast(values, pa.time64("us"))
    moment = pc.cast(pc.binary_join_element_wise("1970-01-01", _trimmed(values), "T"), pa.timestamp("us"))
    return moment.view(pa.int64()).view(pa.time64("us"))


def _bytea(values: pa.Array) -> pa.Array:
    if pa.types.is_binary(values.type) or not _is_text(values):
        return pc.cast(values, pa.binary())
    return pa.array([None if v is None else bytes.fromhex(v.removeprefix("\\x")) for v in values.to_pylist()], pa.binary())


def _local_time(values: pa.Array) -> pa.Array:
    if not _is_text(values):
        return pc.cast(values, pa.timestamp("us"), safe=False)
    return _stamps(_trimmed(values), None)


def _stamps(values: pa.Array, zone: str | None) -> pa.Array:
    """Text to microseconds; nine digits after the point are cut to six."""
    try:
        return pc.cast(values, pa.timestamp("us", zone))
    except pa.ArrowInvalid:
        return pc.cast(pc.cast(values, pa.timestamp("ns", zone)), pa.timestamp("us", zone), safe=False)


def _instant(values: pa.Array, timezone: str | None) -> pa.Array:
    if not _is_text(values):
        if pa.types.is_timestamp(values.type) and values.type.tz:
            return pc.cast(values, pa.timestamp("us", "UTC"), safe=False)
        if not (pa.types.is_timestamp(values.type) or pa.types.is_date(values.type)):
            raise ValueError("not a time")
        return _placed(pc.cast(values, pa.timestamp("us"), safe=False), timezone)
    values = _trimmed(values)
    if timezone is None:
        return _stamps(values, "UTC")
    zoned = pc.match_substring_regex(values, ZONED).fill_null(True)
    zoned = pc.and_(zoned, pc.greater(pc.utf8_length(values).fill_null(11), 10))
    nothing = pa.scalar(None, pa.string())
    local = _placed(_stamps(pc.if_else(zoned, nothing, values), None), timezone)
    return pc.if_else(zoned, _stamps(pc.if_else(zoned, values, nothing), "UTC"), local)


def _placed(values: pa.Array, timezone: str | None) -> pa.Array:
    """Local times put into their zone; one that the clocks skip or repeat does not fit."""
    if timezone is None:
        raise ValueError("no zone")
    return pc.cast(pc.assume_timezone(values, timezone), pa.timestamp("us", "UTC"))


_NIBBLES = np.full(256, 255, np.uint8)
for _digit, _letters in enumerate(zip("0123456789abcdef", "0123456789ABCDEF", strict=True)):
    _NIBBLES[[ord(letter) for letter in _letters]] = _digit


DASHES = (8, 13, 18, 23)
DIGITS = np.setdiff1d(np.arange(36), DASHES)
NIL = "00000000-0000-0000-0000-000000000000"


def _uuid(values: pa.Array) -> pa.Array:
    """Text of 32 hexadecimal digits to 16 bytes; hyphens, braces and blanks are left aside."""
    if not _is_text(values) or pa.types.is_fixed_size_binary(values.type):
        return pc.cast(values, pa.binary(16))
    usual = _letters(values.cast(pa.string()).fill_null(NIL), 36)
    if usual is not None and (usual[:, DASHES] == ord("-")).all():
        digits = usual[:, DIGITS]
    else:
        bare = pc.replace_substring_regex(_trimmed(values), r"^\{(.*)\}$", r"\1")
        digits = _letters(pc.replace_substring(bare, "-", "").fill_null("0" * 32), 32)
    nibbles = None if digits is None else _NIBBLES[digits]
    if nibbles is None or (nibbles == 255).any():
        raise ValueError("not 32 hexadecimal digits")
    octets = np.ascontiguousarray((nibbles[:, 0::2] << 4) | nibbles[:, 1::2])
    done = pa.Array.from_buffers(pa.binary(16), len(values), [None, pa.py_buffer(octets)])
    return pc.if_else(pc.is_valid(values), done, pa.scalar(None, pa.binary(16))) if values.null_count else done


def _letters(texts: pa.Array, width: int) -> np.ndarray | None:
    """The bytes of texts that are all of this length, one row each; None when some are not."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if (np.diff(offsets) != width).any():
        return None
    return np.frombuffer(texts.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]].reshape(-1, width)
