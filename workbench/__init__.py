"""Data operations and trustworthy reports over PostgreSQL for learning platforms.

    from workbench import connect, queries

`connect()` is a read-only connection, `queries` holds one function a question. Both are imported when they are first used, so that
`import workbench` is instant. Importing the package also sees to it that plotly, once imported, has the house colours and no button
that sends a chart to somebody else's server.
"""

import importlib
from types import ModuleType
from typing import Any

from workbench.imports import on_import

__all__ = ["connect", "queries"]

_PRIVATE = {"showSendToCloud": False, "plotlyServerURL": "", "displaylogo": False}


def __getattr__(name: str) -> Any:
    if name == "connect":
        return importlib.import_module("workbench.replica").connect
    if name == "queries":
        return importlib.import_module("workbench.queries")
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("learning-data-workbench")
    raise AttributeError(f"module 'workbench' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])


def _house_renderers(module: ModuleType) -> None:
    for name in module.renderers:
        if hasattr(module.renderers[name], "config"):
            module.renderers[name].config = {**(module.renderers[name].config or {}), **_PRIVATE}


def _house_template(module: ModuleType) -> None:
    from workbench.charts.base import GREY, PALETTE

    grid = {"gridcolor": "rgba(128,134,144,.25)", "zerolinecolor": "rgba(128,134,144,.4)", "linecolor": GREY, "automargin": True}
    clear = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "font": {"color": "#7D8590"}}
    module.templates["workbench"] = {"layout": {"colorway": list(PALETTE), "xaxis": grid, "yaxis": grid, **clear}}
    module.templates.default = "workbench"


def _without_notes(module: ModuleType) -> None:
    """Docstrings of scipy do without the table of array libraries, which it works into each of them when it is imported."""
    module.xp_capabilities = lambda **_: lambda function: function


on_import("plotly.io._renderers", ["nbformat"], _house_renderers)  # it asks nbformat for its version only
on_import("plotly.io", after=_house_template)
# Taken along with all of numpy, a compiler of Fortran among them.
on_import("scipy._lib.array_api_compat.numpy", ["numpy.f2py", "numpy.testing", "numpy.polynomial", "numpy.char", "numpy.fft"])
on_import("scipy._lib._array_api", after=_without_notes)
