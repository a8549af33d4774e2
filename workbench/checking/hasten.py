"""What Great Expectations computes again and again while it validates, computed once: that halves its own time for a rule. And what it
imports for expectations that no rule can use, imported when they are used: that saves a third of the time until it is there.

An expectation makes its configuration anew, dozens of times, whenever one of its arguments is looked up, and a configuration its
expectation for every metric; every metric is identified
by a digest of its arguments, which were first searched for types of numpy and pandas, though they are texts and numbers; for every
metric the whole text of the query is searched for parameters again; every query is run once more for the names of its columns, and
spelt out for a log that nobody keeps.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
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
def configured_once(columns: Iterable[str]) -> Iterator[None]:
    """What is validated by this thread meanwhile is not changed, and so keeps its configurations; its query has these columns."""
    _install()
    _asking.kept, _asking.columns = {}, [{"name": name, "primary_key": False} for name in columns]
    try:
        yield
    finally:
        del _asking.kept, _asking.columns


@cache
def _install() -> None:
    from great_expectations.core import id_dict
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration as Configuration
    from great_expectations.expectations.metrics.table_metrics import table_column_types as types
    from sqlalchemy import Select

    Expectation.configuration = property(_keeping(Expectation.configuration.fget))
    Configuration.to_domain_obj = _keeping(Configuration.to_domain_obj)
    id_dict.convert_to_json_serializable = _searching(id_dict.convert_to_json_serializable)
    engine._wrap_raw_sql_as_subquery = _wrapping(engine._wrap_raw_sql_as_subquery)
    types.get_sqlalchemy_column_metadata = _knowing(types.get_sqlalchemy_column_metadata)
    Select.__str__ = _named(Select.__str__)


def _keeping(compute: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def counterpart(self: Any) -> Any:
        kept = getattr(_asking, "kept", None)
        if kept is None:
            return compute(self)
        if id(self) not in kept:
            kept[id(self)] = (self, compute(self))  # itself too, so that nothing else gets its id
        return kept[id(self)][1]

    return counterpart


def _knowing(ask: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: getattr(_asking, "columns", None) or ask(*args, **kwargs)


def _named(spell: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda self: "a query" if hasattr(_asking, "kept") else spell(self)


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
