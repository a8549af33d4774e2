"""What Great Expectations computes again and again while it validates, computed once: that halves its own time for a rule. And what it
imports for expectations that no rule can use, imported when they are used: that saves a third of the time until it is there.

An expectation makes its configuration anew, dozens of times, whenever one of its arguments is looked up; and every metric is identified
by a digest of its arguments, which were first searched for types of numpy and pandas, though they are texts and numbers.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

_RARE = ("scipy.stats", "altair")
"""modules for distributions and for pictures of them"""
_PLAIN = frozenset({str, int, bool, type(None)})
_asking = threading.local()


class _Later(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def rare_modules_later() -> Iterator[None]:
    """Whoever imports them inside gets them when they are used."""
    absent = {name: _Later(name) for name in _RARE if name not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for name, stand_in in absent.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


@contextmanager
def configured_once() -> Iterator[None]:
    """What is validated by this thread meanwhile is not changed, and so keeps its configurations."""
    _install()
    _asking.kept = {}
    try:
        yield
    finally:
        del _asking.kept


@cache
def _install() -> None:
    from great_expectations.core import id_dict
    from great_expectations.expectations.expectation import Expectation

    Expectation.configuration = property(_keeping(Expectation.configuration.fget))
    id_dict.convert_to_json_serializable = _searching(id_dict.convert_to_json_serializable)


def _keeping(compute: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def configuration(self: Any) -> Any:
        kept = getattr(_asking, "kept", None)
        if kept is None:
            return compute(self)
        if id(self) not in kept:
            kept[id(self)] = (self, compute(self))  # itself too, so that nothing else gets its id
        return kept[id(self)][1]

    return configuration


def _searching(convert: Callable[..., Any]) -> Callable[..., Any]:
    def serializable(data: Any) -> Any:
        return data if type(data) is dict and all(type(value) in _PLAIN for value in data.values()) else convert(data)

    return serializable
