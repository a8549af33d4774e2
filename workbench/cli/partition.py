"""`workbench partition …`: the months of the partitioned tables."""

from datetime import datetime
from typing import Annotated

import typer

from workbench.cli import output
from workbench.errors import Finding

app = typer.Typer(no_args_is_help=True, help="Month partitions: made ahead, and rows moved out of DEFAULT.")

Platform = Annotated[str | None, typer.Argument(help="learning, drivemaster or video; all that are set up without it.")]
Ahead = Annotated[int, typer.Option(min=0, help="Months after the current one.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day needed [default: this month].")]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Day after the last one needed [default: --ahead].")]


@app.command()
def ensure(platform: Platform = None, ahead: Ahead = 3, start: From = None, end: To = None, json: Json = False) -> None:
    """Make the months that are missing and move rows out of DEFAULT; safe beside writers, and to run again."""
    from workbench import db, partition

    first, until = (day.date() if day else None for day in (start, end))
    with db.engine().connect() as connection:
        report = partition.ensure(connection, platform, start=first, end=until, ahead=ahead, commit=True)
    output.print_json(report.as_dict()) if json else output.say(report.text())


@app.command()
def status(platform: Platform = None, ahead: Ahead = 3, json: Json = False) -> None:
    """Show the months of every partitioned table; exit 1 when some are missing or rows lie in DEFAULT."""
    from workbench import db, partition

    with db.engine().connect() as connection:
        report = partition.status(connection, platform, ahead=ahead)
    output.print_json(report.as_dict()) if json else output.say(report.text())
    if report.findings:
        raise Finding(f"{'; '.join(report.findings)}. `workbench partition ensure` makes the months (--from for earlier ones).")
