"""Questions to the database, one function and one SQL file each: `marts` over all platforms, the others what only one can be asked.

    from workbench import connect, queries

    with connect() as connection:
        queries.mued.plugin_health(connection, start="2026-08-01", end="2026-09-01")

A module is imported when it is first named, so that the command line need not wait for pandas.
"""

import importlib
from pathlib import Path
from types import ModuleType

__all__ = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"there are no queries over {name!r}; choose one of {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
