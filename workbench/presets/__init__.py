"""Known foreign formats, each read by one module: `load_preset` finds it by platform and name."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import UsageError
from workbench.load import LoadReport

if TYPE_CHECKING:
    from sqlalchemy import Connection

PRESETS = {
    ("mued", "llm-requests"): "workbench.presets.llm_requests",
    ("learning", "oulad"): "workbench.presets.oulad",
    ("drivemaster", "knowledge-tracing"): "workbench.presets.knowledge_tracing",
}
"""(platform, preset) → the module whose `load(connection, folder, start, progress)` knows the format."""


def load_preset(
    connection: "Connection",
    platform: str,
    preset: str,
    folder: Path | str,
    start: date | None = None,
    progress: Callable[[int, int | None, str], None] | None = None,
) -> LoadReport:
    """Load a folder (or one file) in a known foreign format, in the transaction of the connection; committing is the caller's.

    Args:
        start: first day, for formats whose files carry no dates; each preset has a default.

    Raises:
        UsageError: no such preset or folder, files of another shape, or this preset was loaded before.
    """
    if (platform, preset) not in PRESETS:
        known = ", ".join(f"{name} (for {owner})" for owner, name in PRESETS)
        raise UsageError(f"there is no preset {preset!r} for {platform!r}; there is {known}.")
    options: dict[str, Any] = {} if start is None else {"start": start}
    return import_module(PRESETS[platform, preset]).load(connection, Path(folder), progress=progress, **options)
