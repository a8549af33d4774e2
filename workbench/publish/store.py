"""Published files: written beside their place, forced to disk, swapped in whole. Whatever is killed or full, the last good report stands.

out/<report>/<period>/<parameters>/   report.html report.ipynb data.json [report.pdf] run.json [failed.ipynb failed.html failed.json]
out/<report>/<period>/.<parameters>.new-…   a run that is under way (or was killed: the next run removes it)
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import fasteners

from workbench.publish import exchange

HTML, NOTEBOOK, DATA, PDF, MANIFEST = "report.html", "report.ipynb", "data.json", "report.pdf", "run.json"
FAILED_NOTEBOOK, FAILED_HTML, FAILURE = "failed.ipynb", "failed.html", "failed.json"
_IN_THIS_PROCESS = threading.Lock()


@contextmanager
def held(target: Path) -> Iterator[None]:
    """Hold the right to publish into `target`; a second run waits here. What a killed run left beside it is removed or put back."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _IN_THIS_PROCESS, fasteners.InterProcessLock(target.parent / f".{target.name}.lock"):
        exchange.recover(target)
        for stale in target.parent.glob(f".{_literal(target.name)}.new-*"):
            shutil.rmtree(stale, ignore_errors=True)
        yield


def _literal(name: str) -> str:
    return name.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")


def staging(target: Path) -> Path:
    """The folder beside `target` that a run of this process writes into."""
    return target.with_name(f".{target.name}.new-{os.getpid()}")


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """That folder, made new; it is gone afterwards unless `publish` took it."""
    folder = staging(target)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(new: Path, target: Path) -> None:
    """Put the staged folder in the place of the published one in one step, after forcing its files to disk."""
    for path in sorted(new.iterdir()):
        _sync(path)
    _sync(new)
    exchange.exchange(new, target)
    _sync(target.parent)


def write_beside(path: Path, text: str) -> None:
    """Write a file whole or not at all: into a temporary name, then renamed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        _sync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def keep_failure(target: Path, notes: dict[str, Any], notebook: str | None, page: str | None) -> Path | None:
    """Leave what is known of a failed run in the report's folder: its notebook, its page and a note.

    Returns:
        The failed notebook, or None where even that could not be written (a full disk).
    """
    kept = None
    with suppress(OSError):
        target.mkdir(parents=True, exist_ok=True)
        for name, text in ((FAILED_NOTEBOOK, notebook), (FAILED_HTML, page)):
            (target / name).unlink(missing_ok=True)
            if text is not None:
                with suppress(OSError):
                    write_beside(target / name, text)
                    kept = target / FAILED_NOTEBOOK
        notes = {**notes, "notebook": FAILED_NOTEBOOK if kept else None, "page": FAILED_HTML if (target / FAILED_HTML).exists() else None}
        write_beside(target / FAILURE, to_json(notes))
    return kept


def to_json(notes: dict[str, Any]) -> str:
    """A note as JSON text."""
    return json.dumps(notes, indent=1, ensure_ascii=False) + "\n"


def read_json(path: Path) -> dict[str, Any] | None:
    """A note written by a run; None where there is none or it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
