"""What Great Expectations computes again and again while it validates, computed once: that halves its own time for a rule. And what it
imports for expectations that no rule can use, imported when they are used: that saves a third of the time until it is there.

An expectation makes its configuration anew, dozens of times, whenever one of its arguments is looked up; every metric is identified
by a digest of its arguments, which were first searched for types of numpy and pandas, though they are texts and numbers; and for every
metric the whole text of the query is searched for parameters again.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache, lru_cache
from typing import Any

from workbench.imports import later

_PLAIN = frozenset({str, int, bool, type(None)})
_asking = threading.local()


def rare_modules_later() -> AbstractContextManager[None]:
    """Imports inside get what is for distributions, and pictures of them, when it is used."""
    return later("scipy.stats", "altair")


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
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine
    from great_expectations.expectations.expectation import Expectation

    Expectation.configuration = property(_keeping(Expectation.configuration.fget))
    id_dict.convert_to_json_serializable = _searching(id_dict.convert_to_json_serializable)
    engine._wrap_raw_sql_as_subquery = _wrapping(engine._wrap_raw_sql_as_subquery)


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


def _wrapping(wrap: Callable[[Any], Any]) -> Callable[[Any], Any]:
    import sqlalchemy

    @lru_cache(maxsize=4)  # a query for each session that asks at the same time
    def wrapped(text: str) -> Any:
        return wrap(sqlalchemy.text(text))

    return lambda selectable: wrapped(selectable.text)
