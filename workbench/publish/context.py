"""What a notebook may know about the run it is part of; in JupyterLab the same call says that there is none."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.publish.ahead import FOLDER
from workbench.settings import SOURCES_FILE

VARIABLE = "WORKBENCH_RUN_CONTEXT"
SOURCES = "sources.jsonl"


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

    def write(self, path: Path) -> None:
        """Put the context where `run_context` of the kernel looks for it."""
        path.write_text(json.dumps(self.__dict__, ensure_ascii=False), encoding="utf-8")


def variables(folder: Path, context: Path) -> dict[str, str]:
    """The environment of a kernel that runs a report: where results go, the file that will tell it the rest, and the one beside it in
    which it notes the servers it reads."""
    return {FOLDER: str(folder), VARIABLE: str(context), SOURCES_FILE: str(context.with_name(SOURCES))}


def run_context() -> RunContext:
    """The run this process is part of."""
    path = os.environ.get(VARIABLE)
    return RunContext(**json.loads(Path(path).read_text(encoding="utf-8"))) if path else RunContext()
