"""How the kernel starts, and what it imports before it is asked.

Imports leave some 200,000 objects that stay. The collector of cyclic garbage would look through them again and again while they come,
a sixth of the time of it all; it is off meanwhile and passes over them afterwards.
"""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

FOLDER = "WORKBENCH_RUN_DIR"
"""variable that a kernel has when it runs a report"""


@contextmanager
def _no_collection() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def launch() -> None:
    """Be a kernel. One that runs a report has no debugger: nobody can reach it, and it takes 0.1 s to import."""
    with _no_collection():
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # a grammar for a format check, a second to import
        if FOLDER in os.environ:
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # on matrices as small as those of a report, threads mostly wait
            sys.modules["debugpy"] = None  # type: ignore[assignment]
        from ipykernel import kernelapp
    gc.set_threshold(20_000, 20, 20)  # what the cells import is looked through less often
    kernelapp.launch_new_instance()


def load(names: Sequence[str]) -> None:
    """Import the modules a report's notebook will import.

    Text in pandas is kept as Python strings then: the frames of a report are small, and to hand them to Arrow and back takes longer.
    """
    if sys.modules.get("debugpy", launch) is None:
        del sys.modules["debugpy"]  # a notebook may still want it
    with _no_collection():
        for name in names:
            import_module(name)
        if "pandas" in names:
            import pandas as pd

            pd.options.mode.string_storage = "python"
