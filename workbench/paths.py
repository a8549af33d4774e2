"""Folders and the list of platforms: the only module that knows where files lie.

In a checkout the data folders lie beside the package; a wheel carries them inside it, under `_data`.
"""

import os
import re
from pathlib import Path

from workbench.errors import UsageError

PLATFORMS = ("mued", "learning", "drivemaster", "video")
"""Platforms that come with the package, in the order in which they are shown. Each owns the schema and the folders of its name."""

PACKAGE = Path(__file__).resolve().parent
INSTALLED = (PACKAGE / "_data").is_dir()
ROOT = PACKAGE / "_data" if INSTALLED else PACKAGE.parent

SQL = ROOT / "sql"
NOTEBOOKS = ROOT / "notebooks"
EXPECTATIONS = ROOT / "expectations"
REPORTS = ROOT / "reports"


_SCHEMA = re.compile(r"(?!pg_)[a-z][a-z0-9_]{0,40}")
_TAKEN = ("marts", "public", "information_schema")


def added_platforms() -> dict[str, Path]:
    """Platforms of one's own by name: every folder in `WORKBENCH_PLATFORMS_PATH` that holds `migrations`.

    Raises:
        UsageError: the setting names no folder, or a folder in it cannot give its name to a schema.
    """
    from workbench.settings import settings

    root = settings().platforms_path
    if root is None:
        return {}
    if not root.is_dir():
        raise UsageError(f"WORKBENCH_PLATFORMS_PATH: there is no folder {root}.")
    found = {folder.name: folder for folder in sorted(root.iterdir()) if (folder / "migrations").is_dir()}
    for name, folder in found.items():
        if not _SCHEMA.fullmatch(name) or name in (*_TAKEN, *PLATFORMS):
            raise UsageError(f"{folder}: {name!r} cannot be a platform; choose another name of small letters, digits and underscores.")
    return found


def platforms() -> tuple[str, ...]:
    """All platforms that are known by name: those of the package, then added ones."""
    return (*PLATFORMS, *added_platforms())


def installed_platforms() -> tuple[str, ...]:
    """Platforms whose migrations are part of this installation, or were added to it."""
    return tuple(name for name in platforms() if (sql_folder(name) / "migrations").is_dir())


def sql_folder(name: str) -> Path:
    """Where the SQL of a platform (or of marts) lies."""
    return SQL / name if name in (*PLATFORMS, *_TAKEN) else added_platforms().get(name, SQL / name)


def sql_file(name: str) -> Path:
    """Where a file of SQL lies: `marts/queries/ai_answer_daily` for example."""
    folder, _, rest = name.partition("/")
    return sql_folder(folder) / f"{rest}.sql"


def reports_out() -> Path:
    """Where reports are published: `WORKBENCH_REPORTS_OUT`, else `reports/out` of the checkout or the current folder."""
    if chosen := os.environ.get("WORKBENCH_REPORTS_OUT"):
        return Path(chosen).expanduser().resolve()
    return (Path.cwd() / "reports" if INSTALLED else REPORTS) / "out"
