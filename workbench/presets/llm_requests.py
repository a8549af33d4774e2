"""Preset `llm-requests` of MUED: raw logs of requests to language models become answers of the assistant.

A file `<model>.json` holds an array with one object a request: `error_code`, `end_to_end_latency_s`, `number_input_tokens`,
`number_output_tokens` (what the benchmark tool llmperf writes). The files carry no dates: each becomes one day, in the order of their
names, with its requests spread evenly over it. No price, citation or rating is known, so none is made up.
"""

import json
import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from workbench import db
from workbench.errors import UsageError
from workbench.load import LoadReport
from workbench.loading.copying import as_loader, copy_columns
from workbench.loading.ledger import loads, note_load
from workbench.loading.target import describe

if TYPE_CHECKING:
    from sqlalchemy import Connection

PRESET = "llm-requests"
FIRST_DAY = date(2026, 1, 1)
USERS = 20  # each day's requests are spread over all of them, so that no daily figure is about fewer than ten people
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "workbench/presets/llm-requests")
INSTANT = pa.timestamp("us", "UTC")


@dataclass(frozen=True)
class Day:
    """The requests of one file, and the day they are put on."""

    model: str
    midnight: datetime
    requests: list[dict[str, Any]]

    @cached_property
    def instants(self) -> list[datetime]:
        """When each request was made: evenly over the day, in file order."""
        return [self.midnight + timedelta(days=1) * i / len(self.requests) for i in range(len(self.requests))]


def load(
    connection: "Connection", folder: Path, start: date = FIRST_DAY, progress: Callable[[int, int | None, str], None] | None = None
) -> LoadReport:
    """Load every `*.json` of a folder (or one such file); see the module for the mapping.

    Raises:
        UsageError: there is nothing to load, a file has another shape, or the preset was loaded before.
    """
    started = time.monotonic()
    days = _days(folder, start)
    with as_loader(connection):
        db.one_at_a_time(connection, f"preset {PRESET}")
        users, sessions, table = (describe(connection, f"mued.{name}") for name in ("users", "sessions", "ai_dialogue_log"))
        if loads(connection, "mued", PRESET):
            raise UsageError(f"the preset {PRESET} was loaded into this database before (see marts.load_run); use a fresh database.")
        copy_columns(connection, users, _users(start))
        copy_columns(connection, sessions, _sessions(days))
        rows = 0
        for number, day in enumerate(days, 1):
            rows += copy_columns(connection, table, _answers(day))
            if progress:
                progress(number, len(days), f"{day.model}: {len(day.requests)} requests")
        note_load(connection, "mued", str(table), [str(folder)], rows, 0, started, PRESET, start=start, days=len(days), users=USERS)
    files = [f"{day.model}.json" for day in days]
    return LoadReport(str(table), files, rows, 0, None, round(time.monotonic() - started, 3))


def _days(folder: Path, start: date) -> list[Day]:
    files = sorted(folder.glob("*.json")) if folder.is_dir() else [folder]
    if not files or not files[0].is_file():
        raise UsageError(f"there are no .json files of requests in {folder}.")
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
    read = [(path.stem, requests) for path in files if (requests := _requests(path))]
    return [Day(model, midnight + timedelta(days=number), requests) for number, (model, requests) in enumerate(read)]


def _requests(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is not a JSON file of requests: {error}.") from None
    if not isinstance(found, list):
        raise UsageError(f"{path} must hold one JSON array of requests.")
    for number, request in enumerate(found, 1):
        if not isinstance(request, dict) or "error_code" not in request:
            raise UsageError(f"{path}: element {number} has no error_code; this is not a log of requests.")
        latency = request.get("end_to_end_latency_s")
        if request["error_code"] is None and not (isinstance(latency, int | float) and math.isfinite(latency) and latency >= 0):
            raise UsageError(f"{path}: element {number} is no error and has no end_to_end_latency_s.")
    return found


def _key(*parts: object) -> bytes:
    return uuid.uuid5(NAMESPACE, "/".join(map(str, parts))).bytes


def _ids(keys: list[bytes]) -> pa.Array:
    return pa.array(keys, pa.binary(16))


def _users(start: date) -> dict[str, pa.Array]:
    numbers = range(USERS)
    joined = datetime(start.year, start.month, start.day, tzinfo=UTC)
    return {
        "id": _ids([_key("user", n) for n in numbers]),
        "email": pa.array([f"requests-{n + 1:02d}@{PRESET}.invalid" for n in numbers]),
        "display_name": pa.array([f"Request log {n + 1:02d}" for n in numbers]),
        "locale": pa.array(["en"] * USERS),
        "time_zone": pa.array(["UTC"] * USERS),
        "created_at": pa.array([joined] * USERS, INSTANT),
        "updated_at": pa.array([joined] * USERS, INSTANT),
    }


def _sessions(days: list[Day]) -> dict[str, pa.Array]:
    """One session a user and day that has a request, from the first to the end of the last."""
    spans = [(day, n, day.instants[n::USERS]) for day in days for n in range(min(USERS, len(day.requests)))]
    begun = pa.array([instants[0] for _, _, instants in spans], INSTANT)
    return {
        "id": _ids([_key("session", day.model, n) for day, n, _ in spans]),
        "user_id": _ids([_key("user", n) for _, n, _ in spans]),
        "title": pa.array([f"Requests to {day.model}" for day, _, _ in spans]),
        "status": pa.array(["completed"] * len(spans)),
        "started_at": begun,
        "ended_at": pa.array([instants[-1] for _, _, instants in spans], INSTANT),
        "recorded_at": begun,
        "updated_at": begun,
    }


def _answers(day: Day) -> dict[str, pa.Array]:
    numbers = range(len(day.requests))
    failed = [request["error_code"] is not None for request in day.requests]
    seconds = np.array([np.nan if bad else r["end_to_end_latency_s"] for r, bad in zip(day.requests, failed, strict=True)], np.float64)
    instants = pa.array(day.instants, INSTANT)
    return {
        "id": _ids([_key("answer", day.model, n) for n in numbers]),
        "user_id": _ids([_key("user", n % USERS) for n in numbers]),
        "session_id": _ids([_key("session", day.model, n % USERS) for n in numbers]),
        "query": pa.array([f"Request {n + 1} to {day.model} (its text was not recorded)" for n in numbers]),
        "latency_ms": pa.array(1000 * seconds, mask=np.array(failed)),
        "model": pa.array([day.model for _ in numbers]),
        "input_tokens": pa.array([r.get("number_input_tokens") for r in day.requests], pa.int32()),
        "output_tokens": pa.array([r.get("number_output_tokens") for r in day.requests], pa.int32()),
        "error_code": pa.array([str(r["error_code"]) if bad else None for r, bad in zip(day.requests, failed, strict=True)]),
        "created_at": instants,
        "recorded_at": instants,
    }
