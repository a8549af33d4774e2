"""A Great Expectations run over the reading role: questions in, yes, no or trouble out, and nothing lost on the way.

Great Expectations drops expectations it does not understand in silence, answers trouble as failure, and prints progress bars. What is
asked, built and answered is counted here, and the server's own words are kept.
"""

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from sqlalchemy import URL, Engine, event

from workbench import db
from workbench.checking import hasten
from workbench.checking.asking import Question
from workbench.errors import DatabaseUnreachable, RunFailed, UsageError, WorkbenchError
from workbench.imports import light_imports
from workbench.settings import settings

_ASSET = "select /* columns and conditions of a suite */ "
_CANCELLED = "57014"
# as SQLAlchemy finds them: `:name` outside of `::type`, even within a literal
_BIND = re.compile(r"(?<![:\w\\]):([\w$]+)(?![:\w$])")


@dataclass(frozen=True)
class Trouble:
    """Why a question got no answer.

    Attributes:
        sentence: what the server or Great Expectations said. state: SQLSTATE, where the server said it. is_lost: the connection broke.
    """

    sentence: str
    state: str | None = None
    is_lost: bool = False


Answer = bool | Trouble


@dataclass
class Session:
    """What is open during a run.

    Attributes:
        engine: connections of the reading role, read-only, with the instants of the run set. source: the data source over it.
        said: what the server complained of during the last question. connections: those that were opened.
    """

    engine: Engine
    source: Any
    gx: Any
    said: list[Trouble]
    connections: list[psycopg.Connection]
    names: Iterator[int] = field(default_factory=count)

    def ask(self, select: str, questions: Sequence[Question]) -> dict[str, Answer]:
        """Put questions to one query.

        Args:
            select: columns and the rest of a SELECT, without the word itself.

        Returns:
            By id: whether it holds, or why nobody knows.
        """
        self.said.clear()
        try:
            return self._validated(select, questions)
        except Exception as error:  # whatever Great Expectations or the driver throws, the rule was not answered
            found = self._trouble(f"{type(error).__name__}: {error}")
            return {question.id: found for question in questions}

    def _validated(self, select: str, questions: Sequence[Question]) -> dict[str, Answer]:
        asset = self.source.add_query_asset(f"asset {next(self.names)}", query=_BIND.sub(r"\\:\1", f"{_ASSET}{select}"))
        try:
            built = self.gx.ExpectationSuite("suite", expectations=[_expectation(question) for question in questions])
            if len(built.expectations) != len(questions):
                return {question.id: self._alone(question) for question in questions}
            batch = asset.add_batch_definition_whole_table("all").get_batch()
            with hasten.configured_once(_columns(questions)):
                results = batch.validate(built, result_format="BOOLEAN_ONLY").results
        finally:
            self.source.delete_asset(asset.name)
        answers = {result.expectation_config.meta["id"]: self._answer(result) for result in results}
        missing = Trouble("Great Expectations did not answer it")
        return {question.id: answers.get(question.id, missing) for question in questions}

    def _alone(self, question: Question) -> Answer:
        """Which of the questions was dropped, and why nothing else of the suite was asked."""
        built = self.gx.ExpectationSuite("suite", expectations=[_expectation(question)])
        return Trouble(
            "it was not asked beside one that Great Expectations dropped" if built.expectations else "Great Expectations dropped it"
        )

    def _answer(self, result: Any) -> Answer:
        raised = _raised(result.exception_info)
        return self._trouble(raised) if raised else bool(result.success)

    def _trouble(self, otherwise: str) -> Trouble:
        return self.said[0] if self.said else Trouble(" ".join(otherwise.split())[:300])

    def cancel(self) -> None:
        """Have the server stop what it does for this session."""
        for one in self.connections:
            if not one.closed:
                one.cancel()

    def close(self) -> None:
        """Close every connection, those too that an exception kept in its traceback."""
        self.engine.dispose()
        for one in self.connections:
            one.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query of our own, as the same role with the same instants.

        Raises:
            psycopg.Error or DatabaseUnreachable, by way of SQLAlchemy.
        """
        self.said.clear()
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query.replace("%", "%%")).all()]


def _expectation(question: Question) -> dict[str, Any]:
    return {"type": question.expect, "kwargs": dict(question.arguments), "meta": {"id": question.id}}


def _columns(questions: Sequence[Question]) -> list[str]:
    """Those that are asked about."""
    named = [question.arguments.get(argument) for question in questions for argument in ("column", "column_A", "column_B")]
    return list(dict.fromkeys(name for name in named if name))


def _raised(info: Mapping[str, Any] | None) -> str | None:
    """The message of an exception, in both shapes that Great Expectations gives: one, or one for each metric."""
    if not info:
        return None
    parts = [info] if "raised_exception" in info else [part for part in info.values() if isinstance(part, Mapping)]
    return next((str(part.get("exception_message")) for part in parts if part.get("raised_exception")), None)


class _Exact(Dumper):
    """Great Expectations makes every bound a float, and a numeric column that meets a float is converted row by row, which takes several
    times as long as the comparison: numbers are sent exact, whole ones as integers."""

    oid = psycopg.adapters.types["numeric"].oid

    def get_key(self, obj: float, format: Any) -> Any:
        return (float, _is_whole(obj))

    def upgrade(self, obj: float, format: Any) -> Dumper:
        return _Whole(float) if _is_whole(obj) else self

    def dump(self, obj: float) -> bytes:
        return repr(obj).encode()


class _Whole(_Exact):
    """A float without a fraction, as an integer."""

    oid = psycopg.adapters.types["int4"].oid

    def dump(self, obj: float) -> bytes:
        return str(int(obj)).encode()


def _is_whole(value: float) -> bool:
    return value.is_integer() and abs(value) < 2**31


@contextmanager
def opened(url: URL, as_of: datetime | None, since: datetime | None, workers: int = 1) -> Iterator[list[Session]]:
    """Open sessions on a database, one for each thread that is going to ask.

    Raises:
        DatabaseUnreachable: no server answers.
    """
    with _quiet():
        with light_imports(), hasten.rare_modules_later():
            import great_expectations as gx
            from great_expectations.data_context.types.base import ProgressBarsConfig
            from great_expectations.validator import validation_graph

        connect = partial(connection, url, {"workbench.check_as_of": as_of, "workbench.check_since": since})
        connect().close()
        validation_graph.MAX_METRIC_COMPUTATION_RETRIES = 1  # three times a query that times out is three times too long
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        context._save_project_config = lambda: None  # else all of its configuration is written as YAML, to nowhere, for every query
        sessions = [_session(gx, context, f"workbench {number}", connect) for number in range(workers)]
        try:
            yield sessions
        finally:
            for session in sessions:
                session.close()


def _session(gx: Any, context: Any, name: str, connect: Callable[[], psycopg.Connection]) -> Session:
    said: list[Trouble] = []
    connections: list[psycopg.Connection] = []
    made = {"creator": partial(_noted, said, connections, connect), "pool_size": 1}
    source = context.data_sources.add_sql(name, connection_string=f"{db.DRIVER}://", create_temp_table=False, kwargs=made)
    engine = source.get_execution_engine().engine
    event.listen(engine, "before_cursor_execute", partial(_before, said), retval=True)
    event.listen(engine, "handle_error", partial(_note, said))
    return Session(engine, source, gx, said, connections)


def connection(url: URL, instants: Mapping[str, datetime | None]) -> psycopg.Connection:
    """A connection of the reading role with the instants of a run set.

    Raises:
        DatabaseUnreachable: no server answers, or it refuses us.
    """
    arguments = {"connect_timeout": settings().connect_timeout_s, "client_encoding": "utf8", "application_name": "workbench check"}
    try:
        opened = psycopg.connect(**{**arguments, **db.parameters(url)})
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(f"No PostgreSQL answers at {db.place(url)} ({str(error).strip().splitlines()[0]}).") from None
    try:
        db.prepared(opened, db.READER)
    except psycopg.errors.InvalidParameterValue:
        raise UsageError(f"The roles are not set up at {db.place(url)}; run `workbench db up`.") from None
    except psycopg.errors.InsufficientPrivilege as error:
        said = error.diag.message_primary
        raise DatabaseUnreachable(f"The database user at {db.place(url)} may not work as {db.READER} ({said}).") from None
    opened.adapters.register_dumper(float, _Exact)
    for name, instant in instants.items():
        opened.execute("select set_config(%s, %s, false)", [name, instant.isoformat() if instant else ""])
    opened.commit()
    return opened


def answers(url: URL) -> bool:
    """Whether the server answers (again)."""
    try:
        connection(url, {}).close()
    except DatabaseUnreachable:
        return False
    return True


def _noted(said: list[Trouble], connections: list[psycopg.Connection], connect: Callable[[], psycopg.Connection]) -> psycopg.Connection:
    """Open a connection, and keep it or what the server said."""
    try:
        connections.append(connect())
        return connections[-1]
    except DatabaseUnreachable as error:
        said.append(trouble(error))
        raise


def _before(
    said: list[Trouble], _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    """What becomes of a statement: nothing follows on one that broke a limit or the connection, though Great Expectations tries each metric
    of a failed query by itself. It also compiles the text of an asset twice, so that every percent sign in it has been doubled once too
    often."""
    if any(one.is_lost or one.state == _CANCELLED for one in said):
        raise RunFailed(said[0].sentence)
    return (statement.replace("%%%%", "%%") if _ASSET in statement else statement), parameters


def _note(said: list[Trouble], context: Any) -> None:
    """Keep what the server said: in results it arrives wrapped in tracebacks."""
    said.append(trouble(context.original_exception))


def trouble(error: BaseException) -> Trouble:
    """An exception as a sentence about a rule. Values of rows are left out."""
    original = getattr(error, "orig", None) or error
    if isinstance(original, WorkbenchError):
        return Trouble(str(original).rstrip("."), is_lost=isinstance(original, DatabaseUnreachable))
    diag = getattr(original, "diag", None)
    said = (diag.message_primary if diag else None) or (str(original).strip().splitlines() or [type(original).__name__])[0]
    state = getattr(original, "sqlstate", None)
    if state and state.startswith("22"):  # data exceptions quote the value
        said = re.sub(r'"[^"]*"', '"…"', said)
    lost = isinstance(original, psycopg.OperationalError) and (state is None or (state[:2] in ("08", "57") and state != _CANCELLED))
    return Trouble(f"the connection was lost ({said})" if lost else said, state, lost)


@contextmanager
def _quiet() -> Iterator[None]:
    """Great Expectations logs what it drops and what fails, which here is in the answers, and warns of a generic data source."""
    logger = logging.getLogger("great_expectations")
    before, logger.level = logger.level, logging.CRITICAL + 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.level = before
