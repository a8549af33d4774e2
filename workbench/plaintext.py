"""Numbers and tables as a terminal shows them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def size(count: float) -> str:
    """Bytes as people read them; 1 kB is 1024 bytes, as PostgreSQL says it.

    >>> size(0), size(8192), size(-1536), size(3 * 1024**3)
    ('0 B', '8 kB', '-1.5 kB', '3 GB')
    """
    value, unit = float(count), 0
    while abs(value) >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"
    return f"{digits.removesuffix('.0')} {_UNITS[unit]}"


def span(seconds: float) -> str:
    """A duration as people read it.

    >>> span(0.004), span(2.5), span(75), span(7300), span(200_000)
    ('4 ms', '2.5 s', '1 min 15 s', '2 h 1 min', '2 d 7 h')
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for size_, unit, below, smaller in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size_:
            return f"{whole // size_} {unit} {whole % size_ // below} {smaller}"
    return f"{seconds:.1f} s"


def cell(column: str, value: Any) -> str:
    """One value as its column's name asks for: `…_bytes`, `…_s`, `…_ms`, `…_ratio`; instants in UTC to the minute."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, timedelta):
        return span(value.total_seconds())
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return _number(column, value) if isinstance(value, int | float) else " ".join(str(value).split())


def _number(column: str, value: float) -> str:
    if column.endswith("bytes"):
        return size(value)
    if column.endswith("_s"):
        return span(value)
    if column.endswith("_ms"):
        return span(value / 1000)
    if column.endswith("_ratio"):
        return f"{value * 100:.1f} %"
    return str(value) if column == "pid" else f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def label(column: str) -> str:
    """A column's name for people, without its unit.

    >>> label("database_bytes")
    'database'
    """
    return re.sub("_(bytes|s|ms|ratio)$", "", column).replace("_", " ")


def width(text: str) -> int:
    """Columns of a terminal a text takes: wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 0 if unicodedata.combining(letter) else 1 for letter in text)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], most: int = 60) -> list[str]:
    """Lines of a table: numbers to the right, words to the left, long words cut.

    >>> table(("table", "bytes"), [("mued.users", 8192), ("marts.audit", 1024)])
    ['  table        bytes', '  mued.users    8 kB', '  marts.audit   1 kB']
    """
    rows = [list(row) for row in rows]
    right = [any(isinstance(row[index], int | float) for row in rows) for index in range(len(columns))]
    texts = [[_cut(cell(column, value), most) for column, value in zip(columns, row, strict=True)] for row in rows]
    titles = [label(column) for column in columns]
    widths = [max(map(width, texts_)) for texts_ in zip(titles, *texts, strict=True)]
    return [
        "  " + "  ".join(_padded(text, size_, side) for text, size_, side in zip(line, widths, right, strict=True)).rstrip()
        for line in [titles, *texts]
    ]


def _padded(text: str, size_: int, right: bool) -> str:
    padding = " " * (size_ - width(text))
    return padding + text if right else text + padding


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
