"""Arrow columns → the body of PostgreSQL's binary COPY format, a whole batch at a time.

Each row is a field count, then for each field its length (−1 for NULL) and its bytes. All fields of fixed width are laid out by numpy
as one block of bytes a row; texts are spliced in between by Arrow's element-wise join. No Python object is made for a value.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

EPOCH_US = 946_684_800_000_000  # 2000-01-01, PostgreSQL's zero, in microseconds after Arrow's zero
EPOCH_DAYS = 10_957

INTEGERS = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float4": ">f4", "float8": ">f8"}
TEXTS = frozenset({"text", "varchar", "bpchar", "json", "jsonb", "bytea", "enum"})
FIXED = frozenset({*INTEGERS, "bool", "uuid", "date", "time", "timestamp", "timestamptz", "numeric"})
KINDS = FIXED | TEXTS
"""Column kinds that have a binary encoding here (`numeric` up to 18 digits)."""


def encode(columns: Sequence[tuple[pa.Array, str]]) -> memoryview:
    """The rows of equally long columns as COPY BINARY bytes, without `HEADER` and `TRAILER`.

    Args:
        columns: (values, kind) in the order of the COPY column list; the values have the Arrow type that `arrow_type` names for the kind.
    """
    rows = len(columns[0][0])
    if rows == 0:
        return memoryview(b"")
    body = _Body(rows)
    body.fixed(_repeat(len(columns).to_bytes(2, "big"), rows))
    for values, kind in columns:
        if kind in TEXTS:
            _add_text(body, values, kind == "jsonb")
        else:
            _add_fixed(body, values, _DATA[kind](values))
    return body.joined()


def arrow_type(kind: str, precision: int = 18, scale: int = 0) -> pa.DataType:
    """The Arrow type in which `encode` wants the values of a kind."""
    return pa.decimal128(precision, scale) if kind == "numeric" else _ARROW[kind]


_ARROW = {
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "bool": pa.bool_(),
    "uuid": pa.binary(16),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"),
    "bytea": pa.binary(),
} | dict.fromkeys(TEXTS - {"bytea"}, pa.string())


class _Body:
    """Collects pieces of every row, left to right; neighbouring fixed pieces become one."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._pending: list[np.ndarray] = []
        self._parts: list[pa.Array] = []

    def fixed(self, block: np.ndarray) -> None:
        """Append the same number of bytes to every row: block[row] of a (rows, width) uint8 array."""
        self._pending.append(block)

    def varying(self, values: pa.Array) -> None:
        """Append the bytes of a binary array; NULL appends nothing."""
        self._flush()
        self._parts.append(values)

    def joined(self) -> memoryview:
        self._flush()
        whole = pc.binary_join_element_wise(*self._parts, b"", null_handling="replace", null_replacement=b"")
        offsets = np.frombuffer(whole.buffers()[1], np.int32)[whole.offset : whole.offset + self.rows + 1]
        return memoryview(whole.buffers()[2])[offsets[0] : offsets[-1]]

    def _flush(self) -> None:
        if self._pending:
            block = np.ascontiguousarray(np.concatenate(self._pending, axis=1))
            self._parts.append(_binary(np.arange(self.rows + 1, dtype=np.int32) * block.shape[1], block))
            self._pending = []


def _binary(offsets: np.ndarray, data: np.ndarray) -> pa.Array:
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def _repeat(value: bytes, rows: int) -> np.ndarray:
    return np.broadcast_to(np.frombuffer(value, np.uint8), (rows, len(value)))


def _bytes(values: np.ndarray, dtype: str) -> np.ndarray:
    wide = np.ascontiguousarray(values.astype(dtype))
    return wide.view(np.uint8).reshape(len(values), -1)


def _lengths(length: np.ndarray | int, valid: np.ndarray) -> np.ndarray:
    return _bytes(np.where(valid, length, -1), ">i4")


def _valid(values: pa.Array) -> np.ndarray:
    return pc.is_valid(values).to_numpy(zero_copy_only=False)


def _kept(block: np.ndarray, valid: np.ndarray) -> pa.Array:
    """The rows of a block that are valid, as a binary array with nothing for the others."""
    offsets = np.zeros(len(valid) + 1, np.int32)
    np.cumsum(valid * block.shape[1], out=offsets[1:])
    return _binary(offsets, np.ascontiguousarray(block[valid]))


def _add_fixed(body: _Body, values: pa.Array, block: np.ndarray) -> None:
    width = block.shape[1]
    if values.null_count == 0:
        body.fixed(_repeat(width.to_bytes(4, "big"), body.rows))
        body.fixed(block)
        return
    valid = _valid(values)
    body.fixed(_lengths(width, valid))
    body.varying(_kept(block, valid))


def _add_text(body: _Body, values: pa.Array, versioned: bool) -> None:
    """`jsonb` carries a version byte before its text."""
    lengths = pc.binary_length(values).fill_null(0).to_numpy(zero_copy_only=False) + int(versioned)
    valid = _valid(values)
    body.fixed(_lengths(lengths, valid))
    if versioned:
        version = _repeat(b"\x01", body.rows)
        body.varying(_kept(version, valid)) if values.null_count else body.fixed(version)
    body.varying(values.cast(pa.binary()))


def _numbers(values: pa.Array) -> np.ndarray:
    return values.fill_null(0).to_numpy(zero_copy_only=False) if values.null_count else values.to_numpy(zero_copy_only=False)


def _ticks(values: pa.Array) -> np.ndarray:
    width = pa.int32() if values.type.bit_width == 32 else pa.int64()
    return _numbers(values.view(width)).astype(np.int64)


def _uuid(values: pa.Array) -> np.ndarray:
    whole = np.frombuffer(values.buffers()[1], np.uint8).reshape(-1, 16)
    return whole[values.offset : values.offset + len(values)]


def _numeric(values: pa.Array) -> np.ndarray:
    """Sign, then digits to the base 10 000: as many before and after the point for every row (the server strips zeros)."""
    scale = values.type.scale
    words = np.frombuffer(values.buffers()[1], np.int64).reshape(-1, 2)
    unscaled = words[values.offset : values.offset + len(values), 0]
    unscaled = np.where(_valid(values), unscaled, 0)
    whole, part = np.divmod(np.abs(unscaled), 10**scale)
    after = -(-scale // 4)
    before = max(1, -(-len(str(int(whole.max()))) // 4))
    part = part * 10 ** (4 * after - scale)
    digits = [whole // 10_000**i % 10_000 for i in reversed(range(before))] + [part // 10_000**i % 10_000 for i in reversed(range(after))]
    sign = np.where(unscaled < 0, 0x4000, 0)
    rows = len(values)
    head = [np.full(rows, before + after), np.full(rows, before - 1), sign, np.full(rows, scale)]
    return _bytes(np.stack(head + digits, axis=1), ">i2")


def _plain(dtype: str) -> "object":
    return lambda values: _bytes(_numbers(values), dtype)


_DATA = {kind: _plain(dtype) for kind, dtype in INTEGERS.items()} | {
    "bool": lambda values: _bytes(_numbers(values.cast(pa.uint8())), "u1"),
    "uuid": _uuid,
    "date": lambda values: _bytes(_ticks(values) - EPOCH_DAYS, ">i4"),
    "time": lambda values: _bytes(_ticks(values), ">i8"),
    "timestamp": lambda values: _bytes(_ticks(values) - EPOCH_US, ">i8"),
    "timestamptz": lambda values: _bytes(_ticks(values) - EPOCH_US, ">i8"),
    "numeric": _numeric,
}
