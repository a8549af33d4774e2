"""`workbench db …`: the server and the schemas."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import output
from workbench.errors import Finding

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from workbench.migrating.report import Report

app = typer.Typer(
    no_args_is_help=True, help="The server (start, stop, destroy, psql), the schemas (up, down, status, plan, verify) and their upkeep."
)

Platform = Annotated[str | None, typer.Argument(help="mued, learning, drivemaster, video or marts; all installed ones without it.")]
To = Annotated[str | None, typer.Option("--to", help="Stop at this migration number, for instance 0008.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Yes = Annotated[bool, typer.Option("--yes", help="Allow steps that destroy data.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would run and change nothing.")]


@app.command()
def start() -> None:
    """Start the embedded server, or attach to the one that runs, and print where it is; a server of your own is only asked to answer."""
    from workbench import db, embedded

    if variable := _given():
        with _login() as connection:
            server = db.describe(connection)
        said = f"{server['version']} answers at {server['address']}, as {variable} says"
        output.say(f"{said}; the workbench neither starts nor stops it. Unset {variable} for the embedded server.")
        return
    embedded.ensure_server()
    output.say(embedded.server_status().sentence())


@app.command()
def stop() -> None:
    """Stop the embedded server; its data stay. A server of your own is left alone."""
    from workbench import db, embedded

    if variable := _given():
        place = db.place(db.database_url())
        output.say(f"The server in use, {place}, was not started by the workbench, so it is left alone ({variable} names it).")
        if embedded.server_status().running:
            output.say(f"The embedded server runs too; `env -u {variable} workbench db stop` stops it.")
    elif embedded.stop_server():
        output.say("The embedded server is stopped; its data stay. `workbench db start` starts it again.")
    else:
        output.say(f"No embedded server was running on {embedded.server_status().data_dir}.")


@app.command()
def destroy(yes: Annotated[bool, typer.Option("--yes", help="Really delete the data folder.")] = False) -> None:
    """Stop the embedded server and delete its data folder for good."""
    from workbench import embedded

    status = embedded.server_status()
    if not yes:
        typer.confirm(f"Delete {status.data_dir} and everything in it?", abort=True)
    embedded.destroy()
    output.say(f"{status.data_dir} is deleted.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(context: typer.Context) -> None:
    """Open psql on the database in use; what follows is passed on, for instance `-c 'select 1'`."""
    from workbench import db

    command, environment = db.psql_command(db.database_url())
    os.execvpe(command[0], [*command, *context.args], environment)


@app.command()
def up(platform: Platform = None, to: To = None, yes: Yes = False, dry_run: DryRun = False, json: Json = False) -> None:
    """Create or update schemas: runs the migrations that are missing, each in one transaction, and rebuilds the fact views."""
    from workbench import migrate

    with _login() as connection:
        _print_report(migrate.up_all(connection, platform, to=to, dry_run=dry_run, yes=yes), json)


@app.command()
def down(
    platform: Annotated[str, typer.Argument(help="mued, learning, drivemaster, video or marts.")],
    to: Annotated[str, typer.Option("--to", help="Roll back to this migration number, or `none` for everything.")],
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Roll a schema back step by step; a step that destroys data says how many rows, and needs --yes."""
    from workbench import migrate

    with _login() as connection:
        _print_report(migrate.down(connection, platform, to=None if to == "none" else to, yes=yes, dry_run=dry_run), json)


@app.command()
def plan(platform: Platform = None, to: To = None, json: Json = False) -> None:
    """Show which migrations `db up` would run."""
    from workbench import migrate

    with _login() as connection:
        _print_report(migrate.up_all(connection, platform, to=to, dry_run=True), json)


@app.command()
def status(json: Json = False) -> None:
    """Show the server in use and the version of every schema."""
    from workbench import db, migrate, replica

    with _login() as connection:
        server, schemas = db.describe(connection), migrate.status(connection)
    if variable := _given():
        server["server"] = f"given by {variable}"
    second = replica.status()
    if json:
        output.print_json({"server": server, "replica": second, "schemas": [schema.as_dict() for schema in schemas]})
        return
    output.print_table("Server", ("", ""), server.items())
    if second:
        output.print_table("Replica", ("", ""), second.items())
    columns = ("schema", "version", "newest", "pending", "last applied (UTC)", "problem")
    rows = ([s.platform, s.version, s.newest, s.pending, str(s.applied_at or "")[:16], s.problem] for s in schemas)
    output.print_table("Schemas", columns, rows)


@app.command()
def verify(platform: Platform = None, json: Json = False) -> None:
    """Compare the live schemas with what their migrations make; exit 1 and a line for every drift."""
    from workbench import migrate

    with _login() as connection:
        results = migrate.verify(connection, platform)
    drifts = [drift for result in results for drift in result.drifts]
    if json:
        output.print_json([result.as_dict() for result in results])
    else:
        for result in results:
            output.say(result.sentence())
        if drifts:
            rows = ([d.platform, d.kind, d.object, d.expected, d.found] for d in drifts)
            output.print_table("Drift", ("schema", "what", "object", "expected", "found"), rows)
    if drifts:
        raise Finding(f"{len(drifts)} differences between the database and its migrations; each is named above.")


@app.command()
def pgbouncer() -> None:
    """Print a pgbouncer.ini for the database in use and its replica: transaction pooling, with the limits of the pool settings."""
    from workbench import pgbouncer as pooler

    typer.echo(pooler.configuration().rstrip())


def _given() -> str | None:
    """The variable that names a server of the user's own; None when the embedded one is in use, whoever names it."""
    from workbench import db, embedded
    from workbench.settings import settings

    if settings().database_url is None or embedded.is_embedded(db.database_url()):
        return None
    return "WORKBENCH_DATABASE_URL" if os.environ.get("WORKBENCH_DATABASE_URL") else "DATABASE_URL"


def _login() -> "Connection":
    from workbench import db

    return db.engine().connect()


def _print_report(reports: "list[Report] | Report", json: bool) -> None:
    reports = reports if isinstance(reports, list) else [reports]
    if json:
        output.print_json([report.as_dict() for report in reports])
        return
    for report in reports:
        output.say(report.text())
