"""Hashes by which a report can be traced to the notebook, the SQL and the parameters it came from."""

import hashlib
import json
from pathlib import Path
from typing import Any

from workbench import paths
from workbench.report_definition import Definition


def text_hash(value: Any) -> str:
    """SHA-256 of the value in canonical JSON: equal values, equal hash."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def sql_hash(definition: Definition) -> str:
    """SHA-256 over the SQL a report can read: facts, rollups and queries of marts and of its platforms."""
    digest = hashlib.sha256()
    for folder in ("marts", *definition.on_platforms):
        for kind in ("facts", "rollups", "queries"):
            for path in sorted((paths.sql_folder(folder) / kind).glob("*.sql")):
                digest.update(f"{folder}/{kind}/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
