"""Runs a notebook through papermill in a fresh kernel that starts fast, shares no socket and is gone at once when the run ends.

Three things differ from papermill's own engine: the kernel talks over private IPC sockets (no TCP port; the address must be unique,
its default is a relative path that two kernels would share), it is stopped at once (a polite interrupt is sometimes swallowed and
costs four seconds), and its environment is its own.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from workbench import paths

KERNELS = paths.PACKAGE / "jupyter" / "share" / "kernels"
ENGINE = "workbench"
_UNNEEDED = ("rfc3987_syntax", "isoduration", "pyarrow.fs")
"""optional modules of papermill and its friends that take more than a second to import: grammars for a format check, Hadoop"""


@contextmanager
def light_imports() -> Iterator[None]:
    """Imports inside do without the optional modules that cost a second and are not needed here."""
    absent = [name for name in _UNNEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)


class CellFailed(Exception):
    """A notebook that did not come to its end: which cell, why, and the state the ledger keeps."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


@dataclass
class Execution:
    """A notebook being executed: how far it is, and the document with the outputs so far."""

    notebook: Any
    progress: Callable[[int, int | None, str], None] | None = None
    cell: int = 0

    def at(self, cell: int) -> None:
        """Called before each cell."""
        self.cell = cell
        if self.progress:
            self.progress(cell, len(self.notebook.cells), heading(self.notebook.cells, cell) or "running")

    def place(self) -> str:
        """The cell that runs, in words: its number among the code cells and the heading above it."""
        cells = self.notebook.cells[: self.cell + 1]
        number = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in cells)
        title = heading(self.notebook.cells, self.cell)
        return f"code cell {number}" + (f" (“{title}”)" if title else "")


def heading(cells: list[Any], index: int) -> str:
    """The markdown heading a cell stands under, or nothing."""
    for cell in reversed(cells[: index + 1]):
        if cell.cell_type == "markdown":
            for line in reversed(cell.source.splitlines()):
                if line.startswith("#"):
                    return line.lstrip("# ").strip()
    return ""


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    timeout: int,
    progress: Callable[[int, int | None, str], None] | None = None,
) -> Execution:
    """Execute the notebook and return it with its outputs; nothing is written to disk.

    Args:
        notebook: file with a cell tagged `parameters`.
        parameters: JSON values, put into a cell after that one.
        environment: variables of the kernel beside those of this process.
        timeout: seconds one cell may take.
        progress: called before each cell.

    Raises:
        CellFailed: a cell raised, took too long, or the kernel died; its `__cause__` is papermill's error, its `execution` the notebook.
    """
    with light_imports():
        import nbformat
        import papermill
        import papermill.engines

    _register()
    document = nbformat.read(notebook, as_version=4)
    execution = Execution(document, progress)
    try:
        papermill.execute_notebook(
            document, None, dict(parameters), engine_name=ENGINE, kernel_name="workbench", language="python", progress_bar=False,
            execution_timeout=timeout, start_timeout=60, execution=execution, environment={**os.environ, **environment}, folder=str(notebook.parent),
        )  # fmt: skip
    except Exception as error:
        failure = _failure(error, execution, timeout)
        failure.execution = execution  # type: ignore[attr-defined]
        raise failure from error
    finally:
        execution.notebook.metadata.setdefault("papermill", {})["input_path"] = notebook.name
    return execution


def _failure(error: Exception, execution: Execution, timeout: int) -> CellFailed:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    place = execution.place()
    if isinstance(error, PapermillExecutionError):
        said = next(iter(str(error.evalue).strip().splitlines()), "")[:300]
        return CellFailed("failed", f"{place} raised {error.ename}" + (f": {said}" if said else ""))
    if isinstance(error, CellTimeoutError):
        return CellFailed("timed_out", f"{place} took longer than {timeout} s (WORKBENCH_REPORT_TIMEOUT_S)")
    if isinstance(error, DeadKernelError) or "Kernel" in str(error):
        return CellFailed("died", f"the kernel died in {place}; it may have run out of memory")
    return CellFailed("failed", f"{place}: {type(error).__name__}: {str(error).strip()[:300]}")


@cache
def _register() -> None:
    """Make the engine known to papermill (in this process: an entry point would need the package to be reinstalled)."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines

    class Client(PapermillNotebookClient):
        def execute(self, environment: dict[str, str], folder: str) -> Any:
            self.reset_execution_trackers()
            with self.setup_kernel(cleanup_kc=True, env=environment, cwd=folder):
                self.papermill_execute_cells()
                self.nb.metadata["language_info"] = {"name": "python", "version": sys.version.split()[0]}
            return self.nb

    class FreshKernel(Engine):
        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, execution: Execution, environment: dict[str, str], folder: str, **options: Any
        ) -> None:
            execution.notebook = nb_man.nb
            _announce(nb_man, execution)
            with tempfile.TemporaryDirectory(prefix="wbk-") as sockets:
                client = Client(
                    nb_man, km=_kernel_manager(kernel_name, sockets), timeout=options["execution_timeout"], shutdown_kernel="immediate",
                    startup_timeout=options["start_timeout"], kernel_name=kernel_name,
                )  # fmt: skip
                client.execute(environment, folder)

    papermill_engines.register(ENGINE, FreshKernel)


def _announce(nb_man: Any, execution: Execution) -> None:
    start = nb_man.cell_start

    def announced(cell: Any, cell_index: int, **more: Any) -> None:
        execution.at(cell_index)
        start(cell, cell_index, **more)

    nb_man.cell_start = announced


def _kernel_manager(kernel_name: str, sockets: str) -> Any:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    specs = KernelSpecManager(kernel_dirs=[str(KERNELS)], ensure_native_kernel=False)
    place = {"connection_file": f"{sockets}/kernel.json", "ip": f"{sockets}/k", "transport": "ipc"}
    return AsyncKernelManager(kernel_name=kernel_name, kernel_spec_manager=specs, **place)
