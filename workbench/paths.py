"""Folders and the list of platforms: the only module that knows where files lie.

In a checkout the data folders lie beside the package; a wheel carries them inside it, under `_data`.
"""

import os
from pathlib import Path

PLATFORMS = ("mued", "learning", "drivemaster", "video")
"""Platforms in the order in which they are shown. Each owns the schema and the folders of its name."""

PACKAGE = Path(__file__).resolve().parent
INSTALLED = (PACKAGE / "_data").is_dir()
ROOT = PACKAGE / "_data" if INSTALLED else PACKAGE.parent

SQL = ROOT / "sql"
NOTEBOOKS = ROOT / "notebooks"
EXPECTATIONS = ROOT / "expectations"
REPORTS = ROOT / "reports"


def installed_platforms() -> tuple[str, ...]:
    """Platforms whose migrations are part of this installation."""
    return tuple(name for name in PLATFORMS if (SQL / name / "migrations").is_dir())


def reports_out() -> Path:
    """Where reports are published: `WORKBENCH_REPORTS_OUT`, else `reports/out` of the checkout or the current folder."""
    if chosen := os.environ.get("WORKBENCH_REPORTS_OUT"):
        return Path(chosen).expanduser().resolve()
    return (Path.cwd() / "reports" if INSTALLED else REPORTS) / "out"
