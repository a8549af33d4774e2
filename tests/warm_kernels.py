"""Kernels forked from one process that has imported what notebooks import: to import that takes longer than most notebooks to run.

All else is as the workbench's kernel has it. Kernels that start by themselves serve the tests of a run (`test_report.py`), of the wheel,
of JupyterLab, of the command line and of the README.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MODULES = ("ipykernel.ipkernel", "pandas", "plotly.express", "workbench.queries", "workbench.replica", "workbench.present")
REPORTS = ("data_quality", "engagement", "progress", "rag_slo")


def install() -> None:
    """From now on this process forks its kernels."""
    from jupyter_client.provisioning import local_provisioner

    local_provisioner.launch_kernel = launch


@functools.cache
def _origin() -> subprocess.Popen[str]:
    origin = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(origin.communicate)
    return origin


def launch(command: Sequence[str], env: Mapping[str, str], cwd: str | None = None, **_: Any) -> Any:
    """Stands for `jupyter_client.launcher.launch_kernel`: the process of a kernel, with what its manager asks of it."""
    import psutil

    class Forked(psutil.Process):
        stdin = stdout = stderr = None

        def poll(self) -> int | None:
            return None if self.is_running() else 0

    origin = _origin()
    asked = [["kernel", *command[3:]], {**env, "JPY_PARENT_PID": str(os.getpid())}, cwd or str(Path.cwd())]
    print(json.dumps(asked), file=origin.stdin, flush=True)
    return Forked(int(origin.stdout.readline()))  # type: ignore[union-attr]


def serve() -> None:
    """Be that one process, until its input ends."""
    sys.path[0] = ""  # as for a kernel
    gc.disable()
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # as `publish.ahead`
    for name in (*MODULES, *(f"workbench.reports.{report}" for report in REPORTS)):
        importlib.import_module(name)
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGCHLD, _bury)
    for line in sys.stdin:
        arguments, environment, folder = json.loads(line)
        if kernel := os.fork():
            os.setpgid(kernel, kernel)  # its manager signals the group
            print(kernel, flush=True)
            continue
        _be_kernel(arguments, environment, folder)


def _bury(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    from workbench.publish import ahead

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.close(0)
    os.dup2(2, 1)
    sys.argv = arguments
    ahead.launch()
    os._exit(0)


if __name__ == "__main__":
    serve()
