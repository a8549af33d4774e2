"""The ledger of report runs, `marts.report_run`: opened before the kernel starts, closed whatever becomes of it."""

import json
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy.exc import DBAPIError

from workbench import db, sqlfiles

if TYPE_CHECKING:
    from sqlalchemy import Connection


def schema_versions() -> dict[str, str]:
    """Newest applied migration of each platform.

    Raises:
        DatabaseUnreachable: no server answers.
        UsageError: the schemas are not set up.
    """
    with db.connect() as connection:
        return {row.platform: row.version for row in sqlfiles.fetch(connection, "marts/report/schema_versions")}


def begin(facts: Mapping[str, Any]) -> str:
    """Open a run and return its key. Runs of this report whose process is gone are closed as `died` first.

    Args:
        facts: the arguments of `sql/marts/report/begin_run.sql` but `worker`; mappings are stored as JSON.
    """
    with db.engine(db.READER).connect() as connection:
        _close_vanished(connection, facts["report"])
        values = {name: json.dumps(value) if isinstance(value, Mapping) else value for name, value in facts.items()}
        _writing(connection)
        run_id = sqlfiles.fetch(connection, "marts/report/begin_run", **values, worker=_me())[0].run_id
        connection.commit()
        return run_id


def finish(run_id: str, state: str, **facts: Any) -> None:
    """Close a run with its final state: published, failed, timed_out or died.

    Args:
        facts: what else is known of `verdict`, `reason`, `rows_read`, `output_path` and `read_from` (the server that was read, in words).
    """
    with db.engine(db.READER).connect() as connection:
        _finish(connection, run_id, state, **facts)


def _finish(connection: "Connection", run_id: str, state: str, **facts: Any) -> None:
    _writing(connection)
    unknown = dict.fromkeys(("verdict", "reason", "rows_read", "output_path", "read_from"))
    sqlfiles.fetch(connection, "marts/report/finish_run", run_id=run_id, state=state, **unknown | facts)
    connection.commit()


def _writing(connection: "Connection") -> None:
    connection.rollback()
    connection.exec_driver_sql("set transaction read write")


def _close_vanished(connection: "Connection", report: str) -> None:
    for row in sqlfiles.fetch(connection, "marts/report/unfinished_runs", report=report):
        if _vanished(row.worker):
            with suppress(DBAPIError):  # another run of the report has just closed it
                _finish(connection, row.run_id, "died", reason="the process that ran it vanished")


def _me() -> str:
    """Host, process and its start: a process id alone is used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.0f}"


def _vanished(worker: str | None) -> bool:
    """Whether a worker of this host does not run any more; of another host nothing is known."""
    host, pid, started = (worker or "").rsplit(":", 2) if (worker or "").count(":") >= 2 else ("", "", "")
    if host != socket.gethostname() or not (pid.isdigit() and started.isdigit()):
        return False
    try:
        return abs(psutil.Process(int(pid)).create_time() - int(started)) > 2
    except psutil.NoSuchProcess:
        return True
