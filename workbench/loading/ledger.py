"""What `marts.load_run` keeps of every load, and what it says of earlier ones."""

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench import sqlfiles

if TYPE_CHECKING:
    from sqlalchemy import Connection


def note_load(
    connection: "Connection",
    platform: str,
    target: str,
    files: Sequence[str],
    rows: int,
    rejected: int,
    started: float,
    preset: str | None = None,
    **details: Any,
) -> None:
    """Write one row about a finished load into `marts.load_run`.

    Args:
        started: `time.monotonic()` at its beginning.
        details: what else is worth keeping, for instance the first day of a preset.
    """
    sqlfiles.execute(
        connection, "marts/load/note_load", platform=platform, target=target, source=", ".join(files), rows=rows, rejected=rejected,
        seconds=time.monotonic() - started, preset=preset, details=json.dumps(details, ensure_ascii=False, default=str),
    )  # fmt: skip


def loads(connection: "Connection", platform: str, preset: str | None = None) -> int:
    """How many loads of files into a platform there were, by the preset if one is named."""
    return len(sqlfiles.fetch(connection, "marts/load/loads", platform=platform, preset=preset))
