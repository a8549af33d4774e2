"""What a notebook may know about the run it is part of; in JupyterLab the same call says that there is none."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "WORKBENCH_RUN_CONTEXT"
FOLDER = "WORKBENCH_RUN_DIR"


@dataclass(frozen=True)
class RunContext:
    """A run as its notebook sees it; every field but `report` is empty in JupyterLab."""

    report: str | None = None
    run_id: str | None = None
    started_at: str | None = None
    as_of: str | None = None
    """cut-off, an instant in UTC"""
    parameters: dict[str, Any] = field(default_factory=dict)
    """checked parameters; private ones are withheld"""
    notebook_hash: str | None = None
    sql_hash: str | None = None
    schema_version: dict[str, str] = field(default_factory=dict)
    """newest applied migration of each platform"""
    package_version: str | None = None

    @property
    def folder(self) -> Path | None:
        """Where the run collects its files; None in JupyterLab."""
        found = os.environ.get(FOLDER)
        return Path(found) if found else None

    def environment(self, folder: Path) -> dict[str, str]:
        """The variables that hand this context to a kernel."""
        return {VARIABLE: json.dumps(self.__dict__, ensure_ascii=False), FOLDER: str(folder)}


def run_context() -> RunContext:
    """The run this process is part of."""
    return RunContext(**json.loads(os.environ.get(VARIABLE, "{}")))
