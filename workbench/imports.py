"""Imports that take less time: what a library imports on the way and nobody needs here is left out, or imported when it is used.

Optional modules of Jupyter, Great Expectations, plotly and scipy take up to a second each to import, and most runs never use them.
"""

import gc
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_UNNEEDED = ("rfc3987_syntax", "isoduration", "pyarrow.fs")
"""of papermill and its friends: grammars for a format check, Hadoop"""


@contextmanager
def light_imports() -> Iterator[None]:
    """Imports inside do without the optional modules that cost a second and are not needed here.

    Nor are the objects they make searched for garbage meanwhile, a quarter of the time where they are many.
    """
    absent = [name for name in _UNNEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        for name in absent:
            sys.modules.pop(name, None)


class _Later(ModuleType):
    """Stands for a module until something of it is asked for, other than its version."""

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return import_module("importlib.metadata").version(self.__name__)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def later(*names: str) -> Iterator[None]:
    """Whoever imports these modules inside gets them when they are used."""
    absent = {name: _Later(name) for name in names if name not in sys.modules}
    sys.modules.update(absent)
    packages = {name: sys.modules.get(name.rpartition(".")[0]) for name in absent}
    for name, package in packages.items():  # an import would have done so
        if package is not None:
            setattr(package, name.rpartition(".")[2], absent[name])
    try:
        yield
    finally:
        for name, stand_in in absent.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
            if vars(packages[name] or ModuleType("none")).get(name.rpartition(".")[2]) is stand_in:
                delattr(packages[name], name.rpartition(".")[2])


class _OnImport:
    """Sees to a module when it is imported; other imports pass by."""

    def __init__(self) -> None:
        self.waiting: dict[str, tuple[Sequence[str], Callable[[ModuleType], None] | None]] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in self.waiting:
            return None
        unneeded, after = self.waiting.pop(name)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def executed(module: ModuleType) -> None:
                with later(*unneeded):
                    execute(module)
                if after is not None:
                    after(module)

            spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec


def on_import(name: str, unneeded: Sequence[str] = (), after: Callable[[ModuleType], None] | None = None) -> None:
    """Have a module imported without others, and changed at once; nothing happens where it never is, or has been.

    Args:
        name: the module.
        unneeded: modules that it imports and rarely uses: it gets them when it uses them.
        after: called with the module.
    """
    if name not in sys.modules:
        _finder.waiting[name] = (unneeded, after)


_finder = _OnImport()
sys.meta_path.insert(0, _finder)
