"""`workbench monitor`: a look at the running database, once or again and again."""

import json as json_
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import output
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.monitor import PluginReport, Snapshot

What = Annotated[str | None, typer.Argument(help="`plugins` for the health of MUED's content sources; the database without it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts; with --watch one document a line.")]
Watch = Annotated[float | None, typer.Option("--watch", min=0.1, help="Look again every so many seconds, until Ctrl-C.")]
Containing = Annotated[str | None, typer.Option("--containing", help="Only slow statements that hold this text, for instance sessions.")]


def monitor(what: What = None, containing: Containing = None, watch: Watch = None, json: Json = False) -> None:
    """Show connections, waits, sizes, dead rows, slow statements, replicas, the age of rollups, reports and loads; changes nothing.

    What stands out is listed first; it is no verdict, the exit code stays 0.
    """
    if what not in (None, "plugins"):
        raise UsageError(f"There is nothing called {what!r} to monitor; leave it out, or say plugins.")
    if watch is None:
        _show(_seen(what, containing), json, again=False)
        return
    with _interrupts() as interrupts:
        while not interrupts:
            _show(_seen(what, containing), json, again=True)
            due = time.monotonic() + watch
            while not interrupts and (left := due - time.monotonic()) > 0:
                time.sleep(min(left, 0.1))


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """A list that the first Ctrl-C fills; the second interrupts. An exception could be lost in a library's clean-up, a note cannot."""
    noted: list[int] = []

    def note(number: int, _frame: object) -> None:
        noted.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


def _seen(what: str | None, containing: str | None) -> "Snapshot | PluginReport":
    from workbench import db
    from workbench import monitor as monitoring

    with db.engine().connect() as connection:
        return monitoring.plugins(connection) if what else monitoring.look(connection, containing)


def _show(report: "Snapshot | PluginReport", json: bool, again: bool) -> None:
    if json and again:
        typer.echo(json_.dumps(report.as_dict(), default=str, ensure_ascii=False))
    elif json:
        output.print_json(report.as_dict())
    else:
        if again:
            output.console().clear()
        output.say(report.text())
