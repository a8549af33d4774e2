"""The command line: parse, call one function, print. Verb modules are imported inside the commands, so that help is instant."""

import atexit
import gc
import os
import sys
import traceback

import typer

from workbench.cli import check, data, database, monitor, partition, report, upkeep
from workbench.errors import WorkbenchError

app = typer.Typer(
    name="workbench",
    help=(
        "Data operations and trustworthy reports over PostgreSQL for learning platforms.\n\n"
        "Start with `workbench demo`, then `workbench lab`. Without WORKBENCH_DATABASE_URL an embedded PostgreSQL is used.\n\n"
        "Exit codes: 0 fine, 1 a finding, 2 wrong use, 3 database unreachable, 4 a run failed."
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(database.app, name="db")
database.app.command("optimize")(upkeep.optimize)
database.app.command("indexes")(upkeep.indexes)
database.app.command("maintenance")(upkeep.maintenance)
app.command("seed")(data.seed)
app.command("load")(data.load)
app.command("rollup")(data.rollup)
app.add_typer(partition.app, name="partition")
app.command("monitor")(monitor.monitor)
app.add_typer(report.app, name="report")
app.add_typer(check.app, name="check")
app.command("demo")(report.demo)
app.command("lab")(report.lab)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"workbench {version('learning-data-workbench')}")
        raise typer.Exit


@app.callback()
def _options(
    debug: bool = typer.Option(False, "--debug", help="Show the whole traceback of an error."),
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    if debug:
        os.environ["WORKBENCH_DEBUG"] = "1"


def main() -> None:
    """Entry point of the `workbench` script: turns every error into one sentence and its exit code.

    The collector of cyclic garbage looks less often through what imports leave, and not at all at the end, when everything goes.
    """
    gc.set_threshold(20_000, 20, 20)
    atexit.register(gc.freeze)
    try:
        app(standalone_mode=True)
    except WorkbenchError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("Interrupted; what was under way was rolled back.", 4)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        _fail(f"{type(error).__name__}: {_first_line(error)} (run again with --debug before the command for the traceback)", 4)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0]


def _fail(sentence: str, code: int) -> None:
    if os.environ.get("WORKBENCH_DEBUG"):
        traceback.print_exc()
    typer.echo(f"workbench: {sentence}", err=True)
    sys.exit(code)
