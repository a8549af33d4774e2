"""`data.json`: what a report says, as data. The same inputs give the same bytes.

    {"frames": {"daily": {"columns": ["day", …], "rows": [["2026-08-01", …], …]}, …}, "verdict": {"state": …, "sentence": …}, …}

Keys are sorted; numbers have 12 significant digits (the order in which the server adds must not show); NaN is null, infinity `"inf"`;
a day is `2026-08-01`, an instant `2026-08-01T00:00:00Z`. Clock time, duration and run id are not in it: they stand in the ledger.
"""

import dataclasses
import json
import math
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from workbench.errors import UsageError
from workbench.publish.context import run_context

NAME = "data.json"
STATES = ("met", "at_risk", "breached", "no_data")


def write_data(frames: Mapping[str, Any], meta: Mapping[str, Any]) -> Path | None:
    """Write `data.json` of the run this notebook is part of. In JupyterLab it checks the values and writes nothing.

    Args:
        frames: DataFrames, or anything made of lists, mappings, dates and numbers, by name.
        meta: the other top-level entries. `verdict` (`{"state": met|at_risk|breached|no_data, "sentence": …}`) is needed,
            `rows_read` goes into the ledger.

    Returns:
        The file, or None in JupyterLab.

    Raises:
        UsageError: no verdict, or a value that cannot be written.
    """
    context = run_context()
    verdict = meta.get("verdict") or {}
    if verdict.get("state") not in STATES or not verdict.get("sentence"):
        raise UsageError(f"write_data needs meta['verdict'] with a sentence and a state of {', '.join(STATES)}; it was given {verdict!r}.")
    usual = {"report": context.report, "parameters": context.parameters} if context.report else {}
    text = canonical({**usual, **meta, "frames": dict(frames)})
    if context.folder is None:
        return None
    path = context.folder / NAME
    path.write_text(text, encoding="utf-8")
    return path


def canonical(value: Any) -> str:
    """The value as canonical JSON text.

    >>> canonical({"b": 0.1 + 0.2, "a": float("nan"), "c": -0.0})
    '{"a":null,"b":0.3,"c":0.0}\\n'
    """
    return json.dumps(_plain(value, "data"), sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _plain(value: Any, place: str) -> Any:
    if value is None or (isinstance(value, bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, str) and not isinstance(value, Enum):
        return str(value)
    if isinstance(value, float | Decimal):
        return _number(float(value))
    for kinds, convert in _BY_KIND:
        if isinstance(value, kinds):
            return convert(value)
    if isinstance(value, Mapping):
        return {_key(key, place): _plain(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(item, place) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
    return _other(value, place)


def _number(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(f"{value:.12g}") + 0.0


def _instant(value: datetime) -> str | None:
    if value != value:
        return None
    if value.tzinfo is None:
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_BY_KIND: tuple[tuple[type, Any], ...] = (
    (datetime, _instant),
    (date, lambda value: value.isoformat()),
    (timedelta, lambda value: _number(value.total_seconds())),
    (uuid.UUID, str),
    (Enum, lambda value: _plain(value.value, "data")),
)


def _key(key: Any, place: str) -> str:
    plain = _plain(key, place)
    if not isinstance(plain, str | int | float) or isinstance(plain, bool):
        raise UsageError(f"{place}: {key!r} cannot be a key in {NAME}.")
    return str(plain)


def _other(value: Any, place: str) -> Any:
    """Dataclasses, and what numpy and pandas have beyond plain Python."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name), f"{place}.{field.name}") for field in dataclasses.fields(value)}
    import numpy as np
    import pandas as pd

    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        return _plain(value.item(), place)
    if isinstance(value, pd.DataFrame):
        return _table(value, place)
    if isinstance(value, pd.Series | pd.Index | np.ndarray):
        return [_plain(item, place) for item in value.tolist()]
    raise UsageError(f"{place}: a {type(value).__name__} cannot be written to {NAME}.")


def _table(frame: Any, place: str) -> dict[str, Any]:
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    columns = [_plain(frame[name].astype(object).tolist(), f"{place}.{name}") for name in frame.columns]
    return {"columns": [_key(name, place) for name in frame.columns], "rows": [list(row) for row in zip(*columns, strict=True)]}
