"""Runs a notebook through papermill in a fresh kernel that starts early, shares no socket and is gone at once when the run ends.

Papermill's own engine differs in four things. Here the kernel starts while this process still imports papermill and opens the ledger;
it talks over private IPC sockets (no TCP port; the address must be unique, its default is a relative path that two kernels would
share); it is stopped at once (a polite interrupt is sometimes swallowed and costs four seconds); and it knows of its run.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import Empty
from typing import Any

from workbench import paths
from workbench.imports import light_imports
from workbench.publish.context import SOURCES, RunContext, variables

KERNELS = paths.PACKAGE / "jupyter" / "share" / "kernels"
ENGINE, KERNEL = "workbench", "python3"
"""the kernel stands in for the usual one: stored notebooks name that, and so run anywhere"""
_SOCKET_PATH = 70
"""the path of a socket has room for 104 bytes on macOS"""


@dataclass
class Execution:
    """A notebook being executed: how far it is, and the document with the outputs so far."""

    notebook: Any
    progress: Callable[[int, int | None, str], None] | None = None
    place: str = "the start of the kernel"
    """the cell that runs, in words: its number among the code cells and the heading above it"""

    def at(self, index: int) -> None:
        """Called before each cell."""
        cells = self.notebook.cells
        number = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in cells[: index + 1])
        title = heading(cells, index)
        self.place = f"code cell {number}" + (f" (“{title}”)" if title else "")
        if self.progress:
            self.progress(index, len(cells), title or "running")


class CellFailed(Exception):
    """A notebook that did not come to its end: the state for the ledger, which cell and why, and the notebook as far as it came."""

    def __init__(self, state: str, reason: str, execution: Execution) -> None:
        super().__init__(reason)
        self.state, self.reason, self.execution = state, reason, execution


def heading(cells: list[Any], index: int) -> str:
    """The markdown heading a cell stands under, or nothing."""
    for cell in reversed(cells[: index + 1]):
        if cell.cell_type == "markdown":
            for line in reversed(cell.source.splitlines()):
                if line.startswith("#"):
                    return line.lstrip("# ").strip()
    return ""


@dataclass(frozen=True)
class Kernel:
    """A kernel that is starting up, with a private folder for its sockets and for what it is told of the run."""

    manager: Any
    private: Path

    def tell(self, context: RunContext) -> None:
        """Let the notebook's `run_context()` answer."""
        context.write(self.private / "context.json")

    @property
    def sources(self) -> Path:
        """Where the notebook notes which servers it reads; no file when it read none."""
        return self.private / SOURCES


@contextmanager
def fresh_kernel(folder: Path, results: Path, preload: Sequence[str] = ()) -> Iterator[Kernel]:
    """A kernel working in `folder`, already starting: the caller imports papermill and opens the ledger meanwhile. Gone afterwards.

    Args:
        folder: its working folder, that of the notebook.
        results: where `write_data` writes.
        preload: modules the notebook will import, for the kernel to import before it is asked.
    """
    with light_imports():
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_core.utils import run_sync

    specs = KernelSpecManager(kernel_dirs=[str(KERNELS)], ensure_native_kernel=False)
    short = tempfile.gettempdir() if len(tempfile.gettempdir()) < _SOCKET_PATH else "/tmp"
    with tempfile.TemporaryDirectory(prefix="wbk-", dir=short, ignore_cleanup_errors=True) as private:
        place = {"connection_file": f"{private}/kernel.json", "ip": f"{private}/k", "transport": "ipc"}
        manager = AsyncKernelManager(kernel_name=KERNEL, kernel_spec_manager=specs, **place)
        environment = {**os.environ, **variables(results, Path(private) / "context.json")}
        ahead = f"--IPKernelApp.exec_lines=__import__('workbench.publish.ahead').publish.ahead.load({tuple(preload)!r})"
        run_sync(manager.start_kernel)(cwd=str(folder), env=environment, extra_arguments=["--HistoryManager.enabled=False", ahead])
        try:
            yield Kernel(manager, Path(private))
        finally:
            _end(manager)
            run_sync(manager.cleanup_resources)()


def _end(manager: Any) -> None:
    """Kill the kernel, if it lives, and wait until it is gone; the manager itself would look for that every 0.1 s."""
    if manager.has_kernel:
        manager.provisioner.process.kill()
        manager.provisioner.process.wait()


def execute(
    kernel: Kernel,
    notebook: Path,
    parameters: Mapping[str, Any],
    timeout: int,
    progress: Callable[[int, int | None, str], None] | None = None,
) -> Execution:
    """Execute the notebook and return it with its outputs; nothing is written to disk. Call `load` first.

    Args:
        kernel: the one to run it in; it is used up.
        notebook: file with a cell tagged `parameters`.
        parameters: JSON values, put into a cell after that one.
        timeout: seconds one cell may take.
        progress: called before each cell.

    Raises:
        CellFailed: a cell raised, took too long, or the kernel died.
    """
    import nbformat
    import papermill

    document = nbformat.read(notebook, as_version=4)
    execution = Execution(document, progress)
    try:
        papermill.execute_notebook(
            document, None, dict(parameters), engine_name=ENGINE, kernel_name=KERNEL, language="python", progress_bar=False,
            execution_timeout=timeout, start_timeout=60, execution=execution, kernel=kernel,
        )  # fmt: skip
    except Exception as error:
        raise CellFailed(*_failure(error, execution.place, timeout), execution) from error
    finally:
        execution.notebook.metadata.setdefault("papermill", {})["input_path"] = notebook.name
    return execution


def first_line(said: object) -> str:
    """What an error says, as one printable line.

    >>> first_line("no such \\x1b[31mmodel\\nand more")
    'no such model'
    """
    lines = re.sub(r"\x1b\[[0-9;]*m", "", str(said)).strip().splitlines() or [""]
    return "".join(character for character in lines[0] if character.isprintable())[:300].rstrip(".")


@cache
def load() -> None:
    """Import papermill and make the engine known to it (in this process: an entry point would need the package to be reinstalled)."""
    with light_imports():
        import papermill.engines  # noqa: F401
    _register()


def _failure(error: Exception, place: str, timeout: int) -> tuple[str, str]:
    """State and reason. The exception tells them; the notebook does not: after a timeout it calls the cell completed."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, PapermillExecutionError):
        return "failed", f"{place} raised {error.ename}" + (f": {said}" if (said := first_line(error.evalue)) else "")
    if isinstance(error, CellTimeoutError):
        return "timed_out", f"{place} took longer than {timeout} s (WORKBENCH_REPORT_TIMEOUT_S)"
    if isinstance(error, DeadKernelError) or "Kernel died" in str(error):
        return "died", f"the kernel died at {place}; it may have run out of memory"
    return "failed", f"{place}: {type(error).__name__}: {first_line(error)}"


async def _ready(client: Any, timeout: float) -> None:
    """Wait until the kernel answers on both channels.

    The client's own `wait_for_ready` then empties the channel of outputs, which takes 0.2 s; they are told apart without that, by the
    request they belong to.

    Raises:
        RuntimeError: it died, or took too long.
    """
    deadline = time.monotonic() + timeout
    while True:
        client.kernel_info()
        with suppress(Empty):
            reply = await client.shell_channel.get_msg(timeout=1)
            if reply["msg_type"] == "kernel_info_reply":
                await client.iopub_channel.get_msg(timeout=0.2)
                client._handle_kernel_info_reply(reply)
                return
        if not await client.is_alive():
            raise RuntimeError("Kernel died before it answered")
        if time.monotonic() > deadline:
            raise RuntimeError(f"Kernel did not answer within {timeout:.0f} s")


def _register() -> None:
    from jupyter_core.utils import run_sync
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines

    class Client(PapermillNotebookClient):
        def execute(self) -> Any:
            self.reset_execution_trackers()
            with self.setup_kernel(cleanup_kc=True):
                self.papermill_execute_cells()
                self.nb.metadata["language_info"] = {"name": "python", "version": sys.version.split()[0]}
            return self.nb

        async def async_start_new_kernel_client(self) -> Any:
            self.kc = self.km.client()
            self.kc.start_channels()
            try:
                await _ready(self.kc, self.startup_timeout)
            except BaseException:
                await self._async_cleanup_kernel()
                raise
            self.kc.allow_stdin = False
            return self.kc

        start_new_kernel_client = run_sync(async_start_new_kernel_client)

        async def _async_cleanup_kernel(self) -> None:
            _end(self.km)
            await super()._async_cleanup_kernel()

        _cleanup_kernel = run_sync(_async_cleanup_kernel)  # the one it inherits calls the method it inherits

    class FreshKernel(Engine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, execution: Execution, kernel: Kernel, **options: Any) -> None:
            execution.notebook = nb_man.nb
            _announce(nb_man, execution)
            limits = {"timeout": options["execution_timeout"], "startup_timeout": options["start_timeout"]}
            Client(nb_man, km=kernel.manager, kernel_name=kernel_name, shutdown_kernel="immediate", **limits).execute()

    papermill_engines.register(ENGINE, FreshKernel)


def _announce(nb_man: Any, execution: Execution) -> None:
    start = nb_man.cell_start

    def announced(cell: Any, cell_index: int, **more: Any) -> None:
        execution.at(cell_index)
        start(cell, cell_index, **more)

    nb_man.cell_start = announced
